"""graphql-sse's distinct connections, and which answers are streams."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from gateway.edge.exchange import open_exchange
from gateway.edge.live.limits import LiveLimits
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from tests.support.endpoint import scope_of, served
from tests.support.live import REQUEST_ID, Live, admit
from tests.support.virtual_time import in_virtual_time

SAID = "subscription { said { word } }"
OPENING = b":\n\n"
COMPLETE = b"event: complete\ndata: \n\n"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, "
    "text/event-stream, multipart/mixed"
)


class Reader:
    """Whoever reads a stream, and may hang up."""

    def __init__(self) -> None:
        self._sent: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._gone = asyncio.Event()

    async def receive(self) -> MutableMapping[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        self._sent.put_nowait(message)

    def hang_up(self) -> None:
        self._gone.set()

    async def next(self) -> bytes:
        """Tell the next piece; the last one is empty."""
        message = await self._sent.get()
        body: bytes = message["body"]
        assert message.get("more_body", False) is bool(body)
        return body

    async def start(self) -> tuple[int, dict[bytes, bytes]]:
        message = await self._sent.get()
        assert await self.next() == OPENING
        return message["status"], dict(message["headers"])


def told(**data: Any) -> bytes:
    return b"event: next\ndata: %b\n\n" % json.dumps({"data": data}, separators=(",", ":")).encode()


@asynccontextmanager
async def streamed(live: Live, query: str, **headers: str) -> AsyncIterator[Reader]:
    scope = scope_of(**{"accept": "text/event-stream", **headers})
    open_exchange(scope, lambda: REQUEST_ID)
    await admit(scope)
    judged = await live.operations.judge(Parameters(query, None, None, None), scope)
    reader = Reader()
    stream = live.streaming.told(judged, scope)
    task = asyncio.create_task(live.streaming.send(stream, scope, reader.receive, reader.send))
    yield reader
    reader.hang_up()
    await task


async def test_a_subscription_is_a_stream_that_says_when_it_is_complete() -> None:
    async with streamed(Live(), "subscription { counted(upto: 2) }") as reader:
        status, headers = await reader.start()
        assert (status, headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
        assert headers[b"cache-control"] == b"no-store"
        pieces = [await reader.next() for _ in range(4)]
        assert pieces == [told(counted=1), told(counted=2), COMPLETE, b""]


async def test_whoever_hangs_up_listens_no_more() -> None:
    live = Live()
    before = asyncio.all_tasks()
    async with streamed(live, SAID) as reader:
        await reader.start()
        await live.stage.listeners(1)
    assert (live.stage.words, len(live.gathering)) == ([], 0)
    assert asyncio.all_tasks() == before


async def test_at_the_end_of_the_process_streams_end_without_being_complete() -> None:
    live = Live()
    async with streamed(live, SAID) as reader:
        await reader.start()
        live.gathering.end()
        assert await reader.next() == b""


async def test_who_may_have_missed_something_is_told_and_the_stream_is_not_complete() -> None:
    live = Live()
    async with streamed(live, SAID) as reader:
        await reader.start()
        await live.stage.listeners(1)
        live.stage.say("too slow")
        assert b'"code":"LISTENER_TOO_SLOW"' in await reader.next()
        assert await reader.next() == b""


async def test_a_fault_of_ours_is_masked() -> None:
    live = Live()
    async with streamed(live, SAID) as reader:
        await reader.start()
        await live.stage.listeners(1)
        live.stage.say("broken")
        event = await reader.next()
        assert (b'"code":"INTERNAL"' in event, b"hunter2" in event) == (True, False)
        assert await reader.next() == COMPLETE


async def test_what_many_are_told_is_executed_once() -> None:
    live = Live()
    query = "subscription { said { loud } }"
    async with streamed(live, query) as one, streamed(live, query) as other:
        for reader in (one, other):
            await reader.start()
        await live.stage.listeners(2)
        live.stage.say("hello")
        assert await one.next() == told(said={"loud": "HELLO"})
        assert await other.next() == told(said={"loud": "HELLO"})
        assert live.stage.executed == 1


def test_a_silent_stream_shows_now_and_then_that_it_lives() -> None:
    async def wait() -> float:
        async with streamed(Live(), SAID) as reader:
            await reader.start()
            began = asyncio.get_running_loop().time()
            assert await reader.next() == OPENING
            assert await reader.next() == OPENING
            return asyncio.get_running_loop().time() - began

    assert in_virtual_time(wait()) == pytest.approx(24.0)


def test_a_stream_ends_with_the_token() -> None:
    async def wait() -> float:
        async with streamed(
            Live(LiveLimits(ping_seconds=1_000)), SAID, authorization="until 30"
        ) as reader:
            await reader.start()
            began = asyncio.get_running_loop().time()
            assert await reader.next() == b""
            return asyncio.get_running_loop().time() - began

    assert in_virtual_time(wait()) == pytest.approx(30.0)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/*", "text/event-stream;q=0"])
async def test_a_subscription_without_a_stream_is_refused(accept: str) -> None:
    with pytest.raises(Refusal) as refused:
        async with streamed(Live(), SAID, accept=accept):
            pass
    assert (refused.value.code, refused.value.status) == ("NOT_ACCEPTABLE", 406)


async def test_urql_s_accept_gets_a_stream_for_a_subscription() -> None:
    async with streamed(Live(), "subscription { counted(upto: 0) }", accept=URQL) as reader:
        await reader.start()
        assert await reader.next() == COMPLETE


async def test_one_stream_too_many_is_a_503() -> None:
    live = Live(LiveLimits(connections=0))
    scope = scope_of(accept="text/event-stream")
    open_exchange(scope, lambda: REQUEST_ID)
    await admit(scope)
    judged = await live.operations.judge(Parameters(SAID, None, None, None), scope)
    sent: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await live.streaming.send(live.streaming.told(judged, scope), scope, Reader().receive, send)
    assert sent[0]["status"] == 503
    code = json.loads(sent[1]["body"])["errors"][0]["extensions"]["code"]
    assert code == "LIVE_CONNECTIONS_EXHAUSTED"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (URQL, "application/graphql-response+json"),
        ("*/*", "application/json"),
        ("application/json, text/event-stream", "application/json"),
        ("text/event-stream, application/json", "text/event-stream"),
        ("text/event-stream", "text/event-stream"),
    ],
)
async def test_a_query_is_answered_in_the_type_named_first(accept: str, media_type: str) -> None:
    async with served() as small:
        answer = await small.post("{ hello }", accept=accept)
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert "hello world" in answer.text


@pytest.mark.parametrize(("query", "error"), [("{ hello }", False), ("{ nothing }", True)])
async def test_a_stream_of_one_answer_is_complete(query: str, *, error: bool) -> None:
    async with served() as small:
        answer = await small.post(query, accept="text/event-stream")
    opening, event, *rest = answer.text.split("\n\n")
    assert (answer.status_code, opening, rest) == (200, ":", ["event: complete\ndata: ", ""])
    assert ("errors" in event) is error


async def test_what_is_no_graphql_request_keeps_its_status() -> None:
    async with served() as small:
        answer = await small.post("", accept="text/event-stream")
    assert (answer.status_code, answer.headers["content-type"]) == (
        400,
        "application/json; charset=utf-8",
    )
