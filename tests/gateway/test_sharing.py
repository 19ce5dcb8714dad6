"""The whole application with a Redis: there, away, or never there."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from gateway.app import create_app
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.redis_server import RedisServer, running_redis
from tests.support.servers import running_gateway

ADD = 'mutation { findOrCreateLabel(input: {displayName: "%s"}) { created } }'
SPENT = "{ labels { totalCount } rateLimit { remaining } }"
NOBODY = "redis://user:hidden-word@127.0.0.1:1/3"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = create_sandbox(SandboxOptions(contacts=3))
    yield sandbox
    await sandbox.aclose()


@asynccontextmanager
async def served(url: str, sandbox: Sandbox | None) -> AsyncIterator[httpx.AsyncClient]:
    """Serve an application, its lifespan included."""
    app = create_app(Settings(redis_url=SecretStr(url), replicas=2), sandbox=sandbox)
    transport = Overheard(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


async def add(client: httpx.AsyncClient, name: str) -> None:
    """Make a call that only Wix can answer, and see that it does."""
    answer = await client.post("/graphql", json={"query": ADD % name})
    assert (answer.status_code, answer.json()["data"]) == (
        200,
        {"findOrCreateLabel": {"created": True}},
    )


async def remaining(client: httpx.AsyncClient) -> int:
    answer = await client.post("/graphql", json={"query": SPENT})
    left: int = answer.json()["data"]["rateLimit"]["remaining"]
    return left


async def test_a_gateway_serves_while_redis_is_frozen_emptied_and_killed(sandbox: Sandbox) -> None:
    with running_redis() as redis, capture_logs() as lines:
        async with served(redis.url, sandbox) as client:
            await add(client, "Well")
            redis.pause()
            await add(client, "Frozen")
            redis.resume()
            redis.flush()
            await add(client, "Emptied")
            redis.kill()
            await add(client, "Killed")
            assert (await client.get("/readyz")).json() == {"status": "ready"}
            redis.start()
            await add(client, "Back")
            await until_back(lines)
    assert not [line for line in lines if line["log_level"] == "error"]


async def until_back(lines: list[Any]) -> None:
    """Wait until it is written in the log that Redis is back after it was lost for good."""
    async with asyncio.timeout(10):
        while [line["event"] for line in lines][-1] != "redis is back":  # noqa: ASYNC110 - a log
            await asyncio.sleep(0.05)


async def test_a_redis_that_was_never_there_is_done_without_and_its_password_not_told(
    sandbox: Sandbox,
) -> None:
    with capture_logs() as lines:
        async with served(NOBODY, sandbox) as client:
            await add(client, "Alone")
            assert (await client.get("/readyz")).status_code == 200
            assert await remaining(client) < 40
    assert "redis is away; going on without it" in [line["event"] for line in lines]
    assert "hidden-word" not in repr(lines)


async def test_a_call_of_one_gateway_is_missing_to_the_other(sandbox: Sandbox) -> None:
    with running_redis() as redis:
        async with served(redis.url, sandbox) as one, served(redis.url, sandbox) as other:
            # What is kept for the one gateway is not the other's.
            async with asyncio.timeout(30):
                while await remaining(other) < 160:  # noqa: ASYNC110 - in another gateway
                    await asyncio.sleep(0.1)
                for number in range(40):
                    await add(one, f"Label {number}")
                while await remaining(other) > 160:  # noqa: ASYNC110 - in another gateway
                    await asyncio.sleep(0.1)


async def test_sandboxes_of_their_own_are_sites_of_their_own(redis_server: RedisServer) -> None:
    async with served(redis_server.url, None) as one, served(redis_server.url, None) as other:
        await add(one, "Only here")
        await add(other, "Only here")


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    with running_redis() as server:
        yield server


def test_without_a_redis_its_client_is_not_even_loaded() -> None:
    code = (
        "import sys; from gateway.app import create_app; from gateway.settings import Settings;"
        "create_app(Settings(sandbox_contacts=0)); print('redis' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert told.stdout == b"False\n"


def test_workers_with_a_redis_share_what_wix_allows_and_what_they_know() -> None:
    with running_redis() as redis:
        settings = {"GATEWAY_REDIS_URL": redis.url, "GATEWAY_REPLICAS": "1"}
        with running_gateway("--workers", "2", settings=settings) as server:
            counts = []
            for number in range(6):
                answer = httpx.post(
                    f"{server.origin}/graphql",
                    json={"query": ADD % f"Label {number}"},
                    trust_env=False,
                )
                assert answer.json()["data"] == {"findOrCreateLabel": {"created": True}}
                budget = answer.json()["extensions"]["cost"]["budget"]
                counts.append((budget["limit"], budget["remaining"] <= 200))
            assert counts == [(200, True)] * 6
            end = time.monotonic() + 30
            while members(redis) != 2:
                assert time.monotonic() < end
                time.sleep(0.05)


def members(redis: RedisServer) -> int:
    """Count the replicas that have reported."""
    (roll,) = redis.names("crm-labels:1:*:roll")
    return len(redis.listed("HKEYS", roll)) - len(["epoch"])
