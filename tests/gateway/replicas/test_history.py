"""Each of Wix's events is news to one replica, in the order of its entity, whatever Redis does."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import permutations

import pytest

from gateway.crm.events import Outcome, OwnHistory
from gateway.model.events import Entity, Event
from gateway.replicas.history import SharedHistory
from tests.support.connections import cut_short, until_available
from tests.support.heartbeats import Pulse, pulse
from tests.support.redis_server import RedisServer, running_redis
from tests.support.sandboxes import ManualTime
from tests.support.webhooks import CONTACT, event

APPLIED, REPEATED, OVERTAKEN = Outcome.APPLIED, Outcome.REPEATED, Outcome.OVERTAKEN


@dataclass(frozen=True)
class Replica:
    """What one replica knows of events."""

    history: SharedHistory
    pulse: Pulse

    async def notes(self, *events: Event) -> list[Outcome]:
        return [await self.history.note(each) for each in events]

    async def beat(self) -> None:
        await self.pulse.heartbeat.beat()


@asynccontextmanager
async def replica(url: str) -> AsyncIterator[Replica]:
    time = ManualTime()
    async with pulse(url, time) as beating:
        own = OwnHistory(clock=time.monotonic)
        history = SharedHistory(own, beating.connection, beating.heartbeat)
        yield Replica(history, beating)


@asynccontextmanager
async def two(server: RedisServer) -> AsyncIterator[tuple[Replica, Replica]]:
    async with replica(server.url) as first, replica(server.url) as second:
        yield first, second


@pytest.fixture
async def both(redis: RedisServer) -> AsyncIterator[tuple[Replica, Replica]]:
    async with two(redis) as both:
        yield both


Both = tuple[Replica, Replica]


async def test_an_event_is_news_to_one_replica(both: Both) -> None:
    same = event(1)
    assert [await each.history.note(same) for each in both * 2] == [APPLIED, *[REPEATED] * 3]


async def test_an_event_sent_to_all_at_once_is_news_to_one(both: Both) -> None:
    for number in range(50):
        same = event(number)
        outcomes = await asyncio.gather(*(each.history.note(same) for each in both * 3))
        assert sorted(outcome.value for outcome in outcomes) == ["applied", *["repeated"] * 5]


async def test_an_event_that_was_overtaken_on_another_replica_is_no_news(both: Both) -> None:
    first, second = both
    late = event(3)
    assert await first.notes(event(9)) == [APPLIED]
    assert await second.notes(late, event(10), event(9)) == [OVERTAKEN, APPLIED, OVERTAKEN]
    assert await first.notes(late) == [OVERTAKEN]


async def test_every_entity_has_a_sequence_of_its_own(both: Both) -> None:
    first, second = both
    label = Entity("label", CONTACT)
    assert await first.notes(event(5)) == [APPLIED]
    assert await second.notes(event(4, entity=label)) == [APPLIED]


@pytest.mark.parametrize("sequence", [0, 9, 10, 1_795_251_600_000, 2**53 + 1, 2**63 - 1])
async def test_sequences_are_compared_to_the_last_digit(both: Both, sequence: int) -> None:
    first, second = both
    assert await first.notes(event(sequence)) == [APPLIED]
    assert await second.notes(event(sequence), event(sequence + 1)) == [OVERTAKEN, APPLIED]


async def test_what_could_not_be_applied_is_news_again_everywhere(both: Both) -> None:
    first, second = both
    fifth = event(5)
    assert await first.notes(fifth) == [APPLIED]
    await first.history.forget(fifth)
    await first.beat()
    assert await second.notes(event(4), fifth) == [OVERTAKEN, APPLIED]


async def test_without_redis_each_replica_decides_alone_and_tells_later() -> None:
    with running_redis() as server:
        async with two(server) as (first, second):
            same, late = event(6), event(5)
            server.kill()
            assert await first.notes(same, same) == [APPLIED, REPEATED]
            server.start()
            await until_available(first.pulse.connection)
            await first.beat()
            async with replica(server.url) as new:
                assert await new.notes(same, late, event(7)) == [REPEATED, OVERTAKEN, APPLIED]
            assert second.pulse.connection.available


async def test_an_emptied_redis_is_told_again_what_came_last(
    both: Both, redis: RedisServer
) -> None:
    first, second = both
    crowd = [event(7, entity=Entity("contact", str(number))) for number in range(1_200)]
    assert await first.notes(*crowd) == [APPLIED] * 1_200
    redis.flush()
    await first.beat()
    late = [event(6, entity=Entity("contact", str(number))) for number in range(1_200)]
    assert await second.notes(*late) == [OVERTAKEN] * 1_200


async def test_an_event_whose_note_was_cut_short_is_news_again(
    both: Both, redis: RedisServer
) -> None:
    first, second = both
    same = event(1)
    redis.pause()
    try:
        await cut_short(first.history.note(same), first.pulse.connection)
    finally:
        redis.resume()
    await until_available(first.pulse.connection)
    await first.beat()
    assert await second.notes(same) == [APPLIED]


@pytest.mark.parametrize("kind", ["bytes", "number", "list"])
async def test_nonsense_under_a_key_of_ours_is_nothing(redis: RedisServer, kind: str) -> None:
    same = event(7)
    async with replica(redis.url) as gone:
        assert await gone.notes(same) == [APPLIED]
    for key in redis.names():
        redis.ask("DEL", key)
        commands: dict[str, tuple[str | bytes, ...]] = {
            "bytes": ("SET", key, bytes(range(256))),
            "number": ("SET", key, "99"),
            "list": ("RPUSH", key, "a"),
        }
        redis.ask(*commands[kind])
    async with replica(redis.url) as new:
        assert await new.notes(same, same) == [APPLIED, REPEATED]


async def test_what_is_noted_is_kept_as_long_as_repeats_can_come(
    both: Both, redis: RedisServer
) -> None:
    await both[0].notes(event(1))
    kept = {key.split(b":")[3]: int(redis.ask("TTL", key)[1:]) for key in redis.names()}
    hours = {name: round(seconds / 3_600) for name, seconds in kept.items() if name != b"mark"}
    assert hours == {b"event": 49, b"sequence": 49}


async def test_in_any_order_and_on_any_replica_the_last_is_applied(both: Both) -> None:
    dice = random.Random(7)  # noqa: S311 - disorder, no secret
    for number, order in enumerate(permutations(range(1, 5))):
        entity = Entity("contact", str(number))
        events = {sequence: event(sequence, entity=entity) for sequence in order}
        applied = [
            sequence
            for sequence in (*order, *order)
            if await dice.choice(both).history.note(events[sequence]) is APPLIED
        ]
        assert applied == sorted(set(applied))
        assert applied[-1] == 4
