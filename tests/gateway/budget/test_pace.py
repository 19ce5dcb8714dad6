"""What the gate learns from Wix's refusals: the key, or the site, may be used by others."""

import asyncio
import itertools
import random

import pytest

from tests.support.traffic import OK, TOO_MANY, Road, demand, now, upstream
from tests.support.virtual_time import in_virtual_time

MINUTE = 60.0
TEN_MINUTES = 600.0
LIMIT = 200


def test_no_call_is_made_before_retry_after_is_over() -> None:
    async def run() -> list[float]:
        road = Road.build(upstream())
        start = now()
        road.upstream.status_at = lambda at: TOO_MANY if at < start + 1 else OK
        road.upstream.retry_after = 7
        for _ in range(200):
            await road.call(seconds=1)
            await asyncio.sleep(0.05)
        return [at - start for at, _ in road.upstream.arrivals]

    first, second, *_ = in_virtual_time(run())
    assert first == 0.0
    assert 7.0 <= second <= 7.1


@pytest.mark.parametrize("retry_after", [None, 0.0])
def test_without_retry_after_one_at_a_time_tries_at_least_once_a_second(
    retry_after: float | None,
) -> None:
    async def run() -> list[tuple[float, int]]:
        road = Road.build(upstream())
        start = now()
        road.upstream.status_at = lambda at: TOO_MANY if at - start < MINUTE else OK
        road.upstream.retry_after = retry_after
        async with asyncio.TaskGroup() as callers:
            for _ in range(700):
                callers.create_task(road.call(seconds=5))
                await asyncio.sleep(0.1)
        return [(at - start, status) for at, status in road.upstream.arrivals]

    arrivals = in_virtual_time(run())
    tries = [at for at, status in arrivals if status == TOO_MANY]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    served = [at for at, status in arrivals if status == OK]
    assert max(gaps) <= 1.0
    assert len(tries) <= 100
    assert MINUTE <= served[0] <= MINUTE + 1.0
    assert sum(at <= served[0] + 1.0 for at in served) > 20


def test_refusals_halve_what_is_taken_and_time_restores_it() -> None:
    async def run() -> list[int]:
        road = Road.build(upstream())
        seen = [road.gate.remaining()]
        road.upstream.status_at = lambda _now: TOO_MANY
        await road.call()
        road.upstream.status_at = lambda _now: OK
        await road.call()
        for seconds in (0.0, 15.0, 15.0, 60.0):
            await asyncio.sleep(seconds)
            seen.append(road.gate.remaining())
        return seen

    assert in_virtual_time(run()) == [200, 99, 149, 198, 200]


def test_who_shares_the_key_with_others_gets_along() -> None:
    """Half of the limit is used up by somebody else, all the time."""

    async def run() -> Road:
        road = Road.build(upstream(answer_delay=0.1))
        served: list[float] = []

        def status_at(at: float) -> int:
            while served and served[0] <= at - MINUTE:
                del served[0]
            if len(served) >= LIMIT / 2:
                return TOO_MANY
            served.append(at)
            return OK

        road.upstream.status_at = status_at
        await demand(road, random.Random(7), seconds=TEN_MINUTES, burst=1)  # noqa: S311 - traffic
        return road

    statuses = [status for _, status in in_virtual_time(run()).upstream.arrivals]
    assert statuses.count(OK) >= 700
    assert statuses.count(TOO_MANY) <= 400
