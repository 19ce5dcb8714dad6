"""Documents that were sent to one gateway are found at all, and are what they are called."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway.edge.known.automatic import AutomaticInProcess
from gateway.edge.known.trusted import digest_of
from gateway.replicas.connection import Connection
from gateway.replicas.documents import SharedDocuments
from tests.support.redis_server import RedisServer, running_redis

TEXT = "{ hello }"
DIGEST = digest_of(TEXT)
KEY = f"crm-labels:1:*:document:{int(DIGEST, 16) % 16_384}"
LARGEST = 16_384
PATIENT = 10.0
"""Seconds for an answer of Redis: other programs run beside the tests."""


@asynccontextmanager
async def gateway(url: str, *, seconds: float = PATIENT) -> AsyncIterator[SharedDocuments]:
    rng = random.Random(7)  # noqa: S311 - jitter
    connection = Connection(url, site="*", seconds=seconds, rng=rng)
    try:
        yield SharedDocuments(AutomaticInProcess(1_000_000), connection)
    finally:
        await connection.aclose()


@pytest.mark.parametrize("text", [TEXT, '{ hello(name: "Zoë \ud800") }', "#" * LARGEST])
async def test_a_document_of_one_gateway_is_found_at_another(redis: RedisServer, text: str) -> None:
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        await one.keep(digest_of(text), text)
        assert await other.find(digest_of(text)) == text
        redis.flush()
        assert await other.find(digest_of(text)) == text


async def test_one_that_is_too_large_is_known_where_it_was_sent(redis: RedisServer) -> None:
    text = "#" * (LARGEST + 1)
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        await one.keep(digest_of(text), text)
        assert await one.find(digest_of(text)) == text
        assert await other.find(digest_of(text)) is None


@pytest.mark.parametrize(
    "poison", [b"{ secrets }", b"{ hello }\n", b"", b"\xff\xfe", TEXT.encode() * LARGEST]
)
async def test_a_text_is_not_believed_that_is_another_s(redis: RedisServer, poison: bytes) -> None:
    redis.ask("SET", KEY, poison)
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        assert await one.find(DIGEST) is None
        await other.keep(DIGEST, TEXT)
        assert await one.find(DIGEST) == TEXT


async def test_a_value_of_another_type_is_nothing_and_gives_way(redis: RedisServer) -> None:
    redis.ask("LPUSH", KEY, TEXT)
    async with gateway(redis.url) as one, gateway(redis.url) as other:
        assert await one.find(DIGEST) is None
        await other.keep(DIGEST, TEXT)
        assert await one.find(DIGEST) == TEXT


async def test_documents_are_kept_for_a_day(redis: RedisServer) -> None:
    async with gateway(redis.url) as one:
        await one.keep(DIGEST, TEXT)
    assert 86_000_000 < int(redis.ask("PTTL", KEY)[1:]) <= 86_400_000


async def test_however_many_are_sent_redis_keeps_so_many_at_most(redis: RedisServer) -> None:
    async with gateway(redis.url) as one:
        first = f"{1:064x}"
        same_place = f"{1 + 16_384:064x}"
        await one.keep(first, "a")
        await one.keep(same_place, "b")
    assert redis.ask("DBSIZE") == b":1\r\n"


async def test_a_redis_that_is_frozen_is_waited_for_shortly() -> None:
    with running_redis() as redis:
        async with gateway(redis.url, seconds=0.1) as one:
            redis.pause()
            async with asyncio.timeout(5):
                await one.keep(DIGEST, TEXT)
                assert [await one.find(f"{number:064x}") for number in range(20)] == [None] * 20
            assert await one.find(DIGEST) == TEXT
            redis.resume()


async def test_without_redis_each_knows_its_own() -> None:
    with running_redis() as redis:
        async with gateway(redis.url) as one, gateway(redis.url) as other:
            redis.kill()
            await one.keep(DIGEST, TEXT)
            assert await one.find(DIGEST) == TEXT
            assert await other.find(DIGEST) is None
