"""GraphQL over HTTP: an ASGI application between the socket and the operations of a schema.

It follows the GraphQL-over-HTTP specification's draft, and answers everything that is not a
GraphQL request as a GraphQL error with a status of its own.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from gateway import deadline
from gateway.deadline import Deadline
from gateway.edge import answers, media, parameters
from gateway.edge.answers import Answer, Style
from gateway.edge.body import HungUp, read_body
from gateway.edge.exchange import exchange_of, header
from gateway.edge.execution import Expired
from gateway.edge.limits import Limits
from gateway.edge.live.event_stream import EventStream
from gateway.edge.live.streaming import Streaming, is_told
from gateway.edge.operations import Operations
from gateway.edge.page import graphiql
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal
from gateway.model.principal import Principal

Admit = Callable[[Scope], Awaitable[Principal]]
"""Tells on whose behalf a request is served; raises `Refusal`."""

log = structlog.get_logger(source=__name__)


class GraphQLEndpoint:
    """Serves one schema; its scope must carry an exchange (`edge.exchange`)."""

    def __init__(
        self,
        operations: Operations,
        *,
        admit: Admit,
        limits: Limits,
        pricing: Pricing,
        streaming: Streaming,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._operations = operations
        self._admit = admit
        self._limits = limits
        self._pricing = pricing
        self._streaming = streaming
        self._clock = clock
        self._page = graphiql()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with deadline.within(Deadline.after(self._limits.seconds, self._clock)) as end:
            answer = await self._answer(scope, receive, end)
        if answer is not None:
            await self._streaming.send(answer, scope, receive, send)

    async def _answer(
        self, scope: Scope, receive: Receive, end: Deadline
    ) -> Answer | EventStream | None:
        """Find the answer to a request; None when nobody waits for one any more."""
        style = Style(media.JSON, exchange_of(scope).request_id)
        try:
            style = Style(_negotiate(scope), style.request_id)
            if style.media_type == media.HTML:
                return Answer(self._page, 200, media.HTML)
            await self._admit(scope)
            asked = await self._read(scope, receive, end)
            return await self._execute(asked, scope, receive, end, style)
        except Refusal as refusal:
            return answers.refused(refusal, style, self._cost(scope))
        except Expired as expired:
            return answers.expired(style, self._cost(scope), goes_on=expired.goes_on)
        except HungUp:
            return None
        except Exception:
            log.exception("the endpoint failed")
            return answers.broken(style)

    async def _read(self, scope: Scope, receive: Receive, end: Deadline) -> Parameters:
        if scope["method"] == "GET":
            return parameters.from_query_string(scope["query_string"], self._limits)
        _check_content(scope)
        body = await read_body(
            receive,
            declared=header(scope, b"content-length"),
            limit=self._limits.body_bytes,
            seconds=end.remaining(),
        )
        return parameters.from_body(body, self._limits)

    async def _execute(
        self, asked: Parameters, scope: Scope, receive: Receive, end: Deadline, style: Style
    ) -> Answer | EventStream:
        judged = await self._operations.judge(asked, scope)
        exchange_of(scope).estimated = judged.estimated
        self._pricing.admit(judged.estimated)
        if is_told(judged):
            return self._streaming.told(judged, scope)
        return await self._operations.answer(judged, scope, receive, end, style)

    def _cost(self, scope: Scope) -> dict[str, Any]:
        """Write what the answer says about the operation's cost."""
        return self._pricing.report(exchange_of(scope).estimated)


def _negotiate(scope: Scope) -> str:
    """Choose the answer's media type, after the method: a 405 needs no body to say so."""
    method = scope["method"]
    if method not in {"GET", "POST"}:
        raise Refusal(
            f"Send GET or POST, not {method}.",
            code="METHOD_NOT_ALLOWED",
            status=405,
            headers={"allow": "GET, POST"},
        )
    page_wanted = method == "GET" and b"query=" not in scope["query_string"]
    offered = media.PAGES if page_wanted else media.ANSWERS
    accept = header(scope, b"accept") or "*/*"
    chosen = media.choose(accept, offered)
    if chosen is None:
        raise Refusal(
            f"Accept {media.GRAPHQL_RESPONSE} or {media.JSON}.", code="NOT_ACCEPTABLE", status=406
        )
    return chosen


def _check_content(scope: Scope) -> None:
    encoding = header(scope, b"content-encoding") or "identity"
    if encoding.lower() != "identity" or not media.is_json(header(scope, b"content-type") or ""):
        raise Refusal(
            "Send the body as application/json in UTF-8, not compressed.",
            code="UNSUPPORTED_MEDIA_TYPE",
            status=415,
        )
