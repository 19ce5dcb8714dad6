"""The layer around every request: its id, its log line, its last net."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
import structlog
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import LogCapture

from gateway import ledger
from gateway.edge.auth.api_keys import new_key
from gateway.edge.execution import Executions
from gateway.edge.front import Front
from gateway.edge.origins import Origins
from gateway.edge.overload import Shedder
from gateway.ledger import UpstreamCall
from tests.support.clock import ManualClock
from tests.support.endpoint import Line, nothing_else, scope_of

HALF_A_SECOND = 0.5


class Scene:
    """A front with one application behind it, a clock, and a look at the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.clock = ManualClock()
        self.log = LogCapture()
        self.front = Front(
            graphql=app,
            rest=nothing_else,
            new_id=lambda: "made-up",
            shedder=Shedder(Executions(), most=1),
            origins=Origins(),
            clock=self.clock,
            log=structlog.wrap_logger(
                None, processors=[structlog.contextvars.merge_contextvars, self.log]
            ),
        )

    async def serve(self, **scope: Any) -> list[MutableMapping[str, Any]]:
        line = Line(b"")
        await self.front(scope_of(**scope), line.receive, line.send)
        return line.sent


async def fine(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": b"fine"})


@pytest.mark.parametrize("request_id", ["a", "A-z_0.9", "x" * 64])
async def test_a_sane_request_id_is_kept(request_id: str) -> None:
    start, _body = await Scene(fine).serve(x_request_id=request_id)
    assert start["headers"][0] == (b"a", b"b")
    assert start["headers"][-1] == (b"x-request-id", request_id.encode())


@pytest.mark.parametrize("request_id", ["", "x" * 65, "a b", "a\nb", "é", "a, b", '"><script>'])
async def test_any_other_is_replaced(request_id: str) -> None:
    start, _body = await Scene(fine).serve(x_request_id=request_id)
    assert start["headers"][-1] == (b"x-request-id", b"made-up")


@pytest.mark.parametrize("before", ["", "id-"])
async def test_an_api_key_is_no_request_id(before: str) -> None:
    key, _ = new_key(sites=None, scopes=frozenset(), created_at=0.0, expires_at=None)
    scene = Scene(fine)
    start, _body = await scene.serve(x_request_id=before + key[: 64 - len(before)])
    assert start["headers"][-1] == (b"x-request-id", b"made-up")
    assert [line["request_id"] for line in scene.log.entries] == ["made-up"]


async def test_other_paths_go_to_the_rest() -> None:
    start, _body = await Scene(fine).serve(path="/elsewhere")
    assert start["status"] == 404


async def test_one_line_tells_what_a_request_cost() -> None:
    async def asking(scope: Scope, receive: Receive, send: Send) -> None:
        book = ledger.current()
        assert book is not None
        book.record(UpstreamCall("labels.list", "GET", "/labels", 200, 0.25, 1))
        book.record(UpstreamCall("contacts.query", "POST", "/query", None, 1.0, 2))
        scene.clock.advance(HALF_A_SECOND)
        await fine(scope, receive, send)

    scene = Scene(asking)
    await scene.serve(x_request_id="abc")
    assert scene.log.entries == [
        {
            "event": "request",
            "log_level": "info",
            "request_id": "abc",
            "site": None,
            "method": "POST",
            "path": "/graphql",
            "operation": None,
            "status": 200,
            "milliseconds": 500.0,
            "upstream_calls": 2,
            "upstream": ["labels.list 200 250ms", "contacts.query no answer 1000ms"],
        }
    ]


async def test_a_request_that_fails_is_a_masked_500() -> None:
    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("the database password is hunter2")

    scene = Scene(failing)
    start, body = await scene.serve()
    assert start["status"] == 500
    assert b"hunter2" not in body["body"]
    assert b'"requestId":"made-up"' in body["body"]
    failure, line = scene.log.entries
    assert (failure["event"], failure["exc_info"]) == ("a request failed", True)
    assert (line["event"], line["status"]) == ("request", 500)


async def test_a_request_that_fails_halfway_is_not_answered_twice() -> None:
    async def half(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    scene = Scene(half)
    sent = await scene.serve()
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert scene.log.entries[-1]["status"] == 200


async def test_a_caller_who_hung_up_is_logged_as_499() -> None:
    async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
        """Answer nothing."""

    scene = Scene(silent)
    assert await scene.serve() == []
    assert scene.log.entries[-1]["status"] == 499


async def test_a_dropped_request_is_logged_too() -> None:
    async def waiting(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await asyncio.Event().wait()

    scene = Scene(waiting)
    serving = asyncio.create_task(scene.serve())
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert scene.log.entries[-1]["status"] == 499
