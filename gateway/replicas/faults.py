"""Why Redis was of no use; whoever asks it has something to fall back on."""


class StoreFault(Exception):
    """Redis did not do what was asked; whether it was done before the fault is not known."""


class Absent(StoreFault):
    """It gave no answer in time, or is known to be away, in which case nothing was waited for."""


class Unusable(StoreFault):
    """It refused: a value of another type under our key, no memory left, no permission."""
