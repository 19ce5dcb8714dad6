"""What Wix is answered, and what is applied, for everything that can come as a webhook."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.types import Message
from structlog.testing import LogCapture

from gateway.crm.events import Addressee, History, Inbox, Outcome, OwnHistory
from gateway.crm.mailroom import Mailroom, Pigeonhole
from gateway.edge.webhooks import Reception, Sender, routes
from gateway.model.enums import LabelType
from gateway.model.events import Event, LabelChanged
from gateway.model.labels import Label
from gateway.wix.signatures import Signatures, read_keys
from tests.support.clock import ManualClock
from tests.support.endpoint import scope_of
from tests.support.listening import Overheard
from tests.support.webhooks import (
    INSTANCE,
    NOON,
    SITE,
    Recorded,
    document,
    envelope,
    label,
    public_pem,
    token,
)

KIND = "wix.contacts.v4.label_created"
CREATED = document({"createdEvent": {"entity": label()}})
VIP = LabelChanged(
    "custom.vip", Label("custom.vip", "VIP", "custom", LabelType.USER_DEFINED), created=True
)


@dataclass
class Desk:
    """The route behind a client, and what it has applied."""

    app: Starlette
    client: httpx.AsyncClient
    freshness: Recorded
    log: LogCapture

    async def post(self, body: bytes) -> tuple[int, Any]:
        """Deliver a body as Wix does."""
        headers = {"content-type": "text/plain"}
        answer = await self.client.post("/webhooks/wix", content=body, headers=headers)
        return answer.status_code, answer.json()


@asynccontextmanager
async def opened(history: History | None = None, body_bytes: int = 20_000) -> AsyncIterator[Desk]:
    freshness, log = Recorded(), LogCapture()
    keys = read_keys(public_pem())
    addressee = Addressee(INSTANCE, None)
    inbox = Inbox(
        freshness,
        history or OwnHistory(clock=ManualClock()),
        addressee=addressee,
        now=lambda: NOON,
    )
    signatures = Signatures(lambda: keys, now=NOON.timestamp)
    logger = structlog.wrap_logger(None, processors=[log])
    mailroom = Mailroom([Pigeonhole(SITE, addressee, inbox)])
    senders = [Sender(signatures, mailroom)]
    reception = Reception(senders, body_bytes=body_bytes, log=logger)
    app = Starlette(routes=routes(reception))
    transport = Overheard(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield Desk(app, client, freshness, log)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with opened() as desk:
        yield desk


async def test_a_signed_event_is_applied_and_answered_with_200(desk: Desk) -> None:
    assert await desk.post(token(envelope(KIND, CREATED))) == (200, {"outcome": "applied"})
    assert desk.freshness.changes == [VIP]


async def test_a_repeat_is_answered_with_200_and_not_applied(desk: Desk) -> None:
    await desk.post(token(envelope(KIND, CREATED)))
    again = token(envelope(KIND, CREATED), iat=int(NOON.timestamp()) - 5)
    assert await desk.post(again) == (200, {"outcome": "repeated"})
    assert desk.freshness.changes == [VIP]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (envelope(KIND, CREATED, instanceId="another"), "foreign"),
        (envelope(KIND, CREATED | {"eventTime": "2026-11-01T00:00:00Z"}), "outdated"),
        (envelope("wix.stores.v1.product_created", CREATED), "irrelevant"),
    ],
)
async def test_what_is_none_of_our_news_is_answered_with_200_and_not_applied(
    desk: Desk, text: str, outcome: str
) -> None:
    assert await desk.post(token(text)) == (200, {"outcome": outcome})
    assert desk.freshness.changes == []


async def test_an_event_far_back_is_answered_with_200_and_not_applied(desk: Desk) -> None:
    newer = CREATED | {"id": "newer", "entityEventSequence": "1000"}
    await desk.post(token(envelope(KIND, newer)))
    assert await desk.post(token(envelope(KIND, CREATED))) == (200, {"outcome": "overtaken"})
    assert desk.freshness.changes == [VIP]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "MALFORMED"),
        (b"nothing like a token", 400, "MALFORMED"),
        (json.dumps(CREATED).encode(), 400, "MALFORMED"),
        (envelope(KIND, CREATED).encode(), 400, "MALFORMED"),
        (token("no envelope"), 400, "MALFORMED"),
        (token(envelope(KIND, "no event")), 400, "MALFORMED"),
        (token(envelope(KIND, CREATED), whose="mallory"), 401, "FORGED"),
        (token(envelope(KIND, CREATED), exp=int(NOON.timestamp()) - 3_600), 401, "FORGED"),
        (token(envelope(KIND, CREATED), exp=None), 401, "FORGED"),
        (token("x" * 20_000), 413, "BODY_TOO_LARGE"),
    ],
)
async def test_what_can_never_be_right_is_refused_and_not_applied(
    desk: Desk, body: bytes, status: int, code: str
) -> None:
    answered, content = await desk.post(body)
    assert (answered, content["code"]) == (status, code)
    assert desk.freshness.changes == []


async def test_a_forged_event_does_not_use_up_the_true_one_s_id(desk: Desk) -> None:
    await desk.post(token(envelope(KIND, CREATED), whose="mallory"))
    assert await desk.post(token(envelope(KIND, CREATED))) == (200, {"outcome": "applied"})


async def test_copies_at_the_same_time_are_applied_once(desk: Desk) -> None:
    body = token(envelope(KIND, CREATED))
    answers = await asyncio.gather(*(desk.post(body) for _ in range(50)))
    assert [status for status, _ in answers] == [200] * 50
    assert desk.freshness.changes == [VIP]


async def test_what_breaks_while_it_is_applied_is_taken_again(desk: Desk) -> None:
    body = token(envelope(KIND, CREATED))
    desk.freshness.failing = True
    broken = await desk.client.post("/webhooks/wix", content=body)
    desk.freshness.failing = False
    assert broken.status_code == 500
    assert await desk.post(body) == (200, {"outcome": "applied"})


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_webhooks_are_posted(desk: Desk, method: str) -> None:
    answer = await desk.client.request(method, "/webhooks/wix")
    assert answer.status_code == 405


async def test_a_memory_that_hangs_is_a_503_within_a_second() -> None:
    class Hanging:
        """A shared memory that does not answer."""

        async def note(self, event: Event) -> Outcome:
            await asyncio.Event().wait()
            raise AssertionError(event)

        async def forget(self, event: Event) -> None:
            raise AssertionError(event)

    async with opened(Hanging()) as desk:
        began = asyncio.get_running_loop().time()
        status, content = await desk.post(token(envelope(KIND, CREATED)))
        assert asyncio.get_running_loop().time() - began < 1
    assert (status, content["code"]) == (503, "TIMEOUT")
    assert desk.freshness.changes == []


async def test_a_body_that_does_not_come_is_a_408_within_a_second(desk: Desk) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        if not sent:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async with asyncio.timeout(1):
        await desk.app(scope_of("POST", "/webhooks/wix"), receive, send)
    assert sent[0]["status"] == 408


async def test_a_caller_who_hangs_up_leaves_nothing_behind(desk: Desk) -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        return

    await desk.app(scope_of("POST", "/webhooks/wix"), receive, send)
    assert desk.freshness.changes == []


async def test_the_log_tells_each_event_and_never_its_content(desk: Desk) -> None:
    await desk.post(token(envelope(KIND, CREATED)))
    await desk.post(token(envelope(KIND, CREATED), whose="mallory"))
    assert desk.log.entries == [
        {
            "event": "an event",
            "log_level": "info",
            "type": KIND,
            "event_id": CREATED["id"],
            "outcome": "applied",
        },
        {
            "event": "a webhook was refused",
            "log_level": "warning",
            "reason": "No trusted key has signed the token.",
        },
    ]
