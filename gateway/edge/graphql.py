"""GraphQL over HTTP: an ASGI application between the socket and ``schema.execute``.

It follows the GraphQL-over-HTTP specification's draft, and answers everything that is not a
GraphQL request as a GraphQL error with a status of its own.
"""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol

import structlog
from graphql import OperationType
from starlette.types import Receive, Scope, Send
from strawberry.schema import Schema
from strawberry.types import ExecutionResult

from gateway import deadline
from gateway.deadline import Deadline
from gateway.edge import answers, media, parameters
from gateway.edge.answers import Answer, Style
from gateway.edge.body import HungUp, read_body
from gateway.edge.documents import PREPARED, Documents, PreparedDocument
from gateway.edge.exchange import exchange_of, header
from gateway.edge.execution import Executions, Expired
from gateway.edge.idempotency import Execute, Idempotency
from gateway.edge.limits import Limits
from gateway.edge.page import graphiql
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal


class OperationContext(Protocol):
    """What resolvers reach, for as long as one operation lasts."""

    def close(self) -> None:
        """End what the operation left under way."""


MakeContext = Callable[[Scope], Awaitable[OperationContext]]
"""Builds the resolvers' context inside the running loop; `exchange_of` tells the request id."""

log = structlog.get_logger(source=__name__)


class GraphQLEndpoint:
    """Serves one schema; its scope must carry an exchange (`edge.exchange`)."""

    def __init__(
        self,
        schema: Schema,
        make_context: MakeContext,
        *,
        limits: Limits,
        executions: Executions,
        idempotency: Idempotency,
        pricing: Pricing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        schema.extensions = (*schema.extensions, PreparedDocument)
        self._schema = schema
        self._make_context = make_context
        self._limits = limits
        self._clock = clock
        self._page = graphiql()
        self._documents = Documents(schema._schema, limits)  # noqa: SLF001 - Strawberry has no public door to it
        self._executions = executions
        self._idempotency = idempotency
        self._pricing = pricing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with deadline.within(Deadline.after(self._limits.seconds, self._clock)) as end:
            answer = await self._answer(scope, receive, end)
        if answer is not None:
            await answer.send(send)

    async def _answer(self, scope: Scope, receive: Receive, end: Deadline) -> Answer | None:
        """Find the answer to a request; None when nobody waits for one any more."""
        style = Style(media.JSON, exchange_of(scope).request_id)
        try:
            style = Style(_negotiate(scope), style.request_id)
            if style.media_type == media.HTML:
                return Answer(self._page, 200, media.HTML)
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
    ) -> Answer:
        document = self._documents.prepare(asked.query)
        name, kind = document.operation(asked.operation_name)
        exchange_of(scope).operation = f"{kind.value} {name}" if name else kind.value
        _check_kind(kind, scope["method"])
        estimated = self._pricing.estimate(document, name, asked)
        exchange_of(scope).estimated = estimated
        self._pricing.admit(estimated)
        operation = partial(self._operation, asked, name, {PREPARED: document}, scope)
        once = self._idempotency.answer if kind is OperationType.MUTATION else _answered
        return await self._executions.run(
            once(operation, asked, scope, style),
            receive=receive,
            seconds=end.remaining() + self._limits.grace_seconds,
            writes=kind is OperationType.MUTATION,
        )

    async def _operation(
        self, asked: Parameters, name: str | None, prepared: dict[str, Any], scope: Scope
    ) -> ExecutionResult:
        context = await self._make_context(scope)
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=name,
                operation_extensions={**(asked.extensions or {}), **prepared},
            )
        finally:
            context.close()
        result.extensions = {**(result.extensions or {}), **self._cost(scope)}
        return result

    def _cost(self, scope: Scope) -> dict[str, Any]:
        """Write what the answer says about the operation's cost."""
        return self._pricing.report(exchange_of(scope).estimated)


async def _answered(execute: Execute, _asked: Parameters, _scope: Scope, style: Style) -> Answer:
    return answers.executed(await execute(), style)


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


def _check_kind(kind: OperationType, method: str) -> None:
    if kind is OperationType.MUTATION and method == "GET":
        raise Refusal(
            "Send mutations by POST.",
            code="METHOD_NOT_ALLOWED",
            status=405,
            headers={"allow": "POST"},
        )
