"""Every answer has a request id, and a crash is Wix's empty 500."""

import logging
import re

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from gateway.sandbox.front import Front
from tests.support.sandboxes import LABELS, ORIGIN, running


async def test_every_answer_has_a_request_id_of_its_own() -> None:
    async with running() as site:
        paths = (LABELS, LABELS, f"{LABELS}/custom.none", "/nowhere", "/oauth2/token")
        answers = [await site.client.get(path) for path in paths]
        answers.append(await site.client.get(LABELS, headers={"authorization": "wrong"}))
        ids = {answer.headers["x-wix-request-id"] for answer in answers}
        assert len(ids) == 6
        assert all(re.fullmatch(r"\d+\.\d+", each) for each in ids)


async def test_a_crash_within_is_the_empty_500_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def crash(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("boom")

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Front(crash, lambda: "1.2")), base_url=ORIGIN
    ) as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/x")
    assert (answer.status_code, answer.json()) == (500, {"message": "", "details": {}})
    assert answer.headers["x-wix-request-id"] == "1.2"
    assert "The sandbox failed at GET /x" in caplog.text


async def test_a_crash_in_the_middle_of_an_answer_is_passed_on() -> None:
    async def crash(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("boom")

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Front(crash, lambda: "1.2")), base_url=ORIGIN
    ) as client:
        with pytest.raises(RuntimeError, match="boom"):
            await client.get("/x")


async def test_the_sandbox_speaks_http_only() -> None:
    async with running() as site:

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        async def send(_: Message) -> None:
            raise AssertionError

        with pytest.raises(ValueError, match="HTTP only"):
            await site.sandbox({"type": "websocket"}, receive, send)
