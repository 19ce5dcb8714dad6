"""Answers in parts over a WebSocket: a message for each part."""

from typing import Any

from tests.support.live import Live, Socket


async def parts(socket: Socket, query: str) -> list[Any]:
    """Ask for something, and read what is told until it is complete."""
    await socket.greet()
    socket.subscribe(query)
    told = []
    while (message := await socket.read())["type"] == "next":
        told.append(message["payload"])
    assert message == {"id": "1", "type": "complete"}
    return told


async def test_each_part_is_a_message() -> None:
    async with Live().socket() as socket:
        assert await parts(socket, "{ hello ... @defer { again: hello } }") == [
            {
                "data": {"hello": "hello world"},
                "pending": [{"id": "0", "path": []}],
                "hasNext": True,
            },
            {
                "hasNext": False,
                "incremental": [{"id": "0", "data": {"again": "hello world"}}],
                "completed": [{"id": "0"}],
            },
        ]


async def test_what_comes_at_once_is_one_message() -> None:
    query = "{ hello ... @defer(if: false) { again: hello } }"
    async with Live().socket() as socket:
        assert await parts(socket, query) == [
            {"data": {"hello": "hello world", "again": "hello world"}}
        ]


async def test_when_the_time_is_over_the_rest_says_so() -> None:
    async with Live().socket() as socket:
        _, last = await parts(socket, "{ hello ... @defer { slow } }")
    (done,) = last["completed"]
    assert (last["hasNext"], done["errors"][0]["extensions"]["code"]) == (
        False,
        "UPSTREAM_TIMEOUT",
    )


async def test_nothing_goes_on_when_nobody_wants_the_rest() -> None:
    live = Live()
    async with live.socket() as socket:
        await socket.greet()
        socket.subscribe("{ hello ... @defer { slow } }")
        assert (await socket.read())["payload"]["hasNext"] is True
        socket.send({"id": "1", "type": "complete"})
        socket.send({"type": "ping"})
        assert await socket.read() == {"type": "pong"}
        await live.operations._executions.drain(1.0)
        assert len(live.operations._executions) == 0


async def test_what_cannot_be_deferred_is_an_error() -> None:
    async with Live().socket() as socket:
        await socket.greet()
        socket.subscribe("subscription { said { ... @defer { word } } }")
        message = await socket.read()
    assert message["type"] == "error"
    assert message["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
