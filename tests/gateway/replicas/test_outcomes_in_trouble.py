"""Each keyed mutation is made once, whatever becomes of Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.edge.outcomes import Record
from gateway.replicas.faults import Absent, StoreFault
from gateway.replicas.heartbeat import GRACE_SECONDS
from tests.support.claimants import DONE, NAME, RUNNING, UNKNOWN, Both, Replica, replica, two
from tests.support.connections import cut_short, until_available
from tests.support.redis_server import RedisServer, running_redis
from tests.support.sandboxes import ManualTime


@pytest.fixture
async def both(redis: RedisServer, time: ManualTime) -> AsyncIterator[Both]:
    async with two(redis, time) as both:
        yield both


async def test_an_emptied_redis_is_told_again_what_is_known(
    both: Both, redis: RedisServer, time: ManualTime
) -> None:
    first, second = both
    assert await first.carry_out() == DONE
    redis.flush()
    assert await second.claim() == RUNNING
    await first.beat()
    await second.store.ended(NAME)
    assert await second.claim() == DONE
    async with replica(redis.url, time) as new:
        assert await new.claim() == DONE


async def test_a_redis_emptied_under_a_claim_costs_no_second_write(
    both: Both, redis: RedisServer
) -> None:
    first, second = both
    assert await first.claim() is None
    waiting = asyncio.create_task(second.carry_out())
    await asyncio.sleep(0)
    redis.flush()
    await first.beat()
    await second.beat()
    assert await second.claim() == RUNNING
    await first.store.keep(NAME, DONE)
    assert await waiting == DONE


async def test_while_nobody_has_told_no_request_is_called_another(
    both: Both, redis: RedisServer
) -> None:
    first, second = both
    assert await first.carry_out() == DONE
    redis.flush()
    assert await second.claim("another") == Record("another")
    assert await second.claim() == RUNNING
    await first.beat()
    await second.store.ended(NAME)
    assert [await second.claim(), await second.claim("another")] == [DONE, DONE]


async def test_when_nobody_knew_a_name_it_is_free_after_the_grace(
    both: Both, redis: RedisServer, time: ManualTime
) -> None:
    redis.flush()
    assert await both[0].claim() == RUNNING
    await both[0].beat()
    began = time.monotonic()
    await both[0].store.ended(NAME)
    assert time.monotonic() - began <= GRACE_SECONDS + 1
    assert await both[0].claim() is None


async def test_without_redis_each_replica_decides_alone_and_tells_later() -> None:
    time = ManualTime()
    with running_redis() as server:
        async with two(server, time) as (first, second):
            server.kill()
            assert await first.carry_out() == DONE
            assert await first.claim() == DONE
            server.start()
            await until_available(first.pulse.connection)
            await first.beat()
            await until_back_by_asking(second)
            await second.beat()
            assert await second.carry_out() == DONE
            assert await second.claim() == DONE


async def until_back_by_asking(replica: Replica) -> None:
    """Let a replica see that what was open is of no use, and then that Redis is back."""
    try:
        await replica.pulse.connection.call("PING")
    except StoreFault:
        await until_available(replica.pulse.connection)


async def test_a_moment_without_redis_is_waited_out(both: Both, redis: RedisServer) -> None:
    """Others may be there for whom it was not away."""
    back = asyncio.Event()

    async def until_back(_seconds: float) -> None:
        await back.wait()

    async with replica(redis.url, ManualTime(), sleep=until_back) as patient:
        patient.pulse.connection.watch(back=back.set)
        assert await both[0].claim() is None
        redis.pause()
        claiming = asyncio.create_task(patient.claim())
        try:
            with pytest.raises(Absent):
                await patient.pulse.connection.call("PING")
        finally:
            redis.resume()
        assert await claiming == RUNNING


async def test_an_answer_that_was_lost_with_redis_is_told_when_it_is_back(
    both: Both, redis: RedisServer
) -> None:
    first, second = both
    assert await first.claim() is None
    redis.pause()
    try:
        await first.store.keep(NAME, DONE)
    finally:
        redis.resume()
    await until_available(first.pulse.connection)
    await first.beat()
    assert await second.claim() == DONE


async def test_who_waits_for_another_while_redis_is_away_never_executes() -> None:
    time = ManualTime()
    with running_redis() as server:
        async with two(server, time) as (first, second):
            assert await first.claim() is None
            assert await second.claim() == RUNNING
            server.kill()
            assert await second.carry_out() == UNKNOWN
            server.start()
            for replica in (first, second):
                await until_back_by_asking(replica)
            await first.store.keep(NAME, DONE)
            assert await second.claim() == DONE


async def test_what_nobody_is_known_to_have_begun_is_executed_when_redis_goes_away() -> None:
    time = ManualTime()
    with running_redis() as server:
        async with two(server, time) as (first, _):
            server.flush()
            assert await first.claim() == RUNNING
            server.kill()
            assert await first.carry_out() == DONE


async def test_a_claim_that_was_cut_short_is_given_back(both: Both, redis: RedisServer) -> None:
    first, second = both
    redis.pause()
    try:
        await cut_short(first.claim(), first.pulse.connection)
    finally:
        redis.resume()
    await until_available(first.pulse.connection)
    await first.beat()
    assert await second.carry_out() == DONE
    assert await first.claim() == DONE


@pytest.mark.parametrize("kind", ["bytes", "json", "text", "list", "hash", "cut", "changed"])
async def test_nonsense_under_a_key_of_ours_is_nothing(
    redis: RedisServer, time: ManualTime, kind: str
) -> None:
    async with replica(redis.url, time) as gone:
        time.advance(GRACE_SECONDS)
        await gone.carry_out()
    for key in redis.names():
        spoil(redis, key, kind)
    async with replica(redis.url, time) as new, replica(redis.url, time) as other:
        time.advance(GRACE_SECONDS)
        assert await new.claim() is None
        assert await other.claim() == RUNNING
        await new.store.keep(NAME, DONE)
        await other.store.ended(NAME)
        assert await other.claim() == DONE


def spoil(redis: RedisServer, key: bytes, kind: str) -> None:
    """Put nonsense where something of ours was."""
    held = redis.ask("GET", key).split(b"\r\n", 1)[1].removesuffix(b"\r\n")
    redis.ask("DEL", key)
    commands: dict[str, tuple[str | bytes, ...]] = {
        "bytes": ("SET", key, bytes(range(256))),
        "json": ("SET", key, '{"outcome": 1}'),
        "text": ("SET", key, "1 print - 0\n{}"),
        "list": ("RPUSH", key, "a", "b"),
        "hash": ("HSET", key, "a", "b"),
        "cut": ("SET", key, held[:-1]),
        "changed": ("SET", key, held.replace(b"print", b"plint") + b"}"),
    }
    redis.ask(*commands[kind])


async def test_what_is_remembered_for_an_absent_redis_is_bounded(time: ManualTime) -> None:
    async with replica("unix:///nonexistent/redis.sock", time) as alone:
        for number in range(20_100):
            assert await alone.store.claim(f"key-{number}", "print") is None
            await alone.store.release(f"key-{number}")
        assert len(alone.store._unwritten) == 20_000
