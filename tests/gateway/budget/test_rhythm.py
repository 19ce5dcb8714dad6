"""Whose turn it is to ask, and how calls that are few are spread over a minute."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from gateway import deadline
from gateway.budget.gate import Gate
from gateway.budget.priority import Priority
from gateway.budget.rate import Rate
from gateway.budget.rhythm import Rhythm
from gateway.budget.window import SlidingWindow
from gateway.deadline import Deadline
from gateway.errors import Throttled
from tests.support.clock import ManualClock
from tests.support.virtual_time import in_virtual_time

LIMIT = 200


class Office:
    """A gate and the rhythm before it, in virtual time."""

    def __init__(self) -> None:
        self.now = asyncio.get_running_loop().time
        window = SlidingWindow(limit=LIMIT, clock=self.now)
        self.gate = Gate(window, clock=self.now, sleep=asyncio.sleep, concurrency=1_000)
        self.rhythm = Rhythm(self.gate, clock=self.now)
        self.left: list[tuple[str, float]] = []

    async def call(self, priority: Priority = Priority.READ) -> None:
        async with self.gate.admitted(priority, Deadline.after(10, self.now)) as passage:
            passage.answered(200, throttled=False, retry_after=None)

    async def load(self, name: str = "", callers: int = 1, *, seconds: float = 90) -> None:
        with deadline.within(Deadline.after(seconds, self.now)):
            await self.rhythm.turn(lambda: callers)
        self.left.append((name, self.now()))
        await self.call(Priority.READ if callers else Priority.REFRESH)

    async def spend(self, calls: int) -> None:
        await asyncio.gather(*(self.call(Priority.WRITE) for _ in range(calls)))

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.left]


def in_an_office(work: Callable[[Office], Awaitable[Any]]) -> Office:
    async def run() -> Office:
        office = Office()
        await work(office)
        return office

    return in_virtual_time(run())


def test_while_calls_abound_every_load_leaves_at_once() -> None:
    async def work(office: Office) -> None:
        began = office.now()
        assert not office.rhythm.is_tight
        await asyncio.gather(*(office.load() for _ in range(15)))
        assert office.now() == began

    in_an_office(work)


def test_loads_never_use_up_the_calls_at_once_however_many_come() -> None:
    async def work(office: Office) -> None:
        async with asyncio.TaskGroup() as loads:
            for number in range(2_400):
                if number % 12 == 0:
                    loads.create_task(office.call(Priority.WRITE))
                loads.create_task(_or_refused(office.load(seconds=10)))
                await asyncio.sleep(0.05)

    office = in_an_office(work)
    moments = [moment for _, moment in office.left]
    assert max(later - earlier for earlier, later in pairwise(moments)) <= 3.0
    assert len(moments) >= 2 * 70


async def _or_refused(load: Awaitable[None]) -> None:
    try:
        await load
    except Throttled:
        return


def test_the_next_is_the_one_that_many_wait_for_or_few_for_long() -> None:
    async def work(office: Office) -> None:
        await office.spend(160)
        await office.load("first")
        loads = [
            asyncio.create_task(office.load("one", 1)),
            asyncio.create_task(office.load("nobody", 0)),
            asyncio.create_task(office.load("many", 9)),
        ]
        await asyncio.sleep(0)
        assert office.rhythm.is_tight
        await asyncio.sleep(50)
        assert office.order == ["first", "many", "one"]
        await asyncio.gather(*loads)

    assert in_an_office(work).order == ["first", "many", "one", "nobody"]


def test_one_that_cannot_leave_in_time_is_refused_at_once() -> None:
    async def work(office: Office) -> None:
        await office.spend(LIMIT)
        before = office.now()
        with pytest.raises(Throttled) as refused:
            await office.load(seconds=10)
        assert office.now() == before
        assert refused.value.retry_after == pytest.approx(60, abs=1)

    in_an_office(work)


def test_one_whose_time_ends_in_line_is_refused_then() -> None:
    async def work(office: Office) -> None:
        await office.spend(175)
        loads = [asyncio.create_task(_or_refused(office.load(seconds=3))) for _ in range(20)]
        began = office.now()
        await asyncio.gather(*loads)
        assert office.now() - began <= 3

    assert 1 <= len(in_an_office(work).left) <= 5


def test_one_that_leaves_the_line_holds_nobody_up() -> None:
    async def work(office: Office) -> None:
        await office.spend(160)
        await office.load("first")
        leaving = asyncio.create_task(office.load("leaving", 9))
        staying = asyncio.create_task(office.load("staying", 1))
        await asyncio.sleep(0)
        leaving.cancel()
        await staying

    assert in_an_office(work).order == ["first", "staying"]


def test_a_rate_forgets_what_is_long_ago() -> None:
    clock = ManualClock()
    rate = Rate(seconds=30, clock=clock)
    clock.advance(3_000)
    for _ in range(60):
        rate.count()
    assert rate.per_second() == pytest.approx(2)
    clock.advance(30)
    assert rate.per_second() == pytest.approx(0.736, abs=0.001)
    clock.advance(3_000)
    assert rate.per_second() == pytest.approx(0)
