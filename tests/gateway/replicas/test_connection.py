"""The connection to Redis, over a real one that is killed, frozen and started again."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from gateway.replicas.connection import Connection, Script
from gateway.replicas.faults import Absent, Unusable
from tests.support.connections import until_available
from tests.support.redis_server import RedisServer, running_redis

SUM = Script("return tonumber(ARGV[1]) + tonumber(redis.call('GET', KEYS[1]) or '0')")


@asynccontextmanager
async def connected(url: str, *, seconds: float = 5.0) -> AsyncIterator[Connection]:
    """Connect, with more patience than in earnest: the machine may have other things to do."""
    rng = random.Random(7)  # noqa: S311 - jitter, no secret
    connection = Connection(url, site="site", seconds=seconds, rng=rng)
    try:
        yield connection
    finally:
        await connection.aclose()


async def test_commands_and_scripts_are_run(redis: RedisServer) -> None:
    async with connected(redis.url) as connection:
        key = connection.key("test", "number")
        await connection.call("SET", key, 40)
        answers = [await connection.run(SUM, [key], 2) for _ in range(2)]
        assert (key, answers) == ("crm-labels:1:site:test:number", [42, 42])
        assert redis.ask("GET", key) == b"$2\r\n40\r\n"


async def test_a_value_of_another_type_is_refused_and_redis_stays_available(
    redis: RedisServer,
) -> None:
    async with connected(redis.url) as connection:
        key = connection.key("test", "list")
        await connection.call("RPUSH", key, "a")
        for ask in (connection.call("GET", key), connection.run(SUM, [key], 2)):
            with pytest.raises(Unusable):
                await ask
        assert connection.available


async def test_a_redis_that_was_never_there_is_absent_at_once() -> None:
    async with connected("unix:///nonexistent/redis.sock") as connection:
        for _ in range(2):
            with pytest.raises(Absent):
                await connection.call("GET", "x")
        assert not connection.available


async def test_a_frozen_redis_costs_one_limit_and_then_no_wait(redis: RedisServer) -> None:
    async with connected(redis.url, seconds=0.3) as connection:
        await connection.call("SET", connection.key("a"), 1)
        loop = asyncio.get_running_loop()
        redis.pause()
        try:
            began = loop.time()
            with pytest.raises(Absent):
                await connection.call("GET", connection.key("a"))
            first = loop.time() - began
            with pytest.raises(Absent):
                await connection.call("GET", connection.key("a"))
            second = loop.time() - began - first
        finally:
            redis.resume()
        assert 0.3 <= first < 3.0
        assert second < 0.3
        assert await until_available(connection) < 5.0
        assert await connection.call("GET", connection.key("a")) == b"1"


async def test_a_redis_killed_and_started_again_is_found_by_itself() -> None:
    with running_redis() as server, capture_logs() as lines:
        async with connected(server.url) as connection:
            told: list[str] = []
            connection.watch(
                lost=lambda: told.append(f"lost {connection.available}"),
                back=lambda: told.append(f"back {connection.available}"),
            )
            await connection.run(SUM, [connection.key("a")], 2)
            server.kill()
            with pytest.raises(Absent):
                await connection.call("GET", connection.key("a"))
            server.start()
            assert await until_available(connection) < 5.0
            assert await connection.run(SUM, [connection.key("a")], 2) == 2
            assert told == ["lost False", "back True"]
    assert [line["event"] for line in lines] == [
        "redis is away; going on without it",
        "redis is back",
    ]


async def test_callers_that_hang_up_leave_the_others_their_own_answers(
    redis: RedisServer,
) -> None:
    async with connected(redis.url) as connection:
        for number in range(100):
            redis.ask("SET", connection.key(str(number)), str(number))
        asking = [
            asyncio.create_task(connection.call("GET", connection.key(str(number))))
            for number in range(100)
        ]
        for task in asking[::3]:
            asyncio.get_running_loop().call_later(0.001 * (len(asking) % 7), task.cancel)
        answers = await asyncio.gather(*asking, return_exceptions=True)
        wrong = [
            (number, answer)
            for number, answer in enumerate(answers)
            if isinstance(answer, bytes) and answer != str(number).encode()
        ]
        assert wrong == []
        assert connection.under_way == 0
        assert await connection.call("GET", connection.key("5")) == b"5"
