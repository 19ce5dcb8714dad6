"""The gate lets through as many calls as a minute may see, and never more."""

import asyncio
import random

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from gateway.budget.gate import Gate
from gateway.budget.priority import Priority
from gateway.budget.window import Granted, SlidingWindow, WaitFor
from gateway.deadline import Deadline
from gateway.errors import UpstreamUnavailable
from tests.support.traffic import (
    EVERY_CLASS,
    OK,
    ONLY_WRITES,
    Road,
    Upstream,
    demand,
    now,
    peak,
    upstream,
)
from tests.support.virtual_time import in_virtual_time

pytestmark = pytest.mark.untraced

MINUTE = 60.0
TEN_MINUTES = 600.0
LIMIT = 200
ROOM = {Priority.WRITE: 200, Priority.READ: 180, Priority.REFRESH: 150}
"""The places that each class may use up."""


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(seed=1, burst=300, classes=ONLY_WRITES, request_delay=3.0, answer_delay=0.05)
@example(seed=2, burst=7, classes=ONLY_WRITES, request_delay=20.0, answer_delay=20.0)
@given(
    seed=st.integers(0, 2**32),
    burst=st.sampled_from([1, 7, 60, 300]),
    classes=st.sampled_from([EVERY_CLASS, ONLY_WRITES]),
    request_delay=st.sampled_from([0.0, 0.05, 3.0, 20.0]),
    answer_delay=st.sampled_from([0.0, 0.05, 3.0, 20.0]),
)
def test_no_minute_sees_too_many_calls_and_no_refused_one_had_room_however_slow_the_network_is(
    seed: int, burst: int, classes: tuple[int, ...], request_delay: float, answer_delay: float
) -> None:
    async def run() -> Road:
        rng = random.Random(seed)  # noqa: S311 - traffic, no secret
        road = Road.build(Upstream(rng, request_delay, answer_delay))
        await demand(road, rng, seconds=TEN_MINUTES, burst=burst, classes=classes)
        return road

    road = in_virtual_time(run())
    assert peak(at for at, _ in road.upstream.arrivals) <= LIMIT
    assert road.gate.under_way == 0
    assert road.most_spare(ROOM) == 0


def test_the_budget_is_not_wasted_when_more_is_asked_than_it_holds() -> None:
    async def run() -> Road:
        road = Road.build(upstream(answer_delay=0.1))
        await demand(road, random.Random(7), seconds=TEN_MINUTES, burst=1)  # noqa: S311 - traffic
        return road

    road = in_virtual_time(run())
    assert 1_800 * 0.98 <= len(road.upstream.arrivals) <= 2_200


def test_a_lone_call_passes_at_once() -> None:
    async def run() -> Road:
        road = Road.build(upstream())
        await road.call()
        return road

    assert in_virtual_time(run()).waits == {Priority.READ: [0.0]}


def test_a_call_under_way_and_the_minute_after_its_answer_occupy_a_place() -> None:
    async def run() -> list[int]:
        road = Road.build(upstream(answer_delay=0.0))
        seen = [road.gate.remaining()]
        end = Deadline.after(10, now)
        async with road.gate.admitted(Priority.READ, end) as passage:
            seen.append(road.gate.remaining())
            await asyncio.sleep(30)
            passage.answered(OK, throttled=False, retry_after=None)
        for seconds in (59.9, 0.2):
            await asyncio.sleep(seconds)
            seen.append(road.gate.remaining())
        return seen

    assert in_virtual_time(run()) == [200, 199, 199, 200]


def test_what_never_reached_wix_costs_nothing() -> None:
    async def run() -> int:
        road = Road.build(upstream())
        for _ in range(5):
            with pytest.raises(UpstreamUnavailable):
                async with road.gate.admitted(Priority.READ, Deadline.after(10, now)):
                    raise UpstreamUnavailable("no connection")
        return road.gate.remaining()

    assert in_virtual_time(run()) == 200


def test_a_hot_site_never_delays_another() -> None:
    async def run() -> tuple[Road, Road]:
        hot, calm = Road.build(upstream(answer_delay=1)), Road.build(upstream())
        async with asyncio.TaskGroup() as callers:
            for _ in range(2_000):
                callers.create_task(hot.call())
            for _ in range(100):
                callers.create_task(calm.call())
                await asyncio.sleep(0.5)
        return hot, calm

    hot, calm = in_virtual_time(run())
    assert hot.ends[Priority.READ, "refused"] > 1_000
    assert calm.waits[Priority.READ] == [0.0] * 100


def test_a_gate_whose_window_fails_tells_those_who_wait() -> None:
    class Broken(SlidingWindow):
        """A window that fails at its second call."""

        async def reserve(self, cap: int) -> Granted | WaitFor:
            raise ConnectionError(str(cap))

    async def run() -> list[type]:
        window = Broken(limit=1, clock=now)
        gate = Gate(window, clock=now, sleep=asyncio.sleep)

        async def call() -> None:
            async with gate.admitted(Priority.READ, Deadline.after(10, now)):
                raise AssertionError("nobody gets in")

        ends = await asyncio.gather(*(call() for _ in range(3)), return_exceptions=True)
        return [type(end) for end in ends]

    assert in_virtual_time(run()) == [ConnectionError] * 3
