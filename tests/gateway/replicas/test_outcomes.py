"""Whichever replica is asked, each keyed mutation is made once, whatever becomes of Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from gateway.edge.outcomes import OutcomesInProcess, Record
from gateway.replicas.faults import Absent, StoreFault
from gateway.replicas.heartbeat import GRACE_SECONDS
from gateway.replicas.outcomes import SharedOutcomes
from gateway.replicas.records import LEASE_SECONDS, Records
from gateway.sandbox.traffic.mishaps import Sleep
from tests.support.heartbeats import Pulse, pulse
from tests.support.redis_server import RedisServer, running_redis
from tests.support.sandboxes import ManualTime

NAME = "site/ada the-key"
RUNNING = Record("print")
DONE = Record("print", b'{"data":{}}')
UNKNOWN = Record("print", b"")


@dataclass(frozen=True)
class Replica:
    """What one replica knows of keyed mutations."""

    store: SharedOutcomes
    pulse: Pulse

    async def claim(self, fingerprint: str = "print") -> Record | None:
        return await self.store.claim(NAME, fingerprint)

    async def beat(self) -> None:
        await self.pulse.heartbeat.beat()

    async def carry_out(self) -> Record:
        """Do what a request does: execute if nobody has, else tell what came of it."""
        while (known := await self.claim()) is not None:
            if known.outcome is not None:
                return known
            await self.store.ended(NAME)
        await self.store.keep(NAME, DONE)
        return DONE


@asynccontextmanager
async def replica(
    url: str, time: ManualTime, *, sleep: Sleep | None = None
) -> AsyncIterator[Replica]:
    async with pulse(url, time) as beating:
        store = SharedOutcomes(
            OutcomesInProcess(limit=100_000, clock=time.monotonic),
            Records(beating.connection, beating.heartbeat, moment=time.monotonic),
            beating.heartbeat,
            clock=time.monotonic,
            sleep=sleep or time.sleep,
        )
        try:
            yield Replica(store, beating)
        finally:
            await store.aclose()


@pytest.fixture
def time() -> ManualTime:
    return ManualTime()


@asynccontextmanager
async def two(server: RedisServer, time: ManualTime) -> AsyncIterator[tuple[Replica, Replica]]:
    """Run two replicas that everybody has had the time to tell what he knows."""
    async with replica(server.url, time) as first, replica(server.url, time) as second:
        time.advance(GRACE_SECONDS)
        yield first, second


@pytest.fixture
async def both(redis: RedisServer, time: ManualTime) -> AsyncIterator[tuple[Replica, Replica]]:
    async with two(redis, time) as both:
        yield both


Both = tuple[Replica, Replica]


async def until_back(replica: Replica) -> None:
    """Wait until the replica has seen that Redis is there."""
    back = asyncio.Event()
    replica.pulse.connection.watch(back=back.set)
    if not replica.pulse.connection.available:
        await asyncio.wait_for(back.wait(), 10)


async def test_one_replica_has_the_claim_and_the_other_learns_what_came_of_it(both: Both) -> None:
    first, second = both
    assert await first.claim() is None
    assert await second.claim() == RUNNING
    twins = [asyncio.create_task(second.carry_out()) for _ in range(5)]
    await asyncio.sleep(0)
    await first.store.keep(NAME, DONE)
    assert await asyncio.gather(*twins) == [DONE] * 5
    assert await first.claim() == DONE


async def test_twins_on_both_replicas_are_one_execution(both: Both) -> None:
    executed: list[Replica] = []

    async def serve(replica: Replica) -> Record:
        while (known := await replica.claim()) is not None:
            if known.outcome is not None:
                return known
            await replica.store.ended(NAME)
        executed.append(replica)
        await asyncio.sleep(0)
        await replica.store.keep(NAME, DONE)
        return DONE

    served = await asyncio.gather(*(serve(replica) for replica in both for _ in range(25)))
    assert (served, len(executed)) == ([DONE] * 50, 1)


async def test_what_was_given_back_can_be_claimed_by_the_other(both: Both) -> None:
    first, second = both
    assert await first.claim() is None
    waiting = asyncio.create_task(second.carry_out())
    await asyncio.sleep(0)
    await first.store.release(NAME)
    assert await waiting == DONE
    assert await first.claim() == DONE


async def test_a_key_that_another_request_has_is_known_at_once(both: Both) -> None:
    first, second = both
    assert await first.claim("print") is None
    assert await second.claim("another") == RUNNING
    await first.store.keep(NAME, DONE)
    await second.store.ended(NAME)
    assert await second.claim("another") == DONE


async def test_an_outcome_outlives_the_replica_that_made_it(
    both: Both, redis: RedisServer, time: ManualTime
) -> None:
    assert await both[0].carry_out() == DONE
    async with replica(redis.url, time) as new:
        assert await new.claim() == DONE


async def test_an_outcome_is_kept_a_day_in_redis(both: Both, redis: RedisServer) -> None:
    await both[0].carry_out()
    assert await both[0].claim() == DONE
    (key,) = outcome_keys(redis)
    remaining = int(redis.ask("PTTL", key)[1:])
    assert 86_390_000 < remaining <= 86_400_000


async def test_the_claim_of_one_who_died_is_an_unknown_outcome_for_ever(
    both: Both, time: ManualTime
) -> None:
    first, second = both
    assert await first.claim() is None
    time.advance(LEASE_SECONDS)
    assert await second.claim() == UNKNOWN
    time.advance(3_600)
    assert await second.claim() == UNKNOWN


async def test_twins_of_one_who_dies_wait_no_longer_than_his_lease(
    both: Both, time: ManualTime
) -> None:
    first, second = both
    assert await first.claim() is None
    began = time.monotonic()
    assert await second.carry_out() == UNKNOWN
    assert LEASE_SECONDS <= time.monotonic() - began <= LEASE_SECONDS + 1


async def test_a_claim_is_renewed_while_its_owner_lives(both: Both, time: ManualTime) -> None:
    first, second = both
    assert await first.claim() is None
    for _ in range(10):
        time.advance(LEASE_SECONDS - 0.1)
        await first.beat()
    assert await second.claim() == RUNNING


async def test_one_who_was_only_slow_is_believed_when_he_tells_what_he_did(
    both: Both, time: ManualTime
) -> None:
    first, second = both
    assert await first.claim() is None
    time.advance(LEASE_SECONDS)
    assert await second.claim() == UNKNOWN
    await first.store.keep(NAME, DONE)
    assert await second.claim() == DONE


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
            await until_back(first)
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
        await until_back(replica)


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
    await until_back(first)
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
        claiming = asyncio.create_task(first.claim())
        while not first.pulse.connection.under_way:  # noqa: ASYNC110 - others go on
            await asyncio.sleep(0)
        claiming.cancel()
        await asyncio.gather(claiming, return_exceptions=True)
    finally:
        redis.resume()
    await until_back(first)
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
    for key in redis_keys(redis):
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


def redis_keys(redis: RedisServer) -> list[bytes]:
    return redis.ask("KEYS", "crm-labels:*").split(b"\r\n")[2::2]


def outcome_keys(redis: RedisServer) -> list[bytes]:
    return [key for key in redis_keys(redis) if b":outcome:" in key]


async def test_what_is_remembered_for_an_absent_redis_is_bounded(time: ManualTime) -> None:
    async with AsyncExitStack() as stack:
        alone = await stack.enter_async_context(replica("unix:///nonexistent/redis.sock", time))
        for number in range(20_100):
            assert await alone.store.claim(f"key-{number}", "print") is None
            await alone.store.release(f"key-{number}")
        assert len(alone.store._unwritten) == 20_000
