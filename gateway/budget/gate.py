"""The gate before Wix: each call of one site passes it, waits before it, or is refused at once."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, Final

from gateway.budget.line import Line, Waiter
from gateway.budget.passage import Outcome, Passage
from gateway.budget.priority import Priority
from gateway.budget.repeats import Repeats
from gateway.budget.turnstile import Turnstile
from gateway.budget.window import Granted, Window
from gateway.deadline import Deadline
from gateway.errors import Throttled, UpstreamFault

_TELLING: Final = 1.0
"""Seconds without an answer that speak against Wix; less speaks against the caller's haste."""

_MARGIN: Final = 2.0
"""How many times the usual answer's time must be left to one who has waited: a call that is made
too late uses up the budget, and leaves a write in doubt."""

_HAIR: Final = 0.01
"""Seconds by which a time-out may strike before the deadline's own clock shows it."""


class Gate:
    """One site's budget of calls; sites have nothing in common, so that none delays another.

    A call is let through when its class has room in the window, a connection is free, and Wix is
    neither refusing nor away. Until then it waits in line, for as long as it can still be made
    before its deadline; as soon as it cannot, it is refused.
    """

    def __init__(
        self,
        window: Window,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        concurrency: int = 100,
    ) -> None:
        self._window = window
        self._clock = clock
        self._sleep = sleep
        self._turnstile = Turnstile(window, clock=clock, concurrency=concurrency)
        self._repeats = Repeats(limit=window.limit, seconds=window.seconds, clock=clock)
        self._line = Line()
        self._changed = asyncio.Event()
        self._usher: asyncio.Task[None] | None = None

    @property
    def limit(self) -> int:
        """Calls that Wix allows per window."""
        return self._window.limit

    @property
    def seconds(self) -> float:
        """The window's length."""
        return self._window.seconds

    @property
    def under_way(self) -> int:
        """Calls let through that have not ended."""
        return self._turnstile.under_way

    def remaining(self) -> int:
        """Tell how many calls are left now, by what was made and learnt; never negative."""
        return self._turnstile.remaining()

    def resets_in(self) -> float:
        """Tell after how many seconds all calls are free again if none is made until then."""
        return self._window.resets_in()

    @property
    def time_to_answer(self) -> float:
        """The seconds that must be left to a call which is made now."""
        return _MARGIN * self._turnstile.answer_time

    def expected(self, priority: Priority, calls: int) -> float:
        """Tell in how many seconds so many more calls of a class may be made."""
        return self._turnstile.expected(priority, self._line.ahead_of(priority) + calls)

    def interval(self, priority: Priority) -> float:
        """Tell at which intervals calls of a class last; 0.0 while there are plenty."""
        return self._turnstile.interval(priority)

    def may_repeat(self) -> bool:
        """Count a repetition of a call that failed, and tell whether it may be made."""
        return self._repeats.take()

    @asynccontextmanager
    async def admitted(self, priority: Priority, end: Deadline) -> AsyncIterator[Passage]:
        """Let one call through as soon as it may be made; the block makes it.

        Raises:
            Throttled: It cannot be made before `end`; ``retry_after`` tells when it could.
            CircuitOpen: Wix is away, and it is not this call's turn to see whether it is back.
        """
        granted = await self._enter(priority, end)
        passage = Passage(self._clock())
        try:
            yield passage
        except BaseException as error:
            if passage.outcome is None:
                passage.outcome = self._judge(error, passage, end)
            raise
        finally:
            self._turnstile.leave(granted, passage)
            self._changed.set()

    async def _enter(self, priority: Priority, end: Deadline) -> Granted:
        if not self._line.ahead_of(priority):  # the less urgent may wait for room that this has
            claim = await self._turnstile.claim(priority)
            if isinstance(claim, Granted):
                return claim
        waiter = Waiter(priority, end)
        refusal = self._refusal(waiter, 1 + self._line.ahead_of(priority))
        if refusal is not None:
            raise refusal
        self._join(waiter)
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            self._line.leave(waiter)
            if not waiter.granted.cancelled() and waiter.granted.exception() is None:
                self._turnstile.give_back(waiter.granted.result())
            if end.remaining() <= _HAIR and not self._turnstile.is_crowded:
                # Its time ran out, not for want of an answer but of calls.
                raise self._throttled(priority, 1 + self._line.ahead_of(priority)) from None
            raise
        finally:
            self._line.leave(waiter)
            self._changed.set()

    def _refusal(self, waiter: Waiter, calls: int) -> Throttled | None:
        """Make the refusal of one who cannot make it as the so many-th; None of one who may."""
        left = self._time_to_wait(waiter)
        if left >= 0 and self._turnstile.expected(waiter.priority, calls, within=left) <= left:
            return None
        return self._throttled(waiter.priority, calls)

    def _time_to_wait(self, waiter: Waiter) -> float:
        """Tell how long one may wait so that there is time for the answer; negative when not."""
        return waiter.end.remaining() - self.time_to_answer

    def _throttled(self, priority: Priority, calls: int) -> Throttled:
        wait = self._turnstile.expected(priority, calls)
        return Throttled("The site's calls to Wix are used up.", retry_after=round(wait, 3))

    def _join(self, waiter: Waiter) -> None:
        self._line.join(waiter)
        if self._usher is None or self._usher.done():
            # In a context of its own: it serves many requests, and outlives the one it begins with.
            self._usher = asyncio.create_task(self._let_in_all(), context=Context())
        elif self._line.first() is waiter:
            self._changed.set()

    async def _let_in_all(self) -> None:
        """Let in one after the other, until nobody waits."""
        while (waiter := self._line.first()) is not None:
            self._changed.clear()
            if self._time_to_wait(waiter) < 0:
                self._tell(waiter, self._throttled(waiter.priority, 1))
                continue
            try:
                claim = await self._turnstile.claim(waiter.priority)
            except Exception as fault:  # noqa: BLE001 - whoever waits is told, the others go on
                self._tell(waiter, fault)
                continue
            if isinstance(claim, Granted):
                self._let_in(waiter, claim)
            else:
                self._refuse_the_hopeless()
                await self._until_changed(claim.seconds)

    def _let_in(self, waiter: Waiter, granted: Granted) -> None:
        self._line.leave(waiter)
        if waiter.granted.done():
            self._turnstile.give_back(granted)  # gone while the window was asked
        else:
            waiter.granted.set_result(granted)

    def _tell(self, waiter: Waiter, fault: Exception) -> None:
        self._line.leave(waiter)
        if not waiter.granted.done():
            waiter.granted.set_exception(fault)

    def _refuse_the_hopeless(self) -> None:
        """Refuse those whom others passed, or whom a pause keeps too long."""
        place = 0
        for waiter in self._line:
            refusal = self._refusal(waiter, place + 1)
            if refusal is None:
                place += 1
            else:
                self._tell(waiter, refusal)

    async def _until_changed(self, seconds: float) -> None:
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._changed.wait())}
        if seconds < math.inf:
            waits.add(asyncio.ensure_future(self._sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _judge(self, error: BaseException, passage: Passage, end: Deadline) -> Outcome:
        """Say what became of a call that ended without an answer."""
        if isinstance(error, UpstreamFault):
            return Outcome.SILENT if error.in_doubt else Outcome.UNREACHED
        waited = self._clock() - passage.sent_at
        expired = end.remaining() <= _HAIR
        return Outcome.SILENT if expired and waited >= _TELLING else Outcome.ABANDONED
