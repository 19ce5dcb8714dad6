"""Listeners over WebSockets, as a client's library would open them, to a real server."""

import asyncio
import logging
import socket
from contextlib import AsyncExitStack
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.support.live import ACK, INIT, PROTOCOL
from tests.support.servers import Server

SAID = "subscription { labelChanged { kind label { displayName } } }"
_QUIET = logging.getLogger("tests.websockets")
_QUIET.setLevel(logging.WARNING)
AT_ONCE = 50
"""Connections that are being opened at the same time."""


def connected(server: Server, *, receives_bytes: int | None = None) -> connect:
    """Open a WebSocket; it takes in no more than `receives_bytes` before it is read."""
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
        logger=_QUIET,
        **more,
    )


async def listen(connection: ClientConnection) -> None:
    """Begin to listen; the query after it is answered when that has begun."""
    await connection.send(orjson.dumps(INIT).decode())
    assert orjson.loads(await connection.recv()) == ACK
    begin = {"type": "subscribe", "id": "1", "payload": {"query": SAID}}
    await connection.send(orjson.dumps(begin).decode())
    ask = {"type": "subscribe", "id": "2", "payload": {"query": "{ viewer { subject } }"}}
    await connection.send(orjson.dumps(ask).decode())
    messages = [orjson.loads(await connection.recv()) for _ in range(2)]
    assert [message["type"] for message in messages] == ["next", "complete"], messages


async def many_listeners(
    stack: AsyncExitStack, *servers: Server, count: int
) -> list[ClientConnection]:
    """Let so many listen, at each server as many as at the others, until `stack` is closed."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(server: Server) -> ClientConnection:
        async with turn:
            connection: ClientConnection = await stack.enter_async_context(connected(server))
            await listen(connection)
            return connection

    return await asyncio.gather(*(one(servers[at % len(servers)]) for at in range(count)))
