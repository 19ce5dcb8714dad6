"""The order at the gate: writes before reads before refreshing, and each class in its own."""

import asyncio

import pytest

from gateway.budget.priority import Priority
from tests.support.traffic import Road, upstream
from tests.support.virtual_time import in_virtual_time

pytestmark = pytest.mark.untraced

LIMIT = 200


def test_each_class_leaves_a_reserve_to_the_more_urgent() -> None:
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


def test_writes_pass_before_reads_that_have_waited_longer() -> None:
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


def test_one_class_is_served_in_the_order_of_arrival() -> None:
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


def test_while_reads_flood_the_site_no_write_waits_for_the_budget() -> None:
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


def test_a_write_that_has_room_passes_though_reads_wait_and_its_time_is_short() -> None:
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


def test_a_connection_that_becomes_free_goes_to_the_most_urgent() -> None:
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
