"""When what is not found in Redis may be taken not to be: not while others may still write it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.replicas.faults import Absent
from gateway.replicas.heartbeat import GRACE_SECONDS
from tests.support.heartbeats import Pulse, pulse
from tests.support.redis_server import RedisServer
from tests.support.sandboxes import ManualTime


@pytest.fixture
async def beating(redis: RedisServer, time: ManualTime) -> AsyncIterator[Pulse]:
    async with pulse(redis.url, time) as beating:
        yield beating


def called(beating: Pulse) -> list[bool]:
    """Join, and note with what one is called."""
    calls: list[bool] = []

    async def note(forgotten: bool) -> None:  # noqa: FBT001 - the heart's own signature
        calls.append(forgotten)

    beating.heartbeat.join(note)
    return calls


async def test_an_empty_redis_is_settled_after_the_grace(beating: Pulse, time: ManualTime) -> None:
    assert beating.heartbeat.mark == b""
    time.advance(GRACE_SECONDS)
    assert beating.heartbeat.mark != b""


async def test_one_that_has_been_marked_for_long_is_settled_for_newcomers_at_once(
    beating: Pulse, redis: RedisServer, time: ManualTime
) -> None:
    time.advance(GRACE_SECONDS)
    name, born = beating.heartbeat.mark.split()
    earlier = name + b" %d" % (int(born) - 2_000)
    redis.ask("SET", beating.heartbeat.key, earlier)
    async with pulse(redis.url, ManualTime()) as newcomer:
        assert newcomer.heartbeat.mark == earlier


async def test_members_learn_once_that_redis_was_emptied(
    beating: Pulse, redis: RedisServer
) -> None:
    calls = called(beating)
    await beating.heartbeat.beat()
    redis.flush()
    await beating.heartbeat.beat()
    await beating.heartbeat.beat()
    assert calls == [False, True, False]


async def test_an_emptied_redis_is_not_settled_before_the_grace(
    beating: Pulse, redis: RedisServer, time: ManualTime
) -> None:
    time.advance(GRACE_SECONDS)
    before = beating.heartbeat.mark
    redis.flush()
    await beating.heartbeat.beat()
    assert beating.heartbeat.mark == b""
    time.advance(GRACE_SECONDS)
    assert beating.heartbeat.mark not in {b"", before}


async def test_one_that_was_away_is_not_settled_before_the_grace(
    beating: Pulse, redis: RedisServer, time: ManualTime
) -> None:
    calls = called(beating)
    back = asyncio.Event()
    beating.connection.watch(back=back.set)
    time.advance(GRACE_SECONDS)
    before = beating.heartbeat.mark
    redis.pause()
    try:
        with pytest.raises(Absent):
            await beating.connection.call("PING")
        time.advance(5)
        await beating.heartbeat.beat()
        assert (beating.heartbeat.lost_for(), calls) == (5, [])
    finally:
        redis.resume()
    await asyncio.wait_for(back.wait(), 10)
    assert (beating.heartbeat.lost_for(), beating.heartbeat.mark) == (0, b"")
    time.advance(GRACE_SECONDS)
    assert beating.heartbeat.mark == before


@pytest.mark.parametrize("mark", ["", "nonsense", "abc", "abc 99999999999999", "abc -1", "xyz 1"])
async def test_nonsense_in_the_place_of_the_mark_is_none(
    redis: RedisServer, time: ManualTime, mark: str
) -> None:
    async with pulse(redis.url, time) as first:
        key = first.heartbeat.key
    redis.ask("SET", key, mark)
    async with pulse(redis.url, time) as second:
        time.advance(GRACE_SECONDS)
        assert second.heartbeat.mark not in {b"", mark.encode()}


async def test_a_value_of_another_type_gives_way_to_the_mark(
    beating: Pulse, redis: RedisServer, time: ManualTime
) -> None:
    redis.ask("DEL", beating.heartbeat.key)
    redis.ask("RPUSH", beating.heartbeat.key, "a")
    async with pulse(redis.url, time) as second:
        time.advance(GRACE_SECONDS)
        assert second.heartbeat.mark != b""
