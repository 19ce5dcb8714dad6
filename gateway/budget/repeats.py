"""How many calls may be repeated: failing calls must not eat up the calls that would succeed."""

from collections import deque
from collections.abc import Callable
from typing import Final

_SHARE: Final = 0.1
"""The part of a site's calls that may be repetitions."""


class Repeats:
    """At most a tenth of one site's calls, in any window."""

    def __init__(self, *, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = max(1, int(limit * _SHARE))
        self._seconds = seconds
        self._clock = clock
        self._made: deque[float] = deque()

    def take(self) -> bool:
        """Count one repetition, and tell whether it may be made."""
        now = self._clock()
        while self._made and self._made[0] <= now - self._seconds:
            self._made.popleft()
        if len(self._made) >= self._most:
            return False
        self._made.append(now)
        return True
