"""Many WebSockets over a real server: how soon all are told, what is left, and its end.

`make soak` opens 2,000; SOAK_SUBSCRIPTIONS says how many.
"""

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.support.live import ACK, INIT, PROTOCOL
from tests.support.servers import Server, running_gateway

MANY = int(os.environ.get("SOAK_SUBSCRIPTIONS", "200"))
AT_ONCE = 50
SAID = "subscription { labelChanged { kind label { displayName } } }"
CREATE = "mutation ($name: String!) { findOrCreateLabel(input: { displayName: $name }) %s }"


@pytest.fixture
def server() -> Iterator[Server]:
    settings = {
        "GATEWAY_LIVE_CONNECTIONS": str(MANY + 10),
        "GATEWAY_LOG_LEVEL": "warning",
        "GATEWAY_BODY_BYTES": "65536",
    }
    with running_gateway(settings=settings) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.origin, trust_env=False, timeout=30) as client:
        yield client


async def test_a_change_reaches_all_in_under_a_second_and_nothing_is_left_of_them(
    server: Server, client: httpx.AsyncClient
) -> None:
    await _make_label(client, "Warm")
    before = _open_files(server)
    async with AsyncExitStack() as stack:
        sockets = await _many(stack, server)
        waiting = asyncio.gather(*(each.recv() for each in sockets))
        began = time.monotonic()
        await _make_label(client, "New")
        told = await waiting
        assert time.monotonic() - began < 1.0
    data = {"labelChanged": {"kind": "CREATED", "label": {"displayName": "New"}}}
    assert all(orjson.loads(text)["payload"]["data"] == data for text in told)
    async with asyncio.timeout(5):
        while _open_files(server) > before:  # noqa: ASYNC110 - another process's
            await asyncio.sleep(0.05)


async def test_one_who_never_reads_delays_nobody(server: Server, client: httpx.AsyncClient) -> None:
    async with AsyncExitStack() as stack:
        quick = await stack.enter_async_context(_connected(server))
        slow = await stack.enter_async_context(_connected(server, receives_bytes=4_096))
        await _listen(quick)
        await _listen(slow)
        slow.transport.pause_reading()
        for number in range(5):
            began = time.monotonic()
            await _make_label(client, f"Label {number}")
            await quick.recv()
            assert time.monotonic() - began < 1.0
        slow.transport.abort()


async def test_a_huge_message_closes_its_connection_alone(server: Server) -> None:
    async with _connected(server) as large, _connected(server) as other:
        await large.send("x" * 65_537)
        with pytest.raises(ConnectionClosed):
            await large.recv()
        assert large.close_code == 1009
        await _listen(other)


async def test_a_server_that_stops_sends_all_elsewhere(server: Server) -> None:
    async with (
        _connected(server) as told,
        httpx.AsyncClient(base_url=server.origin, trust_env=False) as client,
    ):
        await _listen(told)
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


def _connected(server: Server, *, receives_bytes: int | None = None) -> Any:
    address = server.origin.replace("http://", "ws://") + "/graphql"
    more: dict[str, Any] = {}
    if receives_bytes is not None:
        host, port = server.origin.removeprefix("http://").split(":")
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receives_bytes)
        sock.connect((host, int(port)))
        more = {"sock": sock}
    return connect(
        address,
        subprotocols=[Subprotocol(PROTOCOL)],
        compression=None,
        proxy=None,
        ping_interval=None,
        **more,
    )


async def _many(stack: AsyncExitStack, server: Server) -> list[ClientConnection]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one() -> ClientConnection:
        async with turn:
            connection: ClientConnection = await stack.enter_async_context(_connected(server))
            await _listen(connection)
            return connection

    return await asyncio.gather(*(one() for _ in range(MANY)))


async def _listen(connection: ClientConnection) -> None:
    """Begin to listen; the ping after it is answered when that has begun."""
    await connection.send(orjson.dumps(INIT).decode())
    assert orjson.loads(await connection.recv()) == ACK
    begin = {"type": "subscribe", "id": "1", "payload": {"query": SAID}}
    await connection.send(orjson.dumps(begin).decode())
    ask = {"type": "subscribe", "id": "2", "payload": {"query": "{ viewer { subject } }"}}
    await connection.send(orjson.dumps(ask).decode())
    kinds = [orjson.loads(await connection.recv())["type"] for _ in range(2)]
    assert kinds == ["next", "complete"]


async def _make_label(client: httpx.AsyncClient, name: str) -> None:
    body = {"query": CREATE % "{ label { key } }", "variables": {"name": name}}
    answer = await client.post("/graphql", json=body)
    assert "errors" not in answer.json()


def _open_files(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))
