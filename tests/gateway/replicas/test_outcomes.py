"""Whichever replica is asked, each keyed mutation is made once, and all know what came of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from gateway.edge.outcomes import Record
from gateway.replicas.records import LEASE_SECONDS
from tests.support.claimants import DONE, NAME, RUNNING, UNKNOWN, Both, Replica, replica, two
from tests.support.redis_server import RedisServer
from tests.support.sandboxes import ManualTime


@pytest.fixture
async def both(redis: RedisServer, time: ManualTime) -> AsyncIterator[Both]:
    async with two(redis, time) as both:
        yield both


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
    (key,) = redis.names("crm-labels:*:outcome:*")
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
