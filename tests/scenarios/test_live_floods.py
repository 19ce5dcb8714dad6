"""WebSockets made to exhaust a real server: they are bounded, and nobody else notices them.

`make soak` has 300 of them; SOAK_MUTE says how many.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any, Final

import orjson
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from tests.support.live import ACK, INIT
from tests.support.servers import Server, running_gateway
from tests.support.websockets import connected, listen

MUTE: Final = int(os.environ.get("SOAK_MUTE", "60"))
MANY: Final = 10_000
GREETING_SECONDS: Final = 5.0
SOON_SECONDS: Final = 5.0
"""Far less is usual, but other programs run beside the tests."""
MOST_SENT: Final = 32 * 1024 * 1024
HELLO: Final = {"query": "{ viewer { subject } }"}
SLOW: Final = {"query": "subscription { labelChanged { key } }"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    settings = {"GATEWAY_LIVE_CONNECTIONS": str(MUTE), "GATEWAY_LOG_LEVEL": "warning"}
    with running_gateway(settings=settings) as running:
        yield running


def written(message: Any) -> str:
    return orjson.dumps(message).decode()


async def begin(stack: AsyncExitStack, server: Server) -> ClientConnection:
    connection: ClientConnection = await stack.enter_async_context(connected(server))
    await connection.send(written(INIT))
    assert orjson.loads(await connection.recv()) == ACK
    return connection


async def end_of(connection: ClientConnection) -> int | None:
    """Read until it is closed; tell the code."""
    with suppress(ConnectionClosed):
        async for _ in connection:
            pass
    return connection.close_code


async def test_mute_connections_have_their_places_only_until_they_should_have_greeted(
    server: Server,
) -> None:
    async with AsyncExitStack() as stack:
        mute = [await stack.enter_async_context(connected(server)) for _ in range(MUTE)]
        began = time.monotonic()
        late = await stack.enter_async_context(connected(server))
        assert await end_of(late) == 1013
        codes = await asyncio.gather(*map(end_of, mute))
        assert set(codes) == {4408}
        assert time.monotonic() - began < GREETING_SECONDS + SOON_SECONDS
        await listen(await stack.enter_async_context(connected(server)))


async def test_ten_thousand_pings_are_answered_and_keep_nobody_waiting(server: Server) -> None:
    async with AsyncExitStack() as stack:
        flooding, other = [await begin(stack, server) for _ in range(2)]

        async def send() -> None:
            for _ in range(MANY):
                await flooding.send('{"type":"ping"}')

        sending = asyncio.create_task(send())
        for number in range(10):
            await _ask(other, str(number))
        answers = [await flooding.recv() for _ in range(MANY)]
        await sending
        assert {orjson.loads(answer)["type"] for answer in set(answers)} == {"pong"}


async def test_who_sends_and_never_reads_is_read_no_more(server: Server) -> None:
    async with AsyncExitStack() as stack:
        flooding = await stack.enter_async_context(connected(server, receives_bytes=4_096))
        other = await begin(stack, server)
        await flooding.send(written(INIT))
        flooding.transport.pause_reading()
        sent = await _send_until_it_waits(flooding)
        assert sent < MOST_SENT
        await _ask(other, "1")
        flooding.transport.abort()


async def test_ten_thousand_operations_of_one_id_end_the_connection_alone(server: Server) -> None:
    async with AsyncExitStack() as stack:
        flooding, other = [await begin(stack, server) for _ in range(2)]
        message = written({"type": "subscribe", "id": "1", "payload": SLOW})
        began = time.monotonic()
        with suppress(ConnectionClosed):
            for _ in range(MANY):
                await flooding.send(message)
        assert await end_of(flooding) == 4409
        assert time.monotonic() - began < GREETING_SECONDS + SOON_SECONDS
        await _ask(other, "1")


async def test_what_is_begun_and_given_up_ten_thousand_times_leaves_nothing(
    server: Server,
) -> None:
    async with AsyncExitStack() as stack:
        flooding, other = [await begin(stack, server) for _ in range(2)]
        subscribe = written({"type": "subscribe", "id": "1", "payload": SLOW})
        complete = written({"type": "complete", "id": "1"})

        async def flood() -> None:
            for _ in range(MANY):
                await flooding.send(subscribe)
                await flooding.send(complete)

        sending = asyncio.create_task(flood())
        for number in range(10):
            await _ask(other, str(number))
        await sending
        await _ask(flooding, "2")


async def _send_until_it_waits(connection: ClientConnection) -> int:
    """Send operations whose answers are long, for their ids are; tell how many bytes went."""
    sent = 0
    while sent < MOST_SENT:
        message = written({"type": "subscribe", "id": f"{sent:060000}", "payload": HELLO})
        try:
            await asyncio.wait_for(connection.send(message), 1)
        except TimeoutError:
            break
        sent += len(message)
    return sent


async def _ask(connection: ClientConnection, operation: str) -> None:
    """Be answered soon, whatever goes on beside it."""
    async with asyncio.timeout(SOON_SECONDS):
        await connection.send(written({"type": "subscribe", "id": operation, "payload": HELLO}))
        kinds = [orjson.loads(await connection.recv())["type"] for _ in range(2)]
    assert kinds == ["next", "complete"]
