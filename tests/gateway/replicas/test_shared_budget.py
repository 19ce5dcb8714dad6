"""Whole runs of several replicas over a real Redis, in time that leaps: never over the limit."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.redis_server import RedisServer, running_redis
from tests.support.redis_time import in_redis_time, redis_loop
from tests.support.replicas import Replica, opened, replica, several, slow
from tests.support.traffic import (
    EVERY_CLASS,
    ONLY_WRITES,
    THREEFOLD,
    Upstream,
    demand,
    now,
    peak,
)
from tests.support.unreliable import Path

pytestmark = pytest.mark.untraced

MINUTES = int(os.environ.get("SOAK_MINUTES", "2"))
"""How long demand lasts in the tests of a whole run; `make soak` has ten."""
EXAMPLES = int(os.environ.get("SOAK_WINDOWS", "4"))
"""How many runs with random faults; `make soak` has 200."""


async def under_demand(
    replicas: list[Replica], *, minutes: float, classes: tuple[int, ...]
) -> None:
    """Call three times as often as allowed, by all replicas together."""
    async with asyncio.TaskGroup() as callers:
        for seed, each in enumerate(replicas):
            rng = random.Random(seed)  # noqa: S311 - traffic, no secret
            calls = demand(
                each.road,
                rng,
                seconds=minutes * 60,
                burst=1,
                classes=classes,
                per_second=THREEFOLD / len(replicas),
            )
            callers.create_task(calls)


@pytest.mark.timeout(max(120, 30 * MINUTES))
@pytest.mark.parametrize(
    ("number", "classes"),
    [(1, ONLY_WRITES), (2, ONLY_WRITES), (4, ONLY_WRITES), (4, EVERY_CLASS)],
)
def test_threefold_demand_on_several_replicas_uses_the_limit_up_and_never_exceeds_it(
    redis: RedisServer, number: int, classes: tuple[int, ...]
) -> None:
    async def run() -> tuple[float, list[float]]:
        wix = slow()
        async with several(redis.url, wix, number) as replicas:
            await opened(replicas)
            end = now() + 60 * MINUTES
            await under_demand(replicas, minutes=MINUTES, classes=classes)
        return end, [at for at, _ in wix.arrivals]

    end, arrivals = in_redis_time(run())
    used = sum(at < end for at in arrivals) / (200 * MINUTES)
    figures = f"{peak(arrivals)} calls at most in any 60 s, {used:.0%} of the limit"
    print(f"{number} replicas: {figures}")  # noqa: T201 - the figure is what the test is for
    assert peak(arrivals) <= 200
    # A call occupies its place for as long as it takes on top of the minute; of mixed calls reads
    # leave a tenth.
    assert used >= (0.97 if classes == ONLY_WRITES else 0.88)


def test_a_redis_that_is_killed_emptied_and_frozen_costs_no_more_than_its_calls() -> None:
    async def run(redis: RedisServer) -> tuple[list[float], Counter[str]]:
        wix = slow()
        async with several(redis.url, wix, 2) as replicas, asyncio.TaskGroup() as running:
            running.create_task(trouble(redis))
            await under_demand(replicas, minutes=9, classes=ONLY_WRITES)
        ends = sum((each.road.ends for each in replicas), Counter())
        return [at for at, _ in wix.arrivals], Counter({end: n for (_, end), n in ends.items()})

    with running_redis() as redis:
        arrivals, ends = in_redis_time(run(redis))
    by_minute = Counter(int((at - 1_000) // 60) for at in arrivals)
    figures = f"{peak(arrivals)} calls at most in any 60 s; by minute {sorted(by_minute.items())}"
    print(figures)  # noqa: T201 - the figure is what the test is for
    assert peak(arrivals) <= 200
    assert set(ends) <= {"served", "refused", "late"}
    # Killed in the 2nd minute, emptied in the 5th, frozen in the 7th; alone there are the shares.
    assert min(by_minute.values()) >= 40
    assert by_minute[8] >= 180


async def trouble(redis: RedisServer) -> None:
    """Do everything to Redis that can be done to it; the loop's time starts at 1,000."""
    await asyncio.sleep(90)
    redis.kill()
    await asyncio.sleep(60)
    redis.start()
    await asyncio.sleep(120)
    redis.flush()
    await asyncio.sleep(100)
    redis.pause()
    redis_loop().freeze(frozen=True)
    await asyncio.sleep(30)
    redis.resume()
    redis_loop().freeze(frozen=False)


async def faults(redis: RedisServer, replicas: list[Replica], rng: random.Random) -> None:
    """Disturb one path to Redis after the other, or Redis itself."""
    paths = (*Path, Path.GOOD, Path.GOOD)
    disturbances: list[Callable[[], None]] = [
        partial(setattr, each.connection, "path", path) for each in replicas for path in paths
    ]
    disturbances.append(redis.flush)
    while True:
        await asyncio.sleep(rng.expovariate(1 / 8))
        rng.choice(disturbances)()


@pytest.mark.timeout(max(120, 10 * EXAMPLES))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32), number=st.integers(2, 4), limit=st.sampled_from([4, 10, 40]))
def test_whatever_gets_lost_no_minute_sees_more_than_the_limit(
    redis: RedisServer, seed: int, number: int, limit: int
) -> None:
    async def run() -> list[float]:
        rng = random.Random(seed)  # noqa: S311 - faults, no secret
        wix = Upstream(rng, request_delay=3.0, answer_delay=3.0)
        async with several(redis.url, wix, number, limit=limit) as replicas:
            disturbing = asyncio.create_task(faults(redis, replicas, rng))
            async with asyncio.TaskGroup() as callers:
                for each in replicas:
                    callers.create_task(hurried(each, rng, per_second=limit / 15))
            disturbing.cancel()
            await asyncio.gather(disturbing, return_exceptions=True)
        return [at for at, _ in wix.arrivals]

    redis.flush()
    arrivals = in_redis_time(run())
    assert 0 < peak(arrivals) <= limit


async def hurried(each: Replica, rng: random.Random, *, per_second: float) -> None:
    """Call for five minutes, and give up at once now and then."""
    await demand(each.road, rng, seconds=300, burst=1, classes=ONLY_WRITES, per_second=per_second)


def test_replicas_that_crash_and_start_again_do_not_forget_each_others_calls(
    redis: RedisServer,
) -> None:
    async def live(wix: Upstream, seed: int, seconds: float) -> None:
        """Run a replica that crashes in the end: it tells nobody, and its calls are broken off."""
        async with replica(redis.url, wix, seed=seed) as each:
            rng = random.Random(seed)  # noqa: S311 - traffic, no secret
            calling = asyncio.create_task(
                demand(each.road, rng, seconds=seconds, burst=1, classes=ONLY_WRITES)
            )
            await asyncio.sleep(seconds)
            each.connection.path = Path.CUT
            calling.cancel()
            await asyncio.gather(calling, return_exceptions=True)

    async def run() -> list[float]:
        rng = random.Random(7)  # noqa: S311 - moments of crashes, no secret
        wix = slow()

        async def live_again_and_again(first: int) -> None:
            for generation in range(10):
                await live(wix, first + generation, rng.uniform(5, 60))

        async with asyncio.TaskGroup() as living:
            living.create_task(live_again_and_again(100))
            living.create_task(live_again_and_again(200))
        return [at for at, _ in wix.arrivals]

    arrivals = in_redis_time(run())
    minutes = (max(arrivals) - min(arrivals)) / 60
    assert peak(arrivals) <= 200
    assert len(arrivals) / minutes >= 120
