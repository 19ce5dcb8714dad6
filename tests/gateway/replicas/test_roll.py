"""What becomes of calls that Redis has forgotten, or of which it holds nonsense."""

import asyncio

import pytest

from tests.support.redis_server import RedisServer
from tests.support.redis_time import in_redis_time
from tests.support.replicas import LEASE, opened, replica, several, take_all
from tests.support.traffic import (
    upstream,
)

ROLL = "crm-labels:1:site:roll"


def test_an_empty_redis_grants_places_after_the_moment_in_which_others_would_return(
    redis: RedisServer,
) -> None:
    async def run() -> tuple[int, float, int]:
        async with several(redis.url, upstream(), 2) as (one, two):
            at_once = await take_all(one.window)
            opens_in = one.window.expected(1, 200)
            await opened([one, two])
            return at_once, opens_in, await take_all(one.window)

    assert in_redis_time(run()) == (20, 3.0, 160)


def test_an_emptied_redis_grants_places_when_all_it_forgot_is_over(redis: RedisServer) -> None:
    async def run() -> list[int]:
        async with several(redis.url, upstream(), 2) as (one, two):
            await opened([one, two])
            await take_all(one.window, 150)
            await take_all(two.window, 150)
            redis.flush()
            seen = []
            for seconds in (2, LEASE - 5, 10):
                await asyncio.sleep(seconds)
                seen.append(await take_all(two.window))
            return seen

    assert in_redis_time(run()) == [0, 20, 160]


def test_a_newcomer_does_not_open_what_others_know_to_be_forgotten(redis: RedisServer) -> None:
    async def run() -> int:
        async with several(redis.url, upstream(), 3) as (one, two, _):
            await opened([one, two])
            await take_all(two.window)
            redis.flush()
            async with replica(redis.url, upstream(), seed=9, replicas=3) as newcomer:
                await asyncio.sleep(20)
                return await take_all(newcomer.window)

    assert in_redis_time(run()) == 13


@pytest.mark.parametrize(
    "nonsense",
    [
        ("SET", ROLL, "nonsense"),
        ("SET", ROLL, bytes(range(256))),
        ("RPUSH", ROLL, "1", "2"),
        ("SADD", ROLL, "1"),
        ("ZADD", ROLL, "1", "one"),
        ("HSET", ROLL, "epoch", "nonsense"),
        ("HSET", ROLL, "epoch", b"\xff\x00 \xfe"),
        ("HSET", ROLL, "stranger", '{"places": 3}'),
        ("HSET", ROLL, "stranger", "1 2"),
        ("HSET", ROLL, "stranger", "-1 -1 -1 "),
        ("HSET", ROLL, "stranger", f"{'9' * 400} 1 1 "),
        ("HSET", ROLL, "stranger", f"1 {'9' * 400} 1 "),
        ("HSET", ROLL, b"\xff\xfe", "1 1 1 1,,1"),
        ("HDEL", ROLL, "epoch"),
    ],
)
def test_nonsense_in_the_roll_is_forgotten_with_it(
    redis: RedisServer, nonsense: tuple[str | bytes, ...]
) -> None:
    async def run() -> list[int]:
        async with several(redis.url, upstream(), 2) as (one, two):
            await opened([one, two])
            if nonsense[0] != "HSET":
                redis.ask("DEL", ROLL)
            redis.ask(*nonsense)
            seen = []
            for seconds in (0, LEASE + 10):
                await asyncio.sleep(seconds)
                seen.append(await take_all(one.window))
            return seen

    assert in_redis_time(run()) == [20, 180]


def test_a_name_that_somebody_else_reports_under_is_given_up(redis: RedisServer) -> None:
    async def run() -> int:
        async with several(redis.url, upstream(), 2) as (one, two):
            await opened([one, two])
            for name in redis.listed("HKEYS", ROLL):
                if len(name) == 32:
                    redis.ask("HSET", ROLL, name, "999999999999999 0 20 ")
            await asyncio.sleep(5)
            return await take_all(one.window)

    assert in_redis_time(run()) == 160
