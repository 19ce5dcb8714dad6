"""Callers' windows at several replicas: what one counts the others know, whatever Redis does."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256

import pytest

from gateway.edge.window_store import WindowsInProcess
from gateway.replicas.callers import SharedWindows
from gateway.replicas.connection import Argument, Connection, Script
from tests.support.clock import ManualClock
from tests.support.connections import until_available
from tests.support.redis_server import RedisServer, running_redis

NOW = 1_800_000_030.0
"""In the middle of a minute."""
MINUTE = int(NOW // 60)
PATIENT = 10.0
"""Seconds for an answer of Redis: other programs run beside the tests."""
ADA = sha256(b"ada").hexdigest()


class CountingConnection(Connection):
    """Counts the round trips."""

    trips = 0

    async def run(self, script: Script, keys: list[str], *arguments: Argument) -> object:
        self.trips += 1
        return await super().run(script, keys, *arguments)


@dataclass(frozen=True)
class Replica:
    """One replica's windows, and its way to Redis."""

    own: WindowsInProcess
    windows: SharedWindows
    connection: CountingConnection
    due: asyncio.Event
    """Set when what is untold may be told."""

    async def count(self, times: int, most: int, who: str = "ada") -> int:
        """Send so many requests; tell how many pass."""
        return sum([await self.windows.count(who, most) for _ in range(times)])

    async def told(self) -> None:
        """Wait until what is untold now is told, or Redis is away."""
        while (telling := self.windows._telling) is not None:
            self.due.set()
            await telling
        self.due.clear()

    async def back(self) -> None:
        """Wait until Redis is known to be there."""
        await until_available(self.connection)


@asynccontextmanager
async def replica(
    url: str, clock: ManualClock, *, seconds: float = PATIENT
) -> AsyncIterator[Replica]:
    due = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await due.wait()

    rng = random.Random(7)  # noqa: S311 - jitter
    connection = CountingConnection(url, site="site", seconds=seconds, rng=rng)
    own = WindowsInProcess(clock=clock)
    windows = SharedWindows(own, connection, sleep=sleep)
    try:
        yield Replica(own, windows, connection, due)
    finally:
        await windows.aclose()
        await connection.aclose()


@dataclass(frozen=True)
class Scene:
    """Two replicas and their clock."""

    one: Replica
    other: Replica
    clock: ManualClock


@asynccontextmanager
async def two(url: str) -> AsyncIterator[Scene]:
    clock = ManualClock(NOW)
    async with replica(url, clock) as one, replica(url, clock) as other:
        yield Scene(one, other, clock)


@pytest.fixture
async def scene(redis: RedisServer) -> AsyncIterator[Scene]:
    async with two(redis.url) as scene:
        yield scene


async def test_all_replicas_together_let_pass_as_many_requests_as_there_may_be(
    scene: Scene,
) -> None:
    assert await scene.one.count(6, 10) == 6
    assert await scene.other.count(6, 10) == 4
    assert await scene.one.count(3, 10) == 0
    assert await scene.one.count(1, 10, who="eve") == 1


async def test_they_do_so_when_all_requests_come_at_once(scene: Scene) -> None:
    asked = [each.windows.count("ada", 50) for each in (scene.one, scene.other) * 50]
    assert sum(await asyncio.gather(*asked)) == 50


async def test_a_window_slides_at_all_replicas(scene: Scene) -> None:
    assert await scene.one.count(10, 10) == 10
    scene.clock.advance(60)
    assert await scene.other.count(10, 10) == 5
    scene.clock.advance(60)
    assert await scene.one.count(10, 10) == 8
    scene.clock.advance(120)
    assert await scene.one.count(11, 10) == 10


async def test_a_request_costs_one_round_trip_and_one_too_many_none(scene: Scene) -> None:
    assert await scene.one.count(5, 3) == 3
    assert scene.one.connection.trips == 3


async def test_calls_kept_and_given_back_at_one_replica_are_so_at_the_other(scene: Scene) -> None:
    minute = scene.one.windows.keep("ada", 7)
    await scene.one.told()
    await scene.other.count(1, 10)
    assert scene.other.windows.calls("ada").used == 7
    scene.one.windows.free("ada", 4, minute)
    await scene.one.told()
    await scene.other.count(1, 10)
    assert scene.other.windows.calls("ada").used == 3


async def test_a_request_tells_what_its_caller_took_without_waiting(scene: Scene) -> None:
    scene.one.windows.keep("ada", 7)
    await scene.one.count(1, 10)
    await scene.other.count(1, 10)
    assert scene.other.windows.calls("ada").used == 7


async def test_calls_of_many_callers_are_told_in_one_round_trip(scene: Scene) -> None:
    for number in range(100):
        scene.one.windows.keep(f"caller-{number}", 1)
    await scene.one.told()
    assert scene.one.connection.trips == 1


async def test_nothing_is_told_of_who_took_nothing(scene: Scene) -> None:
    scene.one.windows.free("ada", 0, scene.one.windows.keep("ada", 0))
    await scene.one.told()
    assert scene.one.connection.trips == 0


async def test_calls_given_back_after_their_minute_are_given_back_to_it(scene: Scene) -> None:
    minute = scene.one.windows.keep("ada", 60)
    scene.clock.advance(60)
    await scene.one.told()
    assert scene.one.windows.calls("ada").used == 30
    scene.one.windows.free("ada", 40, minute)
    await scene.one.told()
    await scene.other.count(1, 10)
    assert scene.other.windows.calls("ada").used == 10


async def test_what_redis_forgets_is_known_to_who_heard_of_it(
    redis: RedisServer, scene: Scene
) -> None:
    await scene.one.count(4, 10)
    await scene.other.count(4, 10)
    redis.flush()
    assert await scene.other.count(5, 10) == 2
    assert await scene.one.count(5, 10) == 0


@pytest.mark.parametrize(
    "nonsense",
    [
        ("SET", "nonsense"),
        ("SET", "1 2"),
        ("SET", "-1 2 3"),
        ("SET", "9" * 100 + " 0 0"),
        ("SET", b"\xff\x00"),
        ("LPUSH", "1 2 3"),
    ],
)
async def test_what_cannot_be_read_gives_way(
    redis: RedisServer, scene: Scene, nonsense: tuple[str, str | bytes]
) -> None:
    await scene.one.count(4, 10)
    key = f"crm-labels:1:site:caller:{ADA}:{MINUTE}"
    command, value = nonsense
    redis.ask("DEL", key)
    redis.ask(command, key, value)
    assert await scene.one.count(7, 10) == 6
    assert await scene.other.count(1, 10) == 0


async def test_nothing_stays_in_redis_for_longer_than_it_counts(
    redis: RedisServer, scene: Scene
) -> None:
    await scene.one.count(1, 10)
    left = redis.ask("PTTL", f"crm-labels:1:site:caller:{ADA}:{MINUTE}")
    assert 120_000 < int(left[1:]) <= 180_000


async def test_without_redis_each_replica_goes_on_from_what_it_knows() -> None:
    with running_redis() as redis:
        async with two(redis.url) as scene:
            assert await scene.one.count(4, 10) == 4
            assert await scene.other.count(2, 10) == 2
            redis.kill()
            assert await scene.one.count(10, 10) == 6
            assert await scene.other.count(10, 10) == 4
            scene.one.windows.keep("ada", 3)
            redis.start()
            await scene.one.back()
            await scene.other.back()
            await scene.one.told()
            await scene.other.told()
            assert await scene.other.count(1, 20) == 1
            # Lost with Redis are the two that the first to tell had not heard of.
            assert scene.other.windows.requests("ada").now == (4 + 6) + 4 + 1
            assert scene.other.windows.calls("ada").used == 3


async def test_a_redis_that_is_frozen_is_waited_for_once_and_shortly() -> None:
    with running_redis() as redis:
        async with replica(redis.url, ManualClock(NOW), seconds=0.1) as one:
            redis.pause()
            async with asyncio.timeout(5):
                assert await one.count(20, 10) == 10
            assert not one.connection.available
            redis.resume()
            await one.back()
            assert await one.count(1, 30) == 1


async def test_what_is_untold_at_the_end_is_told(redis: RedisServer) -> None:
    clock = ManualClock(NOW)
    async with replica(redis.url, clock) as one:
        one.windows.keep("ada", 7)
    async with replica(redis.url, clock) as other:
        await other.count(1, 10)
        assert other.windows.calls("ada").used == 7
