"""When loads that others can join leave: at once while calls abound, evenly when they are few."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final

from gateway import deadline
from gateway.budget.gate import Gate
from gateway.budget.priority import Priority
from gateway.errors import Throttled

_LOOK_AGAIN: Final = 0.25
"""Seconds after which those who wait are compared anew: more may wait for one of them by then."""


@dataclass(eq=False, slots=True)
class _Waiter:
    callers: Callable[[], int]
    since: float
    turn: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Rhythm:
    """Whose turn it is to ask Wix, among one site's shared loads.

    A load that waits can still be joined, so that few calls serve many: next is the one that many
    wait for, or few for long. Twice as long counts as much as 64 times as many, or the few would
    never come before the many, who lose little: what they wait for comes again and again. One for
    whom nobody waits goes when there is nobody else, and calls to spare.
    """

    def __init__(
        self,
        gate: Gate,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._sleep = sleep
        self._last = -math.inf
        self._waiting: dict[_Waiter, None] = {}
        self._usher: asyncio.Task[None] | None = None

    @property
    def is_tight(self) -> bool:
        """Whether one who asks now has to wait: for calls, or for others who do."""
        return bool(self._waiting) or self._wait(Priority.READ) > 0

    async def turn(self, callers: Callable[[], int]) -> None:
        """Wait for the turn of a load; `callers` tells for how many it is by now.

        Raises:
            Throttled: It cannot be made before the running load's deadline.
        """
        priority = Priority.READ if callers() else Priority.REFRESH
        if not self._waiting and self._wait(priority) <= 0:
            self._last = self._clock()
            return
        limit = deadline.current()
        left = max(0.0, limit.remaining() - self._gate.time_to_answer) if limit else None
        if left is not None and self._gate.expected(priority, 1) > left:
            raise self._throttled(priority)
        waiter = _Waiter(callers, self._clock())
        self._join(waiter)
        try:
            async with asyncio.timeout(left):
                await waiter.turn
        except TimeoutError:
            raise self._throttled(priority) from None
        finally:
            self._waiting.pop(waiter, None)

    def _join(self, waiter: _Waiter) -> None:
        self._waiting[waiter] = None
        if self._usher is None or self._usher.done():
            # In a context of its own: it serves many loads, and outlives the one it begins with.
            self._usher = asyncio.create_task(self._let_go_all(), context=Context())

    async def _let_go_all(self) -> None:
        """Let one go after the other, until nobody waits."""
        while self._waiting:
            chosen = max(self._waiting, key=self._urgency)
            wait = self._wait(Priority.READ if chosen.callers() else Priority.REFRESH)
            if wait > 0:
                await self._sleep(min(wait, _LOOK_AGAIN))
                continue
            self._last = self._clock()
            del self._waiting[chosen]
            if not chosen.turn.done():
                chosen.turn.set_result(None)
            # What leaves takes its place in the window before the next is considered.
            await asyncio.sleep(0)

    def _urgency(self, waiter: _Waiter) -> tuple[float, float]:
        waited = self._clock() - waiter.since
        return math.sqrt(waiter.callers()) * (waited + _LOOK_AGAIN) ** 3, waited

    def _wait(self, priority: Priority) -> float:
        """Tell for how many seconds nobody of a class may leave."""
        evenly = self._last + self._gate.interval(priority) - self._clock()
        return max(evenly, self._gate.expected(priority, 1))

    def _throttled(self, priority: Priority) -> Throttled:
        wait = max(self._gate.expected(priority, 1), self._gate.interval(priority))
        return Throttled("The site's calls to Wix are used up.", retry_after=round(wait, 3))
