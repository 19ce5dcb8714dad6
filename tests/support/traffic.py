"""Demand on one site's gate, and the upstream that sees what comes through, in virtual time."""

import asyncio
import random
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.budget.gate import Gate
from gateway.budget.priority import Priority
from gateway.budget.window import STRAGGLING, SlidingWindow, Window
from gateway.deadline import Deadline
from gateway.errors import Throttled, UpstreamUnavailable

_MOMENT = 0.002
"""Seconds; the window rounds up to half of it."""

OK = 200
TOO_MANY = 429


def peak(arrivals: Iterable[float], seconds: float = 60.0) -> int:
    """Tell the most arrivals within any window of that length."""
    most, recent = 0, deque[float]()
    for arrival in sorted(arrivals):
        recent.append(arrival)
        while recent[0] <= arrival - seconds:
            recent.popleft()
        most = max(most, len(recent))
    return most


@dataclass
class Upstream:
    """Answers after delays that vary; remembers when each request arrived and how it was met."""

    rng: random.Random
    request_delay: float = 0.0
    """The longest way of a request in seconds."""
    answer_delay: float = 0.0
    """The longest way of an answer in seconds."""
    status_at: Callable[[float], int] = lambda _now: OK
    retry_after: float | None = None
    arrivals: list[tuple[float, int]] = field(default_factory=list)

    async def serve(self) -> int:
        """Meet one request, and tell the status."""
        await asyncio.sleep(self.rng.uniform(0, self.request_delay))
        now = asyncio.get_running_loop().time()
        status = self.status_at(now)
        self.arrivals.append((now, status))
        await asyncio.sleep(self.rng.uniform(0, self.answer_delay))
        return status


@dataclass
class Road:
    """A gate, the upstream behind it, and what became of those who came."""

    gate: Gate
    upstream: Upstream
    ends: Counter[tuple[Priority, str]] = field(default_factory=Counter)
    waits: dict[Priority, list[float]] = field(default_factory=dict)
    advice: list[float] = field(default_factory=list)
    """The ``retry_after`` of each refusal."""
    refused: list[tuple[float, Priority]] = field(default_factory=list)
    """When who was refused."""
    taken: list[float] = field(default_factory=list)
    """When each place was taken; Wix may count a call from then on."""
    freed: list[float] = field(default_factory=list)
    """When each was free again: after the minute in which Wix may have counted the call."""

    @classmethod
    def build(
        cls,
        upstream: Upstream,
        *,
        limit: int = 200,
        concurrency: int = 10_000,
        window: Window | None = None,
    ) -> "Road":
        """Build a road with a gate of its own; inside the loop."""
        clock = asyncio.get_running_loop().time
        gate = Gate(
            window or SlidingWindow(limit=limit, clock=clock),
            clock=clock,
            sleep=asyncio.sleep,
            concurrency=concurrency,
        )
        return cls(gate, upstream)

    async def call(self, priority: Priority = Priority.READ, *, seconds: float = 10.0) -> str:
        """Make one call, which may take so many seconds; tell how it ended."""
        clock = asyncio.get_running_loop().time
        began = clock()
        try:
            async with asyncio.timeout(seconds):
                end = await self._pass(priority, Deadline.after(seconds, clock), began)
        except Throttled as refusal:
            self.advice.append(refusal.retry_after or 0.0)
            self.refused.append((clock(), priority))
            end = "refused"
        except UpstreamUnavailable:
            end = "away"
        except TimeoutError:
            end = "late"
        self.ends[priority, end] += 1
        return end

    async def _pass(self, priority: Priority, end: Deadline, began: float) -> str:
        async with self.gate.admitted(priority, end) as passage:
            self.waits.setdefault(priority, []).append(asyncio.get_running_loop().time() - began)
            self.taken.append(asyncio.get_running_loop().time())
            status = await self._served()
            passage.answered(
                status, throttled=status == TOO_MANY, retry_after=self.upstream.retry_after
            )
        return "served" if status == OK else "failed"

    async def _served(self) -> int:
        minute = 60.0 + STRAGGLING
        try:
            status = await self.upstream.serve()
            minute = 60.0
        finally:
            self.freed.append(asyncio.get_running_loop().time() + minute)
        return status

    def most_spare(self, room: Mapping[Priority, int]) -> int:
        """Tell the most places that a class of so much room had left when one of it was refused."""
        taken, freed = sorted(self.taken), sorted(self.freed)

        def occupied(at: float) -> int:
            return bisect_right(taken, at) - bisect_right(freed, at)

        # Who comes in the moment in which a place is free again comes after those in line for it.
        return max(
            room[priority] - max(occupied(at), occupied(at + _MOMENT))
            for at, priority in self.refused
        )


THREEFOLD = 10.0
"""Calls a second: three times what the limit of 200 a minute allows."""

EVERY_CLASS = (5, 85, 10)
"""How often a call is a write, a read, a refresh."""
ONLY_WRITES = (1, 0, 0)
"""The class that may use up the whole window."""


async def demand(
    road: Road,
    rng: random.Random,
    *,
    seconds: float,
    burst: int,
    classes: tuple[int, ...] = EVERY_CLASS,
    per_second: float = THREEFOLD,
) -> None:
    """Call three times as often as allowed, `burst` calls at a time, in more or less of a hurry."""
    end = now() + seconds
    async with asyncio.TaskGroup() as callers:
        while now() < end:
            for _ in range(burst):
                (priority,) = rng.choices(list(Priority), weights=classes)
                callers.create_task(road.call(priority, seconds=rng.choice([0.5, 5, 10, 30])))
            await asyncio.sleep(rng.expovariate(per_second / burst))


def upstream(*, answer_delay: float = 0.0) -> Upstream:
    return Upstream(random.Random(7), answer_delay=answer_delay)  # noqa: S311 - delays, no secret


def now() -> float:
    return asyncio.get_running_loop().time()
