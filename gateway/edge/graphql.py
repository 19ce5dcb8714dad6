"""GraphQL over HTTP: an ASGI application between the socket and the operations of a schema.

It follows the GraphQL-over-HTTP specification's draft, and answers everything that is not a
GraphQL request as a GraphQL error with a status of its own.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from gateway import deadline
from gateway.deadline import Deadline
from gateway.edge import answers, media, parameters
from gateway.edge.answers import Answer, Style
from gateway.edge.batches import Batches
from gateway.edge.body import Arrivals, HungUp, read_body
from gateway.edge.exchange import exchange_of, header
from gateway.edge.execution import Expired
from gateway.edge.incremental import forms
from gateway.edge.incremental.delivery import Deliveries, Delivery
from gateway.edge.limits import Limits
from gateway.edge.live.event_stream import EventStream
from gateway.edge.live.streaming import Streaming, is_told
from gateway.edge.operations import Operations
from gateway.edge.origins import Origins
from gateway.edge.overload import Shedder
from gateway.edge.page import CONTENT_SECURITY_POLICY, PAGE
from gateway.edge.parameters import Batch, Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal
from gateway.edge.tracing import Tracing
from gateway.edge.windows import Windows
from gateway.model.principal import Principal

Admit = Callable[[Scope], Awaitable[Principal]]
"""Tells on whose behalf a request is served, and on which site; raises `Refusal`."""

log = structlog.get_logger(source=__name__)


class GraphQLEndpoint:
    """Serves one schema; its scope must carry an exchange (`edge.exchange`).

    What costs least is asked first: nothing is read for one who may not be served, nothing is
    parsed that is too large, and nothing is executed that may cost too much.
    """

    def __init__(
        self,
        operations: Operations,
        *,
        admit: Admit,
        limits: Limits,
        pricing: Pricing,
        tracing: Tracing,
        windows: Windows,
        shedder: Shedder,
        origins: Origins,
        streaming: Streaming,
        page_shown: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._operations = operations
        self._batches = Batches(operations, windows)
        self._deliveries = Deliveries(operations, windows)
        self._admit = admit
        self._limits = limits
        self._arrivals = Arrivals(limits.arriving_bytes)
        self._pricing = pricing
        self._tracing = tracing
        self._windows = windows
        self._shedder = shedder
        self._origins = origins
        self._streaming = streaming
        self._offered_to_browsers = media.PAGES if page_shown else media.ANSWERS
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with deadline.within(Deadline.after(self._limits.seconds, self._clock)) as end:
            answer = await self._answer(scope, receive, end)
        if answer is not None:
            await self._streaming.send(answer, scope, receive, send)

    async def _answer(
        self, scope: Scope, receive: Receive, end: Deadline
    ) -> Answer | EventStream | Delivery | None:
        """Find the answer to a request; None when nobody waits for one any more."""
        style = Style(media.JSON, exchange_of(scope).request_id)
        try:
            style = Style(self._negotiate(scope), style.request_id)
            if style.media_type == media.HTML:
                return Answer(PAGE, 200, media.HTML, CONTENT_SECURITY_POLICY)
            return await self._serve(scope, receive, end, style)
        except Refusal as refusal:
            return answers.refused(refusal, style, self._spent(scope))
        except Expired as expired:
            return answers.expired(style, self._spent(scope), goes_on=expired.goes_on)
        except HungUp:
            return None
        except Exception:
            log.exception("the endpoint failed")
            return answers.broken(style)

    async def _serve(
        self, scope: Scope, receive: Receive, end: Deadline, style: Style
    ) -> Answer | EventStream | Delivery:
        self._origins.check(scope)
        principal = await self._admit(scope)
        with bound_contextvars(site=principal.site_id):
            await self._windows.count(scope)
            asked = await self._read(scope, receive, end)
            self._shedder.admit()
            return await self._execute(asked, scope, receive, end, style)

    async def _read(self, scope: Scope, receive: Receive, end: Deadline) -> Parameters | Batch:
        if scope["method"] == "GET":
            return parameters.from_query_string(scope["query_string"], self._limits)
        _check_content(scope)
        body = await read_body(
            receive,
            declared=header(scope, b"content-length"),
            limit=self._limits.body_bytes,
            seconds=end.remaining(),
            arrivals=self._arrivals,
        )
        return parameters.from_body(body, self._limits)

    async def _execute(
        self,
        asked: Parameters | Batch,
        scope: Scope,
        receive: Receive,
        end: Deadline,
        style: Style,
    ) -> Answer | EventStream | Delivery:
        if isinstance(asked, Parameters):
            judged = await self._operations.judge(asked, scope)
            estimated, answer = judged.estimated, partial(self._operations.answer, judged)
        else:
            judged, batch = None, await self._batches.judge(asked, scope)
            estimated, answer = batch.estimated, partial(self._batches.answer, batch)
        exchange_of(scope).estimated = estimated
        self._pricing.admit(estimated)
        if judged is not None and is_told(judged):
            return self._streaming.told(judged, scope)
        if judged is not None and judged.deferrals is not None:
            delivery = self._deliveries.of(judged, scope, end, style)
            if delivery is not None:
                return delivery
        async with self._windows.reserved(scope, estimated):
            return await answer(scope, receive, end, style)

    def _spent(self, scope: Scope) -> dict[str, Any]:
        """Write what the answer says about the operation's cost, and about what it was for."""
        return {**self._pricing.report(exchange_of(scope)), **self._tracing.report()}

    def _negotiate(self, scope: Scope) -> str:
        """Choose the answer's media type, after the method: a 405 needs no body to say so."""
        method = scope["method"]
        if method not in {"GET", "POST"}:
            raise Refusal(
                f"Send GET or POST, not {method}.",
                code="METHOD_NOT_ALLOWED",
                status=405,
                headers={"allow": "GET, POST"},
            )
        page_wanted = method == "GET" and not parameters.are_in(scope["query_string"])
        offered = self._offered_to_browsers if page_wanted else media.ANSWERS
        accept = header(scope, b"accept") or "*/*"
        chosen = media.choose(accept, offered)
        if chosen is None and forms.wanted(accept) is not None:
            return media.JSON  # for what has no parts: better than none (RFC 9110, 12.5.1)
        if chosen is None:
            message = f"Accept {media.GRAPHQL_RESPONSE} or {media.JSON}."
            raise Refusal(message, code="NOT_ACCEPTABLE", status=406)
        return chosen


def _check_content(scope: Scope) -> None:
    encoding = header(scope, b"content-encoding") or "identity"
    if encoding.lower() != "identity" or not media.is_json(header(scope, b"content-type") or ""):
        raise Refusal(
            "Send the body as application/json in UTF-8, not compressed.",
            code="UNSUPPORTED_MEDIA_TYPE",
            status=415,
        )
