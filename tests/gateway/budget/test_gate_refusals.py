"""Who cannot make it through the gate is told at once, and told the truth."""

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.budget.priority import Priority
from tests.support.traffic import TOO_MANY, Road, Upstream, now, upstream
from tests.support.virtual_time import in_virtual_time

pytestmark = pytest.mark.untraced


def test_who_cannot_make_it_is_refused_at_once_and_who_can_waits() -> None:
    async def run() -> tuple[list[str], list[float], float]:
        road = Road.build(upstream(), limit=10)
        await asyncio.gather(*(road.call(Priority.WRITE) for _ in range(10)))
        await asyncio.sleep(50)
        before = now()
        ends = [await road.call(seconds=9)]
        refused_after = now() - before
        ends.append(await road.call(seconds=11))
        return ends, road.advice, refused_after

    ends, advice, refused_after = in_virtual_time(run())
    assert (ends, refused_after) == (["refused", "served"], 0.0)
    assert advice == [pytest.approx(10, abs=0.01)]


def test_those_in_line_before_one_count() -> None:
    async def run() -> list[str]:
        road = Road.build(upstream(), limit=5)
        await asyncio.gather(*(road.call() for _ in range(5)))
        return await asyncio.gather(*(road.call(seconds=61) for _ in range(7)))

    assert in_virtual_time(run()) == ["served"] * 5 + ["refused"] * 2


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), limit=st.integers(1, 50))
def test_who_comes_back_when_told_to_is_served(seed: int, limit: int) -> None:
    async def run() -> None:
        rng = random.Random(seed)  # noqa: S311 - traffic, no secret
        road = Road.build(Upstream(rng, answer_delay=0.0), limit=limit)
        for _ in range(limit):
            await road.call(Priority.WRITE)
            await asyncio.sleep(rng.uniform(0, 59 / limit))
        priority = rng.choice(list(Priority))
        while await road.call(priority, seconds=0.5) == "served":
            pass
        await asyncio.sleep(road.advice[-1])
        assert await road.call(priority, seconds=0.1) == "served"

    in_virtual_time(run())


def test_a_pause_that_wix_orders_refuses_those_who_wait_at_once() -> None:
    async def run() -> tuple[list[str], float]:
        road = Road.build(upstream(), concurrency=1)
        road.upstream.status_at = lambda _now: TOO_MANY
        road.upstream.retry_after = 30
        before = now()
        ends = await asyncio.gather(*(road.call() for _ in range(20)))
        assert road.advice == [pytest.approx(30, abs=0.01)] * 19
        return ends, now() - before

    assert in_virtual_time(run()) == (["failed"] + ["refused"] * 19, 0.0)


def test_a_caller_who_leaves_the_line_gives_his_turn_to_the_next() -> None:
    async def run() -> list[str]:
        road = Road.build(upstream(), limit=1)
        await road.call()
        first = asyncio.create_task(road.call(seconds=100))
        await asyncio.sleep(0)
        ends = [await road.call(seconds=61)]
        first.cancel()
        await asyncio.wait({first})
        return [*ends, await road.call(seconds=61)]

    assert in_virtual_time(run()) == ["refused", "served"]
