"""Replicas over one Redis: a mutation under one key is made once, an event is applied once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.processes import two_processes
from tests.support.redis_server import RedisServer, running_redis
from tests.support.servers import Server, running_gateway
from tests.support.webhooks import NOON, document, envelope, label

TWINS = 50
CREATE = """mutation {
  createContact(input: {info: {name: {first: "Once"}}}) { contact { id } userErrors { code } }
}"""
VIP = "custom.vip-customer"


@dataclass(frozen=True)
class Processes:
    """A Wix, and replicas of the gateway before it."""

    wix: httpx.AsyncClient
    settings: dict[str, str]
    replicas: tuple[Server, Server]

    async def twins(self, origins: list[str]) -> list[httpx.Response]:
        """Send one mutation to each of these, all at once and all under one key."""
        headers = {"idempotency-key": "the-key"}
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            ask = [
                client.post(f"{origin}/graphql", json={"query": CREATE}, headers=headers)
                for origin in origins
            ]
            return await asyncio.gather(*ask)

    async def slow_down(self, seconds: float) -> None:
        """Let Wix take so long for each call."""
        order = {"route": "*", "kind": "latency", "seconds": seconds, "when": "after"}
        (await self.wix.post("/_sandbox/faults", json=order)).raise_for_status()

    async def created(self) -> int:
        """Tell how often Wix was asked to create a contact."""
        report = (await self.wix.get("/_sandbox/calls")).json()
        return int(report["routes"].get("POST /contacts/v4/contacts", 0))


@asynccontextmanager
async def processes() -> AsyncIterator[Processes]:
    with two_processes(contacts=0) as running:
        async with httpx.AsyncClient(base_url=running.wix.origin, trust_env=False) as wix:
            yield Processes(wix, running.settings, running.gateways)


async def test_fifty_twins_on_two_replicas_and_more_after_both_were_killed_are_one_write() -> None:
    async with processes() as together:
        await together.slow_down(0.5)
        first, second = together.replicas
        answers = await together.twins([first.origin, second.origin] * (TWINS // 2))
        for replica in together.replicas:
            replica.process.kill()
        with running_gateway(settings=together.settings) as new:
            answers += await together.twins([new.origin] * 2)
        created = await together.created()
    print(  # noqa: T201 - the figure
        f"{len(answers)} twins on three replicas: {created} write, {len(bodies(answers))} answer"
    )
    assert created == 1
    assert len(bodies(answers)) == 1
    assert answers[0].json()["data"]["createContact"]["contact"]["id"]


async def test_the_twins_of_one_whose_replica_was_killed_do_not_write_again() -> None:
    async with processes() as together:
        await together.slow_down(60)
        owner, other = together.replicas
        first = asyncio.create_task(together.twins([owner.origin]))
        while not await together.created():  # noqa: ASYNC110 - far away
            await asyncio.sleep(0.05)
        owner.process.kill()
        answers = await together.twins([other.origin] * 5)
        await asyncio.gather(first, return_exceptions=True)
        assert [code_of(answer) for answer in answers] == ["OUTCOME_UNKNOWN"] * 5
        assert await together.created() == 1


def bodies(answers: list[httpx.Response]) -> set[bytes]:
    return {answer.content for answer in answers}


def code_of(answer: httpx.Response) -> Any:
    return answer.json()["errors"][0]["extensions"]["code"]


@asynccontextmanager
async def two_apps(sandbox: Sandbox, redis: RedisServer) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Serve two gateways in this process."""
    async with AsyncExitStack() as stack:
        clients = []
        for _ in range(2):
            app = create_app(Settings(redis_url=SecretStr(redis.url)), sandbox=sandbox)
            stack.push_async_callback(app.state.gateway.aclose)
            client = httpx.AsyncClient(transport=Overheard(app), base_url="http://gateway")
            clients.append(await stack.enter_async_context(client))
        yield clients


def begin_anew(redis: RedisServer) -> None:
    redis.kill()
    redis.start()


def falter(redis: RedisServer) -> None:
    redis.pause()
    redis.resume()


@pytest.mark.parametrize("trouble", [RedisServer.flush, begin_anew, falter])
async def test_a_mutation_sent_again_to_another_replica_after_trouble_with_redis_is_one_write(
    trouble: Callable[[RedisServer], None],
) -> None:
    sandbox = create_sandbox(SandboxOptions(contacts=0, rate_limit=0))
    with running_redis() as redis:
        async with two_apps(sandbox, redis) as (first, second):
            headers = {"idempotency-key": "the-key"}
            answers = [await first.post("/graphql", json={"query": CREATE}, headers=headers)]
            trouble(redis)
            answers += [await second.post("/graphql", json={"query": CREATE}, headers=headers)]
    assert len(bodies(answers)) == 1
    assert sandbox.calls.report()["routes"] == {"POST /contacts/v4/contacts": 1}
    await sandbox.aclose()


async def test_a_webhook_sent_to_both_replicas_is_applied_once() -> None:
    sandbox = create_sandbox(SandboxOptions(contacts=0, rate_limit=0))
    with running_redis() as redis:
        async with two_apps(sandbox, redis) as gateways:
            outcomes: Counter[str] = Counter()
            for number in range(20):
                news = signed(sandbox, number)
                answers = [gateway.post("/webhooks/wix", content=news) for gateway in gateways * 2]
                told = [answer.json()["outcome"] for answer in await asyncio.gather(*answers)]
                outcomes.update(told)
            assert outcomes == {"applied": 20, "repeated": 60}
    await sandbox.aclose()


def signed(sandbox: Sandbox, number: int) -> bytes:
    """Write and sign the event that the label has a new name."""
    body = {"updatedEvent": {"currentEntity": label(displayName=f"VIP {number}")}}
    news = document(
        body,
        id=f"event-{number}",
        entityId=VIP,
        eventTime=NOON.isoformat(),
        entityEventSequence=str(number + 1),
    )
    return sandbox.signer.sign(envelope("wix.contacts.v4.label_updated", news)).encode()
