"""The calls that one site has used up, over a sliding minute as Wix itself sees it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

_GRAIN: Final = 0.001
"""Seconds added to every wait, so that the sum of floats is never a hair too early."""

STRAGGLING: Final = 2.0
"""Seconds that a request whose answer was given up may still be on its way to Wix."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A call that fits into the window and occupies one of its places from now on."""

    place: str = ""
    """What a window outside of this process knows it by."""


@dataclass(frozen=True, slots=True)
class WaitFor:
    """A call that does not fit."""

    seconds: float
    """Until it may: never too long, and not long enough when others are quicker."""


class Window(Protocol):
    """Counts the calls of one site, those under way included.

    A call occupies a place from its grant until `seconds` after its answer. Wix counts it at some
    moment in between, so that however the network delays requests and answers, the calls which
    Wix counts in any `seconds` all occupy a place at the last of them: never more than `limit`.
    """

    @property
    def limit(self) -> int:
        """Calls that Wix allows in any `seconds`."""
        ...

    @property
    def seconds(self) -> float:
        """The window's length."""
        ...

    async def reserve(self, cap: int) -> Granted | WaitFor:
        """Occupy a place, provided that fewer than `cap` are occupied."""
        ...

    def settle(self, granted: Granted, *, answered: bool) -> None:
        """Let the call's minute begin; the answer has come, or has been given up."""
        ...

    def release(self, granted: Granted) -> None:
        """Give the place back: nothing was sent."""
        ...

    def expected(self, calls: int, cap: int) -> float:
        """Tell in how many seconds so many more calls fit below `cap`, as far as can be known."""
        ...

    def remaining(self) -> int:
        """Tell how many places are free; never negative."""
        ...

    def resets_in(self) -> float:
        """Tell after how many seconds the window is empty if no more calls are made."""
        ...


class SlidingWindow:
    """The window of one process (contract 6.3); see `Window`."""

    def __init__(self, *, limit: int, seconds: float = 60.0, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._under_way = 0
        self._ends: deque[float] = deque()
        """When the minutes of the calls answered so far are over, in order."""

    async def reserve(self, cap: int) -> Granted | WaitFor:
        """Occupy a place, provided that fewer than `cap` are occupied."""
        if self.used() < cap:
            self._under_way += 1
            return Granted()
        return WaitFor(self.expected(1, cap))

    def settle(self, granted: Granted, *, answered: bool) -> None:
        """Let the call's minute begin, later if the request may not have arrived yet."""
        self.release(granted)
        end = self._clock() + self.seconds + (0.0 if answered else STRAGGLING)
        later: list[float] = []
        while self._ends and self._ends[-1] > end:
            later.append(self._ends.pop())
        self._ends.append(end)
        self._ends.extend(reversed(later))

    def release(self, granted: Granted) -> None:
        """Give the place back."""
        del granted  # in one process the places are all alike
        self._under_way -= 1

    def expected(self, calls: int, cap: int) -> float:
        """Tell when so many more calls fit; those under way are taken to be answered now."""
        used = self.used()
        surplus = used + calls - cap
        if surplus <= 0:
            return 0.0
        # Places become free in the order in which they were taken, and are taken again at once.
        rounds, place = divmod(surplus - 1, max(used, cap))
        known = place < len(self._ends)
        wait = self._ends[place] - self._clock() if known else self.seconds
        return wait + rounds * self.seconds + _GRAIN

    def used(self) -> int:
        """Tell how many places are occupied."""
        now = self._clock()
        while self._ends and self._ends[0] <= now:
            self._ends.popleft()
        return self._under_way + len(self._ends)

    def ends(self) -> list[float]:
        """Tell in how many seconds the places of the calls answered so far are free, in order."""
        now = self._clock()
        return [end - now for end in self._ends if end > now]

    def remaining(self) -> int:
        """Tell how many places are free; never negative."""
        return max(0, self.limit - self.used())

    def resets_in(self) -> float:
        """Tell after how many seconds the window is empty; 0.0 when it is empty now."""
        used = self.used()
        if self._under_way:
            return self.seconds
        return self._ends[-1] - self._clock() if used else 0.0
