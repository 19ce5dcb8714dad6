"""The gate: never too many calls, in the right order, and honest to those it sends away."""

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
    TOO_MANY,
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


class TestClasses:
    """Writes before reads before refreshing, and each class in its order."""

    def test_each_class_leaves_a_reserve_to_the_more_urgent(self) -> None:
        async def run() -> dict[Priority, int]:
            road = Road.build(upstream())
            for priority in reversed(Priority):
                for _ in range(LIMIT):
                    await road.call(priority, seconds=1)
            return {each: road.ends[each, "served"] for each in Priority}

        assert in_virtual_time(run()) == {
            Priority.REFRESH: 150,
            Priority.READ: 30,
            Priority.WRITE: 20,
        }

    def test_writes_pass_before_reads_that_have_waited_longer(self) -> None:
        async def run() -> list[str]:
            road = Road.build(upstream(), limit=10)
            order: list[str] = []

            async def arrive(priority: Priority, name: str) -> None:
                await road.call(priority, seconds=100)
                order.append(name)

            await asyncio.gather(*(road.call(Priority.WRITE) for _ in range(10)))
            async with asyncio.TaskGroup() as callers:
                for name, priority in (
                    ("refresh", Priority.REFRESH),
                    ("read 1", Priority.READ),
                    ("read 2", Priority.READ),
                    ("write 1", Priority.WRITE),
                    ("write 2", Priority.WRITE),
                ):
                    callers.create_task(arrive(priority, name))
                    await asyncio.sleep(1)
            return order

        assert in_virtual_time(run()) == ["write 1", "write 2", "read 1", "read 2", "refresh"]

    def test_one_class_is_served_in_the_order_of_arrival(self) -> None:
        async def run() -> list[int]:
            road = Road.build(upstream(), limit=5)
            order: list[int] = []

            async def arrive(number: int) -> None:
                await road.call(seconds=1_000)
                order.append(number)

            async with asyncio.TaskGroup() as callers:
                for number in range(50):
                    callers.create_task(arrive(number))
            return order

        assert in_virtual_time(run()) == list(range(50))

    def test_while_reads_flood_the_site_no_write_waits_for_the_budget(self) -> None:
        async def run() -> Road:
            road = Road.build(upstream(answer_delay=0.2))
            async with asyncio.TaskGroup() as callers:
                for second in range(300):
                    for _ in range(10):
                        callers.create_task(road.call(Priority.READ))
                    if second % 6 == 0:
                        callers.create_task(road.call(Priority.WRITE))
                    await asyncio.sleep(1)
            return road

        road = in_virtual_time(run())
        assert max(road.waits[Priority.WRITE]) == 0.0
        assert road.ends[Priority.WRITE, "served"] == 50

    def test_a_write_that_has_room_passes_though_reads_wait_and_its_time_is_short(self) -> None:
        async def run() -> tuple[str, int]:
            road = Road.build(upstream(answer_delay=20), limit=10)
            await asyncio.gather(*(road.call(Priority.READ, seconds=30) for _ in range(9)))
            road.upstream.answer_delay = 0.0
            read = asyncio.create_task(road.call(Priority.READ, seconds=100))
            await asyncio.sleep(1)
            end, left = await road.call(Priority.WRITE, seconds=0.5), road.gate.remaining()
            await read
            return end, left

        assert in_virtual_time(run()) == ("served", 0)

    def test_a_connection_that_becomes_free_goes_to_the_most_urgent(self) -> None:
        async def run() -> list[Priority]:
            road = Road.build(upstream(answer_delay=1), concurrency=1)
            order: list[Priority] = []

            async def arrive(priority: Priority) -> None:
                await road.call(priority)
                order.append(priority)

            async with asyncio.TaskGroup() as callers:
                for priority in (Priority.READ, Priority.REFRESH, Priority.READ, Priority.WRITE):
                    callers.create_task(arrive(priority))
            return order

        assert in_virtual_time(run()) == [
            Priority.READ,
            Priority.WRITE,
            Priority.READ,
            Priority.REFRESH,
        ]


class TestRefusals:
    """Who cannot make it is told at once, and told the truth."""

    def test_who_cannot_make_it_is_refused_at_once_and_who_can_waits(self) -> None:
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

    def test_those_in_line_before_one_count(self) -> None:
        async def run() -> list[str]:
            road = Road.build(upstream(), limit=5)
            await asyncio.gather(*(road.call() for _ in range(5)))
            return await asyncio.gather(*(road.call(seconds=61) for _ in range(7)))

        assert in_virtual_time(run()) == ["served"] * 5 + ["refused"] * 2

    @settings(max_examples=30, deadline=None)
    @given(seed=st.integers(0, 2**32), limit=st.integers(1, 50))
    def test_who_comes_back_when_told_to_is_served(self, seed: int, limit: int) -> None:
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

    def test_a_pause_that_wix_orders_refuses_those_who_wait_at_once(self) -> None:
        async def run() -> tuple[list[str], float]:
            road = Road.build(upstream(), concurrency=1)
            road.upstream.status_at = lambda _now: TOO_MANY
            road.upstream.retry_after = 30
            before = now()
            ends = await asyncio.gather(*(road.call() for _ in range(20)))
            assert road.advice == [pytest.approx(30, abs=0.01)] * 19
            return ends, now() - before

        assert in_virtual_time(run()) == (["failed"] + ["refused"] * 19, 0.0)

    def test_a_caller_who_leaves_the_line_gives_his_turn_to_the_next(self) -> None:
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
