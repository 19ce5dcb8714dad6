"""The deadline that travels with a request's tasks."""

import asyncio

from gateway import deadline
from gateway.deadline import Deadline
from tests.support.clock import ManualClock


def test_a_deadline_counts_down_and_stops_at_zero() -> None:
    clock = ManualClock()
    limit = Deadline.after(10, clock)
    seen = [limit.remaining()]
    for _ in range(3):
        clock.advance(4)
        seen.append(limit.remaining())
    assert seen == [10.0, 6.0, 2.0, 0.0]


def test_outside_of_a_request_there_is_no_deadline() -> None:
    assert deadline.current() is None


def test_the_inner_of_two_deadlines_counts_until_its_block_ends() -> None:
    clock = ManualClock()
    outer, inner = Deadline.after(9, clock), Deadline.after(1, clock)
    with deadline.within(outer) as entered:
        with deadline.within(inner):
            within = deadline.current()
        after = deadline.current()
    assert (entered, within, after, deadline.current()) == (outer, inner, outer, None)


async def test_a_deadline_reaches_the_tasks_started_inside_it_and_no_others() -> None:
    async def read() -> Deadline | None:
        await asyncio.sleep(0)
        return deadline.current()

    limit = Deadline.after(1, ManualClock())
    outside = asyncio.create_task(read())
    with deadline.within(limit):
        inside = asyncio.create_task(read())
    assert (await inside, await outside) == (limit, None)
