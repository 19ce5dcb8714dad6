"""What callers take, minute by minute of the clock: in memory, in bounded room."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from operator import add, sub
from typing import Final, NamedTuple, Protocol

from cachetools import LRUCache

SECONDS: Final = 60
"""How long a window is."""

MOST_CALLERS: Final = 25_000
"""Callers remembered, about 1 KB each; who asked least recently is forgotten first."""


class Taken(NamedTuple):
    """What a caller took in one minute; every number only grows, so that the larger is newer."""

    requests: int = 0
    kept: int = 0
    """Calls to Wix that were kept free for operations."""
    freed: int = 0
    """Those of them that were not made in the end."""

    def plus(self, other: "Taken") -> "Taken":
        """Add what was taken besides."""
        return Taken(*map(add, self, other))

    def less(self, other: "Taken") -> "Taken":
        """Take away what is a part of it."""
        return Taken(*map(sub, self, other))

    def or_newer(self, other: "Taken") -> "Taken":
        """Tell the newer of two counts of the same."""
        return Taken(*map(max, self, other))

    @property
    def calls(self) -> int:
        """Calls that were made, or are kept for operations under way."""
        return max(0, self.kept - self.freed)


_NOTHING: Final = Taken()


@dataclass(slots=True)
class Minute:
    """One minute of a caller's, on one site."""

    number: int
    """Minutes since the clock began."""
    told: Taken = _NOTHING
    """What was taken of all workers together, as far as is known."""
    untold: Taken = _NOTHING
    """What was taken here besides."""

    @property
    def taken(self) -> Taken:
        """All that is known."""
        return self.told.plus(self.untold)


class Slide(NamedTuple):
    """A window of the last 60 s, as two minutes of the clock tell it.

    Of the minute before it counts the part that lies within the window, as if what was taken then
    had been taken evenly.
    """

    before: int
    now: int
    left: float
    """Seconds of this minute that are to come."""

    @property
    def used(self) -> int:
        """What was taken in the window."""
        return int(self.before * self.left / SECONDS) + self.now

    def resets_in(self) -> float:
        """Tell in how many seconds there is more room."""
        if self.before:
            return self.left % (SECONDS / self.before)
        return self.left if self.now else 0.0


@dataclass(slots=True)
class Tally:
    """What one caller took, in this minute and in the one before."""

    now: Minute
    before: Minute
    telling: bool = False
    """Whether what is untold is on its way to others."""


class WindowStore(Protocol):
    """Counts what the callers of one site take; `who` is one of them."""

    async def count(self, who: str, most: int) -> bool:
        """Count a request, unless there were as many as may be; tell whether it passes."""
        ...

    def requests(self, who: str) -> Slide:
        """Tell what he has sent, as far as is known."""
        ...

    def calls(self, who: str) -> Slide:
        """Tell the calls that he has taken, or that are kept for him, as far as is known."""
        ...

    def keep(self, who: str, calls: int) -> Minute:
        """Keep calls for him; tell in which minute that was."""
        ...

    def free(self, who: str, calls: int, minute: Minute) -> None:
        """Give back what was kept in a minute and not taken."""
        ...


class WindowsInProcess:
    """The windows of one process.

    `clock` tells seconds since the epoch: workers who share windows have the same minutes.
    """

    def __init__(self, *, most: int = MOST_CALLERS, clock: Callable[[], float] = time.time) -> None:
        self._tallies: LRUCache[str, Tally] = LRUCache(max(1, most))
        self._clock = clock

    def __len__(self) -> int:
        """Tell how many callers are remembered."""
        return len(self._tallies)

    async def count(self, who: str, most: int) -> bool:
        """Count a request; see `WindowStore`."""
        if self.requests(who).used >= most:
            return False
        minute = self.tally(who).now
        minute.untold = minute.untold.plus(Taken(requests=1))
        return True

    def requests(self, who: str) -> Slide:
        """Tell what he has sent."""
        tally = self.tally(who)
        return Slide(tally.before.taken.requests, tally.now.taken.requests, self.left())

    def calls(self, who: str) -> Slide:
        """Tell what he has taken."""
        tally = self.tally(who)
        return Slide(tally.before.taken.calls, tally.now.taken.calls, self.left())

    def keep(self, who: str, calls: int) -> Minute:
        """Keep calls for him."""
        minute = self.tally(who).now
        minute.untold = minute.untold.plus(Taken(kept=calls))
        return minute

    def free(self, _who: str, calls: int, minute: Minute) -> None:
        """Give back what was kept."""
        minute.untold = minute.untold.plus(Taken(freed=calls))

    def tally(self, who: str) -> Tally:
        """Find what a caller took; what is older than the last minute is forgotten."""
        number = int(self._clock() // SECONDS)
        tally = self._tallies.get(who)
        if tally is None:
            tally = Tally(Minute(number), Minute(number - 1))
            self._tallies[who] = tally
        elif tally.now.number != number:
            followed = tally.now.number == number - 1
            tally.before = tally.now if followed else Minute(number - 1)
            tally.now = Minute(number)
        return tally

    def left(self) -> float:
        """Tell the seconds of this minute that are to come."""
        return SECONDS - self._clock() % SECONDS
