"""Many who listen at two gateways over one Redis: how soon all are told, and what is left of them.

`make soak` opens 2,000 WebSockets; SOAK_SUBSCRIPTIONS says how many.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.processes import two_processes
from tests.support.redis_server import RedisServer
from tests.support.servers import Server
from tests.support.websockets import SAID, connected, listen, many_listeners

MANY = int(os.environ.get("SOAK_SUBSCRIPTIONS", "200"))
ROUNDS = 4
TOLD_WITHIN = 1.0
"""Seconds in which a change at one gateway reaches all who listen, at both."""
LEFT_KILOBYTES = 6_144
"""What two rounds may leave behind in both processes, once these have had as many before."""
TRY_AGAIN_LATER = 1013
FIND_OR_CREATE = """mutation ($name: String!) {
  findOrCreateLabel(input: {displayName: $name}) { userErrors { code } }
}"""


@dataclass
class Graph:
    """Two gateways over one Redis."""

    redis: RedisServer
    servers: tuple[Server, Server]
    client: httpx.AsyncClient

    async def make_label(self, name: str, at: int = 0) -> None:
        """Make a label at one of the gateways."""
        body = {"query": FIND_OR_CREATE, "variables": {"name": name}}
        answer = await self.client.post(f"{self.servers[at].origin}/graphql", json=body)
        assert answer.json()["data"] == {"findOrCreateLabel": {"userErrors": []}}

    def files(self) -> list[int]:
        """Tell how many files and sockets each process has open."""
        return [len(list(_proc(server, "fd").iterdir())) for server in self.servers]

    def kilobytes(self) -> int:
        """Tell what memory both processes have."""
        statuses = [_proc(server, "status").read_text("ascii") for server in self.servers]
        return sum(int(status.partition("VmRSS:")[2].split()[0]) for status in statuses)


def _proc(server: Server, name: str) -> Path:
    return Path(f"/proc/{server.process.pid}/{name}")


@asynccontextmanager
async def graph() -> AsyncIterator[Graph]:
    settings = {
        "GATEWAY_REPLICAS": "2",
        "GATEWAY_LIVE_CONNECTIONS": str(MANY),
        "GATEWAY_LOG_LEVEL": "warning",
    }
    with two_processes(contacts=10, **settings) as both:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            yield Graph(both.redis, both.gateways, client)


async def test_a_change_reaches_all_within_a_second_and_nothing_is_left_of_them() -> None:
    async with graph() as both:
        await both.make_label("Warm")
        await _told_by(both, 1)
        files, seconds, kilobytes = both.files(), [], []
        for number in range(ROUNDS):
            seconds.append(await _round(both, f"New {number}", at=number % 2))
            await _as_before(both, files)
            kilobytes.append(both.kilobytes())
    print(  # noqa: T201 - the figure
        f"{MANY} who listen at two gateways were told after {_milliseconds(seconds)} ms; "
        f"the processes had {kilobytes} kB after each round"
    )
    assert max(seconds) < TOLD_WITHIN
    assert kilobytes[-1] - kilobytes[1] < LEFT_KILOBYTES


async def _round(both: Graph, name: str, *, at: int) -> float:
    """Let many listen, make a label, and let them go; tell how long it took to tell them all."""
    async with AsyncExitStack() as stack:
        listeners = await many_listeners(stack, *both.servers, count=MANY)
        waiting = asyncio.gather(*(each.recv() for each in listeners))
        began = time.monotonic()
        await both.make_label(name, at)
        told = await waiting
        took = time.monotonic() - began
    data = {"labelChanged": {"kind": "CREATED", "label": {"displayName": name}}}
    assert all(orjson.loads(text)["payload"]["data"] == data for text in told)
    return took


async def _as_before(both: Graph, files: list[int]) -> None:
    """Wait until each process has as many files open as before."""
    async with asyncio.timeout(10):
        while any(now > was for now, was in zip(both.files(), files, strict=True)):  # noqa: ASYNC110 - other processes'
            await asyncio.sleep(0.05)


async def test_when_redis_is_lost_all_are_told_to_come_back_and_can() -> None:
    async with graph() as both, AsyncExitStack() as stack:
        await _told_by(both, 1)
        listeners = await many_listeners(stack, *both.servers, count=4)
        stream = await stack.enter_async_context(_stream(both))
        both.redis.kill()
        for listener in listeners:
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(listener.recv(), 10)
        assert {listener.close_code for listener in listeners} == {TRY_AGAIN_LATER}
        assert "LISTENING_INTERRUPTED" in await asyncio.wait_for(_rest(stream), 10)
        both.redis.start()
        await _told_by(both, 1)


async def _told_by(both: Graph, other: int) -> None:
    """Wait until one gateway's change is told by the other one."""
    async with asyncio.timeout(30):
        while not await _tells(both, other):  # noqa: ASYNC110 - other processes'
            await asyncio.sleep(0.1)


async def _tells(both: Graph, other: int) -> bool:
    try:
        async with connected(both.servers[other]) as connection:
            await listen(connection)
            await both.make_label(str(time.monotonic_ns()), 1 - other)
            message = orjson.loads(await asyncio.wait_for(connection.recv(), 1))
    except (TimeoutError, ConnectionClosed):
        # It has not found the others again, or has just done so.
        return False
    return bool(message["type"] == "next")


@asynccontextmanager
async def _stream(both: Graph) -> AsyncIterator[AsyncIterator[str]]:
    """Listen to one gateway by an event stream."""
    async with both.client.stream(
        "POST",
        f"{both.servers[0].origin}/graphql",
        json={"query": SAID},
        headers={"accept": "text/event-stream"},
    ) as response:
        pieces = response.aiter_text()
        assert await anext(pieces) == ":\n\n"
        yield pieces


async def _rest(pieces: AsyncIterator[str]) -> str:
    return "".join([piece async for piece in pieces])


def _milliseconds(seconds: list[float]) -> list[int]:
    return [round(each * 1_000) for each in seconds]
