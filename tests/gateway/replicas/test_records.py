"""What Redis makes of those who tell it different things about one mutation."""

from collections.abc import AsyncIterator

import pytest

from gateway.edge.outcomes import Record
from gateway.replicas.heartbeat import GRACE_SECONDS
from gateway.replicas.records import LEASE_SECONDS, Found, Records, Standing
from tests.support.heartbeats import pulse
from tests.support.redis_server import RedisServer
from tests.support.sandboxes import ManualTime

NAME = "site/ada the-key"
FIRST = Record("print", b"first")
SECOND = Record("print", b"second")
UNKNOWN = Record("print", b"")
RUNNING = Found(Standing.RUNNING, Record("print"))
FREE = Found(Standing.FREE, Record("print"))


@pytest.fixture
async def records(redis: RedisServer, time: ManualTime) -> AsyncIterator[Records]:
    async with pulse(redis.url, time) as beating:
        time.advance(GRACE_SECONDS)
        yield Records(beating.connection, beating.heartbeat, moment=time.monotonic)


async def look(records: Records) -> Found:
    return await records.look(NAME, "print")


def kept(record: Record) -> Found:
    return Found(Standing.KEPT, record)


async def test_the_first_of_two_outcomes_stays(records: Records) -> None:
    await records.keep(NAME, FIRST, "one")
    await records.keep(NAME, SECOND, "other")
    assert await look(records) == kept(FIRST)


async def test_what_is_known_replaces_what_is_not(records: Records) -> None:
    await records.keep(NAME, UNKNOWN, "one")
    assert await look(records) == kept(UNKNOWN)
    await records.keep(NAME, SECOND, "other")
    await records.keep(NAME, UNKNOWN, "one")
    assert await look(records) == kept(SECOND)


async def test_one_who_does_not_know_says_nothing_about_the_claim_of_another(
    records: Records,
) -> None:
    await records.claim(NAME, "print", "one")
    await records.keep(NAME, UNKNOWN, "other")
    assert await look(records) == RUNNING
    await records.keep(NAME, UNKNOWN, "one")
    assert await look(records) == kept(UNKNOWN)


async def test_only_the_owner_of_a_claim_gives_it_back(records: Records) -> None:
    await records.claim(NAME, "print", "one")
    await records.release(NAME, "other")
    assert await look(records) == RUNNING
    await records.release(NAME, "one")
    assert await look(records) == FREE


async def test_nobody_gives_back_what_is_kept(records: Records) -> None:
    await records.keep(NAME, FIRST, "one")
    await records.release(NAME, "one")
    assert await look(records) == kept(FIRST)


async def test_nobody_renews_the_claim_of_another(records: Records, time: ManualTime) -> None:
    await records.claim(NAME, "print", "one")
    time.advance(LEASE_SECONDS)
    assert await records.hold(NAME, "print", "other") == Found(Standing.LOST, Record("print"))
    assert (await records.hold(NAME, "print", "one")).standing is Standing.OURS
    assert await look(records) == RUNNING


async def test_an_owner_may_claim_again(records: Records) -> None:
    """Its first answer may have been lost."""
    claims = [await records.claim(NAME, "print", "one") for _ in range(2)]
    assert claims == [Found(Standing.OURS, Record("print"))] * 2


@pytest.mark.parametrize(("size", "found"), [(2**20, b"x" * 2**20), (2**20 + 1, b"")])
async def test_an_outcome_of_more_than_a_mebibyte_is_unknown(
    records: Records, size: int, found: bytes
) -> None:
    await records.keep(NAME, Record("print", b"x" * size), "one")
    assert await look(records) == kept(Record("print", found))


async def test_an_outcome_may_hold_any_bytes(records: Records) -> None:
    every = Record("print", bytes(range(256)) * 2)
    await records.keep(NAME, every, "one")
    assert await look(records) == kept(every)
