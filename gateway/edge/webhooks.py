"""``POST /webhooks/wix``: where Wix tells what has changed (contract 7.1)."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from structlog.contextvars import bind_contextvars

from gateway.crm.mailroom import Mailroom
from gateway.edge.body import HungUp, read_body
from gateway.edge.refusals import Refusal
from gateway.wix.signatures import Forged, NoWebhook, Signatures
from gateway.wix.webhooks import read_event

PATH: Final = "/webhooks/wix"
_ARRIVAL_SECONDS: Final = 0.6
_WORK_SECONDS: Final = 0.3
"""Together less than a second: after 1.25 Wix counts an answer as missing."""

webhooks = structlog.get_logger(source="gateway.webhooks")


class Sender(NamedTuple):
    """One who sends events: how his signature is known, and whose sites they are about."""

    signatures: Signatures
    mailroom: Mailroom


class Reception:
    """Reads a webhook's body, checks who signed it, and hands the event on.

    Wix sends again what is not answered with 200, for two days. So 200 says that there is nothing
    more to do about an event, even if that was nothing; 400 and 401 that the body is no event
    of Wix's; 503 that a repeat will help. There is a sender at least.
    """

    def __init__(self, senders: Sequence[Sender], *, body_bytes: int, log: Any = webhooks) -> None:
        self._senders = senders
        self._body_bytes = body_bytes
        self._log = log

    async def __call__(self, request: Request) -> JSONResponse:
        """Answer one webhook."""
        try:
            body = await read_body(
                request.receive,
                declared=request.headers.get("content-length"),
                limit=self._body_bytes,
                seconds=_ARRIVAL_SECONDS,
            )
            async with asyncio.timeout(_WORK_SECONDS):
                return _told(200, outcome=await self._take(body))
        except NoWebhook as refused:
            self._log.warning("a webhook was refused", reason=refused.reason)
            status = 401 if isinstance(refused, Forged) else 400
            return _told(status, code=refused.code, message=refused.reason)
        except Refusal as refusal:
            return _told(refusal.status, code=refusal.code, message=refusal.message)
        except TimeoutError:
            return _told(503, code="TIMEOUT", message="Please send it again.")
        except HungUp:
            return _told(400, code="HUNG_UP", message="The body did not arrive.")

    async def _take(self, body: bytes) -> str:
        text, mailroom = self._verified(body)
        event = read_event(text)
        if event is None:
            return "irrelevant"
        bind_contextvars(site=mailroom.site_of(event))
        outcome = await mailroom.take(event)
        self._log.info("an event", type=event.type, event_id=event.id, outcome=outcome.value)
        return outcome.value

    def _verified(self, body: bytes) -> tuple[str, Mailroom]:
        """Find out who signed a body; what it says counts for his sites only."""
        refusals = []
        for sender in self._senders:
            try:
                return sender.signatures.signed_text(body), sender.mailroom
            except Forged as forged:
                refusals.append(forged)
        raise refusals[0]


def routes(reception: Reception) -> list[Route]:
    """Build the one route."""
    return [Route(PATH, reception.__call__, methods=["POST"])]


def _told(status: int, **content: str) -> JSONResponse:
    return JSONResponse(content, status_code=status)
