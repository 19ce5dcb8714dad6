"""Gateways over one Redis count a caller's requests together, and know what he sent to another."""

import asyncio
import base64
import hmac
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.redis_server import RedisServer, running_redis

T = TypeVar("T")

REQUESTS = 40
"""That a caller may send in a minute."""
CALLS = 10
HELLO = "{ __typename }"
ADD = 'mutation { findOrCreateLabel(input: {displayName: "%s"}) { created } }'
SDL = "{ _service { __typename } }"
SECRET = "known to the router alone"
SECONDS = 30.0


@dataclass(frozen=True)
class Gateways:
    """Two gateways of one site, and the keys of callers who have asked nothing yet."""

    redis: RedisServer
    clients: tuple[httpx.AsyncClient, httpx.AsyncClient]
    keys: Iterator[str]

    async def ask(self, at: int, key: str, **body: Any) -> httpx.Response:
        """Send a request to one of the gateways."""
        headers = {"authorization": f"Bearer {key}"}
        return await self.clients[at].post("/graphql", json=body, headers=headers)

    async def statuses(self, key: str, times: int) -> Counter[int]:
        """Ask the two in turn; tell how often each status came."""
        asked = [await self.ask(number % 2, key, query=HELLO) for number in range(times)]
        return Counter(answer.status_code for answer in asked)

    async def count_together(self) -> None:
        """See that a new caller has one window at both."""
        both = Counter({200: REQUESTS, 429: REQUESTS})
        await comes_true(lambda: self.statuses(next(self.keys), 2 * REQUESTS), both)


async def comes_true(ask: Callable[[], Awaitable[T]], expected: T) -> None:
    """See that the answer is what it should be, with a new caller each time that it is asked.

    It is not where a minute of the clock ends in between, since windows slide, nor while a busy
    machine takes Redis for away, which is for less than two seconds.
    """
    end = time.monotonic() + SECONDS
    while (told := await ask()) != expected and time.monotonic() < end:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.25)
    assert told == expected


@asynccontextmanager
async def gateways(redis: RedisServer, folder: Path) -> AsyncIterator[Gateways]:
    file, keys = folder / "keys.json", []
    with changing(file) as records:
        for _ in range(500):
            key, record = new_key(
                sites=None, scopes=SCOPES, created_at=time.time(), expires_at=None
            )
            records.append(record)
            keys.append(key)
    settings = Settings(
        auth="required",
        api_keys_file=file,
        redis_url=SecretStr(redis.url),
        replicas=2,
        documents="prefer",
        router_proof="hmac-stamped",
        router_secret=SecretStr(SECRET),
        caller_requests_per_minute=REQUESTS,
        caller_calls_per_minute=CALLS,
    )
    async with AsyncExitStack() as stack:
        sandbox = create_sandbox(SandboxOptions(contacts=0))
        stack.push_async_callback(sandbox.aclose)
        clients = []
        for _ in range(2):
            app = create_app(settings, sandbox=sandbox)
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app)
            client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
            clients.append(await stack.enter_async_context(client))
        yield Gateways(redis, (clients[0], clients[1]), iter(keys))


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Gateways]:
    with running_redis() as redis:
        async with gateways(redis, tmp_path) as both:
            yield both


def code(answer: httpx.Response) -> str:
    """Tell the code of an answer's error, or nothing where it has none."""
    error: dict[str, Any] = answer.json().get("errors", [{"extensions": {"code": ""}}])[0]
    return str(error["extensions"]["code"])


async def test_two_gateways_let_a_caller_have_one_window(both: Gateways) -> None:
    await both.count_together()


async def test_every_answer_tells_what_is_left_at_both(both: Gateways) -> None:
    async def left() -> list[str]:
        key = next(both.keys)
        asked = [await both.ask(number % 2, key, query=HELLO) for number in range(4)]
        return [answer.headers["ratelimit"].partition(";t=")[0] for answer in asked]

    await comes_true(left, [f'"requests";r={REQUESTS - n}' for n in (1, 2, 3, 4)])


async def test_calls_taken_at_one_gateway_are_missing_at_the_other(both: Gateways) -> None:
    async def taken() -> str:
        key = next(both.keys)
        for _ in range(CALLS):
            await both.ask(0, key, query=ADD % uuid.uuid4())
        await asyncio.sleep(0.1)  # it is told a little later
        answer = await both.ask(1, key, query=ADD % uuid.uuid4())
        return str(answer.json().get("errors", [{"message": ""}])[0]["message"])

    await comes_true(taken, f"You may take {CALLS} calls to Wix a minute.")


async def test_a_document_sent_to_one_gateway_is_known_to_the_other(both: Gateways) -> None:
    async def known() -> list[str]:
        key, text = next(both.keys), f"query Known{uuid.uuid4().hex} {{ __typename }}"
        named = {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}
        return [
            code(await both.ask(1, key, extensions=named)),
            code(await both.ask(0, key, query=text, extensions=named)),
            code(await both.ask(1, key, extensions=named)),
        ]

    await comes_true(known, ["PERSISTED_QUERY_NOT_FOUND", "", ""])


async def test_a_stamp_used_at_one_gateway_is_refused_at_the_other(both: Gateways) -> None:
    async def replayed() -> list[str]:
        key, stamp = next(both.keys), f"{time.time() * 1_000:.0f}.{uuid.uuid4()}"
        signed = f'{{"extensions":{{"hmac-stamp":"{stamp}"}},"query":"{SDL}"}}'
        digest = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
        proof = {"hmac-stamp": stamp, "hmac-signature": base64.b64encode(digest).decode()}
        return [code(await both.ask(at, key, query=SDL, extensions=proof)) for at in (0, 1, 0)]

    await comes_true(replayed, ["", "ROUTER_UNPROVEN", "ROUTER_UNPROVEN"])


def spoil(redis: RedisServer) -> None:
    """Write nonsense wherever there is something about callers and documents."""
    for name in redis.names("crm-labels:1:*"):
        if b":caller:" in name or b":document:" in name:
            redis.ask("DEL", name)
            redis.ask("LPUSH", name, "nonsense")


@pytest.mark.parametrize(
    ("trouble", "end"),
    [
        (RedisServer.kill, RedisServer.start),
        (RedisServer.pause, RedisServer.resume),
        (RedisServer.flush, RedisServer.flush),
        (spoil, spoil),
    ],
)
async def test_trouble_with_redis_bounds_callers_at_each_gateway_and_ends_by_itself(
    both: Gateways, trouble: Callable[[RedisServer], None], end: Callable[[RedisServer], None]
) -> None:
    key = next(both.keys)
    before = await both.statuses(key, REQUESTS // 2)
    trouble(both.redis)
    began = time.monotonic()
    during = await both.statuses(key, 3 * REQUESTS)
    assert time.monotonic() - began < 10.0
    end(both.redis)
    assert {*before, *during} == {200, 429}
    assert REQUESTS // 2 <= during[200] <= 2 * REQUESTS
    await both.count_together()
