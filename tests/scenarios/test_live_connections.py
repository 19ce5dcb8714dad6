"""WebSockets and streams over a real server: the slow, the too large, and its end."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.servers import Server, running_gateway
from tests.support.websockets import SAID, connected, listen

CREATE = "mutation ($name: String!) { findOrCreateLabel(input: { displayName: $name }) %s }"


@pytest.fixture
def server() -> Iterator[Server]:
    settings = {
        "GATEWAY_LOG_LEVEL": "warning",
        "GATEWAY_BODY_BYTES": "65536",
    }
    with running_gateway(settings=settings) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.origin, trust_env=False, timeout=30) as client:
        yield client


async def test_one_who_never_reads_delays_nobody(server: Server, client: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as stack:
        quick = await stack.enter_async_context(connected(server))
        slow = await stack.enter_async_context(connected(server, receives_bytes=4_096))
        await listen(quick)
        await listen(slow)
        slow.transport.pause_reading()
        for number in range(5):
            began = time.monotonic()
            await _make_label(client, f"Label {number}")
            await quick.recv()
            assert time.monotonic() - began < 1.0
        slow.transport.abort()


async def test_a_huge_message_closes_its_connection_alone(server: Server) -> None:
    async with connected(server) as large, connected(server) as other:
        await large.send("x" * 65_537)
        with pytest.raises(ConnectionClosed):
            await large.recv()
        assert large.close_code == 1009
        await listen(other)


async def test_a_server_that_stops_sends_all_elsewhere(server: Server) -> None:
    async with (
        connected(server) as told,
        httpx.AsyncClient(base_url=server.origin, trust_env=False) as client,
    ):
        await listen(told)
        request = client.build_request(
            "POST", "/graphql", json={"query": SAID}, headers={"accept": "text/event-stream"}
        )
        stream = await client.send(request, stream=True)
        pieces = stream.aiter_text()
        assert await anext(pieces) == ":\n\n"
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed):
            await told.recv()
        assert told.close_code == 1001
        assert [piece async for piece in pieces] == []
        await stream.aclose()
        await asyncio.to_thread(server.process.wait, 8)
        assert time.monotonic() - began < 8


async def _make_label(client: httpx.AsyncClient, name: str) -> None:
    body = {"query": CREATE % "{ label { key } }", "variables": {"name": name}}
    answer = await client.post("/graphql", json=body)
    assert "errors" not in answer.json()
