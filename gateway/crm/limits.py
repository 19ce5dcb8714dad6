"""Sizes this gateway checks itself: a refusal that costs no upstream call is the better one."""

from collections.abc import Sequence

from gateway.errors import InvalidInput, Path, Violation

LABELS_PER_CALL = 100
"""Label keys in one label, unlabel or bulk call (contract 6.4)."""

MERGE_SOURCES = 5
"""Contacts merged into another at once (contract 6.4)."""

PAGE = 1000
"""Rows of the largest page every list takes (contract 6.4)."""


def require_size(values: Sequence[object], *, most: int, path: Path, least: int = 1) -> None:
    """Refuse a list that is too short or too long.

    Raises:
        InvalidInput: `values` holds fewer than `least` or more than `most` entries.
    """
    if least <= len(values) <= most:
        return
    message = f"takes {least} to {most} entries, got {len(values)}"
    raise InvalidInput(f"{path[-1]} {message}", violations=[Violation(path=path, message=message)])
