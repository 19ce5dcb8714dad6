"""A router's stamp that was used at one gateway is refused at all of them."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.edge.routers.stamps import BadStamp, StampsInProcess
from gateway.replicas.connection import Connection
from gateway.replicas.stamps import SharedStamps
from tests.support.clock import ManualClock
from tests.support.redis_server import RedisServer, running_redis

NOW = 1_800_000_000.0
PATIENT = 10.0
"""Seconds for an answer of Redis: other programs run beside the tests."""
STAMP = f"{NOW * 1_000:.0f}.nonce"


@asynccontextmanager
async def gateway(url: str, *, seconds: float = PATIENT) -> AsyncIterator[SharedStamps]:
    rng = random.Random(7)  # noqa: S311 - jitter
    connection = Connection(url, site="*", seconds=seconds, rng=rng)
    try:
        yield SharedStamps(StampsInProcess(ManualClock(NOW)), connection)
    finally:
        await connection.aclose()


async def admits(stamps: SharedStamps, stamp: str = STAMP) -> str:
    """Tell why a stamp is refused, or nothing when it is taken."""
    try:
        await stamps.admit(stamp)
    except BadStamp as bad:
        return bad.reason
    return ""


async def test_a_stamp_is_taken_at_one_gateway(redis: RedisServer) -> None:
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        assert await admits(one) == ""
        assert await admits(other) == "it was here before"
        assert await admits(other, f"{STAMP}-2") == ""


async def test_one_sent_to_all_at_once_is_taken_once(redis: RedisServer) -> None:
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        for number in range(20):
            same = f"{STAMP}-{number}"
            reasons = await asyncio.gather(admits(one, same), admits(other, same))
            assert sorted(reasons) == ["", "it was here before"]


@pytest.mark.parametrize("stamp", ["", "now", f"{(NOW - 31) * 1_000:.0f}.n", f"{STAMP} x"])
async def test_what_is_refused_anyway_is_not_asked_of_redis(redis: RedisServer, stamp: str) -> None:
    async with gateway(redis.url) as one:
        assert await admits(one, stamp) != ""
    assert redis.ask("DBSIZE") == b":0\r\n"


async def test_stamps_are_kept_for_longer_than_they_could_come_again(redis: RedisServer) -> None:
    async with gateway(redis.url) as one:
        await admits(one)
    left = redis.ask("PTTL", f"crm-labels:1:*:stamp:{STAMP}")
    assert 60_000 < int(left[1:]) <= 120_000


async def test_without_redis_each_gateway_takes_a_stamp_once() -> None:
    with running_redis() as redis:
        async with gateway(redis.url) as one, gateway(redis.url) as other:
            redis.kill()
            for each in (one, other):
                assert [await admits(each), await admits(each)] == ["", "it was here before"]


async def test_a_redis_that_is_frozen_is_waited_for_shortly() -> None:
    with running_redis() as redis:
        async with gateway(redis.url, seconds=0.1) as one:
            redis.pause()
            async with asyncio.timeout(5):
                assert [await admits(one, f"{STAMP}-{n}") for n in range(20)] == [""] * 20
            redis.resume()
