"""graphql-transport-ws, message by message; codes are those of its PROTOCOL.md."""

import asyncio
from typing import Any

import pytest

from gateway.edge.live.limits import LiveLimits
from tests.support.live import ACK, INIT, REQUEST_ID, Live
from tests.support.virtual_time import in_virtual_time

HELLO = {"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}
SAID = "subscription { said { word } }"


def following(data: Any, *, to: str = "1") -> dict[str, Any]:
    return {"id": to, "type": "next", "payload": {"data": data}}


def complete(to: str = "1") -> dict[str, Any]:
    return {"id": to, "type": "complete"}


async def test_a_query_is_answered_once() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("query ($name: String!) { hello(name: $name) }", name="Ada")
        assert await socket.read() == following({"hello": "hello Ada"})
        assert await socket.read() == complete()


async def test_a_subscription_is_answered_until_it_ends() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("subscription { counted(upto: 2) }")
        assert await socket.read() == following({"counted": 1})
        assert await socket.read() == following({"counted": 2})
        assert await socket.read() == complete()


async def test_what_is_given_up_listens_no_more_and_frees_its_id_at_once() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
        socket.send(complete())
        socket.subscribe("{ hello }")
        assert await socket.read() == following({"hello": "hello world"})
        assert live.stage.words == []


async def test_a_connection_that_is_gone_leaves_nothing() -> None:
    live = Live()
    before = asyncio.all_tasks()
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
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


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "BAD_REQUEST"),
        ("subscription { counted(upto: 1) more: counted(upto: 2) }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_cannot_be_executed_is_an_error_and_others_go_on(query: str, code: str) -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe(query)
        answer = await socket.read()
        assert (answer["id"], answer["type"]) == ("1", "error")
        (error,) = answer["payload"]
        assert error["extensions"] == {"code": code, "requestId": REQUEST_ID}
        socket.subscribe("{ hello }")
        assert await socket.read() == following({"hello": "hello world"})


async def test_variables_that_do_not_fit_are_a_result_without_data() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("subscription ($n: Int!) { counted(upto: $n) }", n="many")
        (error,) = (await socket.read())["payload"]["errors"]
        assert "$n" in error["message"]
        assert await socket.read() == complete()


async def test_a_fault_of_wix_is_told_and_ends_the_operation_alone() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
        live.stage.say("forbidden")
        (error,) = (await socket.read())["payload"]["errors"]
        assert error["extensions"]["code"] == "UPSTREAM_FORBIDDEN"
        assert await socket.read() == complete()


async def test_a_fault_of_ours_is_masked() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
        live.stage.say("broken")
        answer = await socket.read()
    assert answer["type"] == "error"
    assert "hunter2" not in str(answer)
    assert answer["payload"][0]["extensions"]["code"] == "INTERNAL"


async def test_who_may_have_missed_something_has_to_connect_again() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
        live.stage.say("too slow")
        assert await socket.closed() == (1013, "You do not keep up.")


async def test_an_operation_that_outlives_its_deadline_is_answered() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("{ slow }")
        (error,) = (await socket.read())["payload"]["errors"]
        assert error["extensions"]["code"] == "UPSTREAM_TIMEOUT"


async def test_more_operations_than_one_connection_may_have_are_refused_alone() -> None:
    live = Live(LiveLimits(operations=1))
    async with live.socket() as socket:
        await socket.greet()
        await _listening(live, socket)
        socket.subscribe("{ hello }", to="2")
        answer = await socket.read()
        assert (answer["id"], answer["type"]) == ("2", "error")
        assert answer["payload"][0]["extensions"] == {"code": "TOO_MANY_OPERATIONS"}
        live.stage.say("still here")
        assert await socket.read() == following({"said": {"word": "still here"}})


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
        await _listening(live, first)
        await second.greet()
        live.gathering.end()
        assert await first.closed() == (1001, "Going away: connect again")
        assert await second.closed() == (1001, "Going away: connect again")
    async with live.socket() as late:
        await late.next()
        assert await late.closed() == (1013, "Try again later")


async def test_one_who_does_not_read_delays_nobody() -> None:
    live = Live()
    async with live.socket() as slow, live.socket() as quick:
        for socket in (slow, quick):
            await socket.greet()
            socket.subscribe(SAID)
        await live.stage.listeners(2)
        slow.readable.clear()
        for number in range(10):
            live.stage.say(str(number))
            assert await quick.read() == following({"said": {"word": str(number)}})
        slow.readable.set()


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
            await _listening(live, socket)
            await asyncio.sleep(3_600)
            live.stage.say("still here")
            return await socket.read()

    assert in_virtual_time(wait()) == following({"said": {"word": "still here"}})


async def _listening(live: Live, socket: Any) -> None:
    socket.subscribe(SAID)
    await live.stage.listeners(1)


async def _end_of(socket: Any) -> int:
    """Read until the connection is closed; tell its code."""
    while (message := await socket.next())["type"] != "websocket.close":
        pass
    code: int = message["code"]
    return code
