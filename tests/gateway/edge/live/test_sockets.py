"""When a WebSocket is let in and when it ends, by graphql-transport-ws.

Codes are those of its PROTOCOL.md.
"""

import asyncio
from typing import Any

import pytest

from gateway.edge.live.limits import LiveLimits
from tests.support.live import ACK, INIT, Live
from tests.support.socket_messages import following, listening
from tests.support.virtual_time import in_virtual_time

HELLO = {"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}


async def test_a_connection_that_is_gone_leaves_nothing() -> None:
    live = Live()
    before = asyncio.all_tasks()
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        assert len(live.gathering) == 1
    assert (live.stage.words, len(live.gathering)) == ([], 0)
    assert asyncio.all_tasks() == before


async def test_a_ping_is_answered_before_and_after_the_greeting() -> None:
    async with Live().socket() as socket:
        await socket.next()
        socket.send({"type": "ping"})
        assert await socket.read() == {"type": "pong"}
        socket.send(INIT)
        assert await socket.read() == ACK
        socket.send({"type": "ping", "payload": {"any": "thing"}})
        socket.send({"type": "pong"})
        assert await socket.read() == {"type": "pong"}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([HELLO], 4401),
        ([INIT, INIT], 4429),
        ([{"type": "start"}], 4400),
        ([{"type": "next", "id": "1"}], 4400),
        ([{"payload": {}}], 4400),
        ([[]], 4400),
        ([{"type": "ping", "payload": "text"}], 4400),
        ([INIT, {**HELLO, "id": ""}], 4400),
        ([INIT, {**HELLO, "id": 1}], 4400),
        ([INIT, {"type": "complete"}], 4400),
        ([INIT, _slow := {**HELLO, "payload": {"query": "{ slow }"}}, _slow], 4409),
        ([{"type": "connection_init", "payload": {"Authorization": "stranger"}}], 4403),
    ],
)
async def test_a_message_out_of_order_ends_the_connection(messages: list[Any], code: int) -> None:
    async with Live().socket() as socket:
        for message in messages:
            socket.send(message)
        assert await _end_of(socket) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": "no JSON"}, 4400),
        ({"text": "[" * 100_000}, 4400),
        ({"bytes": b"{}"}, 4400),
        ({"text": '{"type":"ping","payload":{"x":"' + "x" * 1_000 + '"}}'}, 1009),
    ],
)
async def test_what_is_no_message_ends_the_connection(content: dict[str, Any], code: int) -> None:
    limits = LiveLimits(message_bytes=1_000 if code == 1009 else 1_000_000)
    async with Live(limits).socket() as socket:
        socket.send_raw(**content)
        assert await _end_of(socket) == code


async def test_another_protocol_is_refused_by_its_code() -> None:
    socket = Live().socket()
    socket.scope["subprotocols"] = ["graphql-ws"]
    async with socket:
        assert await socket.next() == {"type": "websocket.accept", "subprotocol": None}
        assert await socket.closed() == (4406, "Subprotocol not acceptable")


@pytest.mark.parametrize(
    ("headers", "path", "answer"),
    [
        ({"origin": "https://evil.test", "host": "gateway.test"}, "/graphql", "websocket.close"),
        ({"origin": "null", "host": "gateway.test"}, "/graphql", "websocket.close"),
        ({"host": "gateway.test"}, "/elsewhere", "websocket.close"),
        (
            {"origin": "https://gateway.test", "host": "gateway.test"},
            "/graphql",
            "websocket.accept",
        ),
        ({"host": "gateway.test"}, "/graphql", "websocket.accept"),
    ],
)
async def test_a_page_of_another_origin_is_not_let_in(
    headers: dict[str, str], path: str, answer: str
) -> None:
    socket = Live().socket(**headers)
    socket.scope["path"] = path
    async with socket:
        assert (await socket.next())["type"] == answer


async def test_who_may_have_missed_something_has_to_connect_again() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await listening(live, socket)
        live.stage.say("too slow")
        assert await socket.closed() == (1013, "You do not keep up.")


async def test_one_connection_too_many_is_told_to_try_later() -> None:
    live = Live(LiveLimits(connections=1))
    async with live.socket() as first, live.socket() as second:
        await first.greet()
        await second.next()
        assert await second.closed() == (1013, "Try again later")


async def test_at_the_end_of_the_process_all_are_sent_to_another() -> None:
    live = Live()
    async with live.socket() as first, live.socket() as second:
        await first.greet()
        await listening(live, first)
        await second.greet()
        live.gathering.end()
        assert await first.closed() == (1001, "Going away: connect again")
        assert await second.closed() == (1001, "Going away: connect again")
    async with live.socket() as late:
        await late.next()
        assert await late.closed() == (1013, "Try again later")


@pytest.mark.parametrize(
    ("greeting", "seconds", "end"),
    [
        (None, 5.0, (4408, "Connection initialisation timeout")),
        ({}, 60.0, (1000, "Idle")),
        ({"authorization": "until 30"}, 30.0, (4403, "Forbidden: the token has ended")),
        (
            {"headers": {"Authorization": "until 30"}},
            30.0,
            (4403, "Forbidden: the token has ended"),
        ),
    ],
)
def test_a_connection_ends_when_its_time_is_over(
    greeting: dict[str, Any] | None, seconds: float, end: tuple[int, str]
) -> None:
    async def wait() -> tuple[float, tuple[int, str]]:
        began = asyncio.get_running_loop().time()
        async with Live().socket() as socket:
            if greeting is None:
                await socket.next()
            else:
                await socket.greet(**greeting)
            closed = await socket.closed()
            return asyncio.get_running_loop().time() - began, closed

    lasted, closed = in_virtual_time(wait())
    assert closed == end
    assert lasted == pytest.approx(seconds, abs=0.01)


def test_a_connection_with_an_operation_is_not_idle() -> None:
    async def wait() -> Any:
        live = Live()
        async with live.socket() as socket:
            await socket.greet()
            await listening(live, socket)
            await asyncio.sleep(3_600)
            live.stage.say("still here")
            return await socket.read()

    assert in_virtual_time(wait()) == following({"said": {"word": "still here"}})


async def _end_of(socket: Any) -> int:
    """Read until the connection is closed; tell its code."""
    while (message := await socket.next())["type"] != "websocket.close":
        pass
    code: int = message["code"]
    return code
