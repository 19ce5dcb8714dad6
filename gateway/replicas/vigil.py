"""What one replica has seen of the roll, and for how long, by its own clock.

Redis' clock may be set, and is another one after a failover; so nothing that the budget relies on
is measured by it.
"""

from collections.abc import Callable, Mapping
from typing import Final

_GRACE: Final = 3.0
"""Seconds in which those who know an earlier epoch return to Redis: they try twice a second."""

DOUBTED: Final = "!"
"""Ends the name of an epoch before which there were calls that it does not know of."""


class Vigil:
    """Watches the epoch and the other replicas."""

    def __init__(self, *, lease: float, clock: Callable[[], float]) -> None:
        self._lease = lease
        self._clock = clock
        self.epoch = ""
        """The latest that was seen; empty before the first."""
        self._epoch_since = 0.0
        self._reports: dict[str, tuple[int, float]] = {}
        """The number of each other replica's latest report, and when it was first seen."""

    def see(self, epoch: str, reports: Mapping[str, int]) -> None:
        """Learn what the roll holds now."""
        now = self._clock()
        if epoch != self.epoch:
            self.epoch, self._epoch_since = epoch, now
        self._reports = {
            name: known
            if (known := self._reports.get(name)) and known[0] == number
            else (number, now)
            for name, number in reports.items()
        }

    def silent(self) -> dict[str, int]:
        """List those who have not reported for so long that none of their calls counts any more."""
        until = self._clock() - self._lease
        return {name: number for name, (number, since) in self._reports.items() if since <= until}

    def opens_in(self) -> float:
        """Tell for how many seconds nobody may be granted more than his share."""
        wait = self._lease if self.epoch.endswith(DOUBTED) else _GRACE
        return max(0.0, self._epoch_since + wait - self._clock())

    def waited_for(self) -> str:
        """Tell the epoch that has been watched for long enough; empty when there is none."""
        return "" if self.opens_in() else self.epoch
