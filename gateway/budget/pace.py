"""What Wix's refusals teach: when to pause, when to try, how much of the limit is really ours."""

import math
from collections import deque
from collections.abc import Callable
from typing import Final

_PROBE_EVERY: Final = 0.75
"""Seconds between two tries while Wix refuses without saying for how long."""

_LONGEST_PAUSE: Final = 3_600.0
"""Seconds; a ``Retry-After`` beyond it is taken for a mistake."""

_SHRINKING: Final = 0.5
"""What an episode of refusals leaves of the ceiling."""

_LEAST_SHARE: Final = 0.1
"""The part of the limit below which the ceiling never falls."""


class Pace:
    """One site's way through Wix's 429s (contract 6.3).

    The key, or the site, may be used by others too, of whom only refusals tell. From the first
    refusal on, one call at a time tries whether Wix serves again: when ``Retry-After`` says so,
    else every now and then. The first that succeeds ends the episode. Each episode halves the
    ceiling of calls per window, and the time without one raises it by the whole limit per window.
    """

    def __init__(self, *, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._ceiling = float(limit)
        """What it was when the latest episode ended, or halved when one is on."""
        self._refused: deque[float] = deque()
        """When the refused calls of the last window are forgotten."""
        self._trying = False
        self._began_at = 0.0
        self._ended_at = clock()
        self._next_try = 0.0

    @property
    def trying(self) -> bool:
        """Whether Wix refuses at present, as far as is known."""
        return self._trying

    def wait(self) -> float:
        """Tell for how many seconds no call may be made; 0.0 when one may."""
        return max(0.0, self._next_try - self._clock()) if self._trying else 0.0

    def sent(self) -> None:
        """Learn that a call is made now."""
        if self._trying:
            self._next_try = self._clock() + _PROBE_EVERY

    def served(self, sent_at: float) -> None:
        """Learn that Wix has served a call; one sent before the refusals began proves nothing."""
        if self._trying and sent_at > self._began_at:
            self._trying = False
            self._ended_at = self._clock()

    def refused(self, sent_at: float, retry_after: float | None) -> None:
        """Learn that Wix has refused a call with 429, and for how many seconds if it said so."""
        now = self._clock()
        self._refused.append(now + self._seconds)
        if not self._trying:
            if retry_after is None and sent_at < self._ended_at:
                return  # an echo of the episode that has just ended
            self._begin(now)
        if retry_after is not None:
            pause = min(retry_after, _LONGEST_PAUSE)
            self._next_try = max(self._next_try, now + pause)

    def ceiling(self, after: float = 0.0) -> int:
        """Tell how many places of the window may be occupied, now or after so many seconds.

        Refused calls occupy places too, for the sake of the limit on all calls; here they are
        added, because Wix counts only what it has served.
        """
        now = self._clock()
        while self._refused and self._refused[0] <= now:
            self._refused.popleft()
        return min(self._limit, int(self._grown(now + after)) + len(self._refused))

    def grows_in(self) -> float:
        """Tell how soon the ceiling rises by one place; infinite when it does not rise."""
        if self._trying or self.ceiling() >= self._limit:
            return math.inf
        return self._seconds / self._limit

    def _begin(self, now: float) -> None:
        self._ceiling = max(self._limit * _LEAST_SHARE, self._grown(now) * _SHRINKING, 1.0)
        self._trying = True
        self._began_at = now
        self._next_try = now + _PROBE_EVERY

    def _grown(self, now: float) -> float:
        if self._trying:
            return self._ceiling
        gain = (now - self._ended_at) * self._limit / self._seconds
        return min(float(self._limit), self._ceiling + gain)
