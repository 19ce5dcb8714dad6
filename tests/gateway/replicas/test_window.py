"""The window that replicas share over a real Redis, in time that leaps."""

import asyncio

import pytest
from structlog.testing import capture_logs

from gateway.budget.window import Granted, WaitFor
from gateway.replicas.window import share_of
from tests.support.redis_server import RedisServer
from tests.support.redis_time import in_redis_time
from tests.support.replicas import LEASE, opened, replica, several, take, take_all
from tests.support.traffic import (
    upstream,
)
from tests.support.unreliable import Path


class TestShares:
    """What a replica may do without Redis."""

    @pytest.mark.parametrize(
        ("limit", "replicas", "share"),
        [(200, 1, 40), (200, 2, 20), (200, 4, 10), (5, 4, 1), (4, 4, 1), (3, 4, 0), (200, 300, 0)],
    )
    def test_a_fifth_is_shared_out_and_never_more_than_there_is(
        self, limit: int, replicas: int, share: int
    ) -> None:
        assert share_of(limit, replicas) == share

    def test_whoever_starts_without_redis_has_his_share(self) -> None:
        async def run() -> tuple[int, int, int]:
            async with replica("unix:///nonexistent/redis.sock", upstream()) as one:
                writes = await take_all(one.window)
                return writes, one.window.remaining(), one.window.limit

        assert in_redis_time(run()) == (20, 0, 200)

    @pytest.mark.parametrize(("cap", "made"), [(200, 20), (180, 18), (150, 15), (1, 1)])
    def test_alone_each_class_of_calls_has_its_part_of_the_share(self, cap: int, made: int) -> None:
        async def run() -> int:
            async with replica("unix:///nonexistent/redis.sock", upstream()) as one:
                return await take_all(one.window, cap)

        assert in_redis_time(run()) == made

    def test_a_replica_that_is_cut_off_has_what_the_others_leave_it(
        self, redis: RedisServer
    ) -> None:
        async def run() -> tuple[int, int, int]:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                two.connection.path = Path.CUT
                return await take_all(one.window), await take_all(two.window), 200

        assert in_redis_time(run()) == (180, 20, 200)

    def test_what_redis_has_granted_counts_against_the_share(self, redis: RedisServer) -> None:
        async def run() -> tuple[int, int]:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                for _ in range(15):
                    await take(one.window)
                one.connection.path = Path.CUT
                return await take_all(one.window), await take_all(two.window)

        assert in_redis_time(run()) == (5, 180)

    def test_a_replica_too_many_has_no_share_and_says_so(self, redis: RedisServer) -> None:
        async def run() -> tuple[int, int]:
            async with (
                several(redis.url, upstream(), 2) as known,
                replica(redis.url, upstream(), seed=9) as third,
            ):
                await opened(known)
                await opened([third])
                third.connection.path = Path.CUT
                alone = await take_all(third.window)
                third.connection.path = Path.GOOD
                return alone, await take_all(third.window)

        with capture_logs() as lines:
            assert in_redis_time(run()) == (0, 160)
        assert [line["log_level"] for line in lines] == ["warning"]


class TestPlaces:
    """What the replicas may do together."""

    def test_all_of_the_limit_can_be_used_and_is_free_a_minute_later(
        self, redis: RedisServer
    ) -> None:
        async def run() -> list[tuple[int, int, float, float]]:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                seen = []
                for _ in range(2):
                    made = [await take_all(one.window, 100), await take_all(two.window)]
                    await asyncio.sleep(1.5)
                    seen.append(
                        (
                            sum(made),
                            one.window.remaining(),
                            round(one.window.resets_in(), -1),
                            round(one.window.expected(1, 200), -1),
                        )
                    )
                    await asyncio.sleep(61)
                return seen

        assert in_redis_time(run()) == [(200, 0, 60, 60)] * 2

    def test_a_call_under_way_occupies_its_place_for_all(self, redis: RedisServer) -> None:
        async def run() -> tuple[bool, float, bool]:
            async with several(redis.url, upstream(), 2, limit=20) as (one, two):
                await opened([one, two])
                held = [await one.window.reserve(20) for _ in range(5)]
                await asyncio.sleep(200)
                before = await take(two.window, 5), two.window.resets_in()
                for claim in held:
                    assert isinstance(claim, Granted)
                    one.window.release(claim)
                await asyncio.sleep(2)
                return *before, await take(two.window, 5)

        assert in_redis_time(run()) == (False, 60.0, True)

    def test_who_asks_at_the_same_time_is_granted_no_more(self, redis: RedisServer) -> None:
        async def run() -> int:
            async with several(redis.url, upstream(), 4) as replicas:
                await opened(replicas)
                asking = [each.window.reserve(200) for each in replicas for _ in range(100)]
                claims = await asyncio.gather(*asking)
                return sum(isinstance(claim, Granted) for claim in claims)

        assert in_redis_time(run()) == 200

    def test_whoever_hangs_up_leaves_no_place_occupied(self, redis: RedisServer) -> None:
        async def run() -> int:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                for turns in range(40):
                    asking = asyncio.create_task(one.window.reserve(200))
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    if not asking.cancel():
                        granted = asking.result()
                        assert isinstance(granted, Granted)
                        one.window.release(granted)
                    await asyncio.gather(asking, return_exceptions=True)
                await asyncio.sleep(2)
                return two.window.remaining()

        # What is kept for the other replica is not free.
        assert in_redis_time(run()) == 180

    def test_a_grant_whose_answer_is_lost_or_that_comes_late_is_nobodys(
        self, redis: RedisServer
    ) -> None:
        async def run() -> int:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                for path in (Path.DEAF, Path.LATE):
                    one.connection.path = path
                    await asyncio.gather(*(one.window.reserve(1) for _ in range(50)))
                one.connection.path = Path.GOOD
                await asyncio.sleep(40)
                return two.window.remaining()

        # One place was taken from the share.
        assert in_redis_time(run()) == 180

    def test_what_a_crashed_replica_occupied_is_free_when_it_no_longer_counts(
        self, redis: RedisServer
    ) -> None:
        async def run() -> list[int]:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                await take_all(two.window)
                two.connection.path = Path.CUT
                seen = []
                for seconds in (62, LEASE - 60, 5):
                    await asyncio.sleep(seconds)
                    seen.append(one.window.remaining())
                return seen

        # Its share stays its own: it may be alive.
        assert in_redis_time(run()) == [20, 180, 180]

    def test_a_place_becomes_free_when_it_is_said_to(self, redis: RedisServer) -> None:
        async def run() -> tuple[WaitFor | Granted, float]:
            async with several(redis.url, upstream(), 2) as (one, two):
                await opened([one, two])
                await take_all(two.window, 100)
                await asyncio.sleep(10)
                await take_all(one.window)
                await asyncio.sleep(1)
                return await one.window.reserve(200), one.window.expected(101, 200)

        claim, later = in_redis_time(run())
        assert claim == WaitFor(1.0)
        assert 50 < later < 60
