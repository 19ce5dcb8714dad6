"""Whether one more call may be made at this moment, and what each call's end teaches."""

import math
from collections.abc import Callable
from typing import Final

from gateway.budget.breaker import Breaker
from gateway.budget.pace import Pace
from gateway.budget.passage import ANSWERS, FAILURES, Outcome, Passage
from gateway.budget.priority import Priority
from gateway.budget.rate import Rate
from gateway.budget.window import Granted, WaitFor, Window
from gateway.errors import CircuitOpen

_RESERVED: Final = {Priority.WRITE: 0.0, Priority.READ: 0.1, Priority.REFRESH: 0.25}
"""The part of the window that is kept for the more urgent classes."""

_PLENTY: Final = 0.9
"""The part of the window that is free when nobody needs to save calls."""

_SCARCE: Final = 0.75
"""The part that is free when calls are to be spread evenly; in between, more and more."""

_LONGEST_INTERVAL: Final = 2.0
"""Seconds between two calls that are spread evenly, at the most."""

_NEWS: Final = 0.1
"""The weight of the latest answer in the time that an answer takes."""


class Turnstile:
    """The rules of one site: room in the window, a free connection, and a Wix that serves."""

    def __init__(self, window: Window, *, clock: Callable[[], float], concurrency: int) -> None:
        self._window = window
        self._concurrency = concurrency
        self._pace = Pace(limit=window.limit, seconds=window.seconds, clock=clock)
        self._breaker = Breaker(clock)
        self._writes = Rate(seconds=window.seconds / 2, clock=clock)
        self._clock = clock
        self.under_way = 0
        """Calls let through that have not ended."""
        self.answer_time = 0.0
        """Seconds that an answer takes, the latest ones weighing most."""

    @property
    def is_crowded(self) -> bool:
        """Whether all connections are taken."""
        return self.under_way >= self._concurrency

    async def claim(self, priority: Priority) -> Granted | WaitFor:
        """Let one call through if it may be made now.

        Raises:
            CircuitOpen: Wix is away, and has just been tried.
        """
        if self._breaker.wait():
            raise CircuitOpen("Wix does not answer at present.")
        if self.is_crowded:
            return WaitFor(math.inf)
        if pause := self._pace.wait():
            return WaitFor(pause)
        self.under_way += 1
        claim: Granted | WaitFor = WaitFor(math.inf)
        try:
            claim = await self._window.reserve(self._cap(priority))
        finally:
            self.under_way -= isinstance(claim, WaitFor)
        if isinstance(claim, WaitFor):
            return WaitFor(min(claim.seconds, self._pace.grows_in()))
        self._pace.sent()
        self._breaker.sent()
        if priority is Priority.WRITE:
            self._writes.count()
        return claim

    def give_back(self, granted: Granted) -> None:
        """Take back a call that was let through and is not made."""
        self.under_way -= 1
        self._window.release(granted)

    def leave(self, granted: Granted, passage: Passage) -> None:
        """Learn from a call that has ended."""
        self.under_way -= 1
        outcome = passage.outcome
        if outcome is Outcome.ANSWERED:
            took = self._clock() - passage.sent_at
            self.answer_time += (took - self.answer_time) * _NEWS
        if outcome is Outcome.UNREACHED:
            self._window.release(granted)
        else:
            self._window.settle(granted, answered=outcome in ANSWERS)
        if outcome in FAILURES:
            self._breaker.failed()
        elif outcome in ANSWERS:
            self._breaker.answered()
        if outcome is Outcome.THROTTLED:
            self._pace.refused(passage.sent_at, passage.retry_after)
        elif outcome in ANSWERS:
            self._pace.served(passage.sent_at)

    def expected(self, priority: Priority, calls: int, *, within: float = 0.0) -> float:
        """Tell in how many seconds so many more calls may be made, as far as can be known.

        With `within`, what may be made then is taken to be as much as it can be by that time.
        """
        room = self._window.expected(calls, self._cap(priority, within))
        return max(self._pace.wait(), room)

    def interval(self, priority: Priority) -> float:
        """Tell at which intervals calls never run out; 0.0 while there are plenty.

        Until the n-th call can be made those before it must do, less what writes will take.
        """
        limit, free = self._window.limit, self.remaining()
        pressure = (limit * _PLENTY - free) / (limit * (_PLENTY - _SCARCE))
        if pressure <= 0:
            return 0.0
        writes = self._writes.per_second()
        counts = range(max(1, free // 2), limit, max(1, limit // 20))
        waits = ((count, self.expected(priority, count + 1)) for count in counts)
        evenly = max(wait / max(1.0, count - writes * wait) for count, wait in waits)
        return min(1.0, pressure) * min(evenly, _LONGEST_INTERVAL)

    def remaining(self) -> int:
        """Tell how many calls are left now, by what was made and learnt; never negative."""
        learnt = self._window.limit - self._pace.ceiling()
        return max(0, self._window.remaining() - learnt)

    def _cap(self, priority: Priority, within: float = 0.0) -> int:
        """Tell how many places may be occupied, this call's own included."""
        if self._pace.trying or self._breaker.is_open:
            return self._window.limit  # one of few that try Wix, whatever it was made for
        ceiling = self._pace.ceiling(within)
        return ceiling - int(ceiling * _RESERVED[priority])
