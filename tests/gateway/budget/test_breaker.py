"""What the gate does while Wix is away."""

import asyncio
import itertools

from gateway.budget.priority import Priority
from gateway.deadline import Deadline
from tests.support.traffic import OK, Road, now, upstream
from tests.support.virtual_time import in_virtual_time

MINUTE = 60.0


def test_after_ten_failures_callers_are_told_at_once_and_one_a_second_tries() -> None:
    async def run() -> list[float]:
        road = Road.build(upstream())
        road.upstream.status_at = lambda _now: 503
        start = now()
        for _ in range(10):
            assert await road.call() == "failed"
        ends = []
        for _ in range(95):
            await asyncio.sleep(0.1)
            ends.append(await road.call())
        assert set(ends) == {"away", "failed"}
        return [round(at - start, 1) for at, _ in road.upstream.arrivals[10:]]

    assert in_virtual_time(run()) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]


def test_any_answer_closes_it_again() -> None:
    async def run() -> list[str]:
        road = Road.build(upstream())
        road.upstream.status_at = lambda _now: 500
        for _ in range(10):
            await road.call()
        road.upstream.status_at = lambda _now: OK
        ends = [await road.call()]
        await asyncio.sleep(1)
        return [*ends, await road.call(), await road.call()]

    assert in_virtual_time(run()) == ["away", "served", "served"]


def test_a_failure_now_and_then_does_not_open_it() -> None:
    async def run() -> list[str]:
        road = Road.build(upstream())
        statuses = itertools.cycle([503] * 9 + [OK])
        road.upstream.status_at = lambda _now: next(statuses)
        return [await road.call() for _ in range(100)]

    assert in_virtual_time(run()) == (["failed"] * 9 + ["served"]) * 10


def test_a_try_that_hangs_does_not_keep_the_next_from_being_made() -> None:
    async def run() -> float:
        road = Road.build(upstream())
        clock = now

        async def hang() -> None:
            async with (
                asyncio.timeout(5),
                road.gate.admitted(Priority.READ, Deadline.after(5, clock)),
            ):
                await asyncio.sleep(MINUTE)

        await asyncio.gather(*(hang() for _ in range(10)), return_exceptions=True)
        began = now()
        while await road.call() != "served":
            hanging = asyncio.create_task(hang())
            await asyncio.sleep(0.1)
            hanging.cancel()
        return now() - began

    assert in_virtual_time(run()) <= 2.0


def test_those_who_wait_when_it_opens_are_told_too() -> None:
    async def run() -> list[str]:
        road = Road.build(upstream(answer_delay=1), concurrency=10)
        road.upstream.status_at = lambda _now: 503
        return await asyncio.gather(*(road.call() for _ in range(100)))

    ends = in_virtual_time(run())
    assert (ends.count("failed"), ends.count("away")) == (19, 81)
