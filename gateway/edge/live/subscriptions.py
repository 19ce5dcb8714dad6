"""Executes a subscription: once for what it listens to, then once for each thing it is told."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from contextlib import aclosing
from functools import partial
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, create_source_event_stream
from starlette.types import Scope
from strawberry.schema import Schema
from strawberry.types import ExecutionResult

from gateway import deadline
from gateway.crm.listening import ListeningFault
from gateway.deadline import Deadline
from gateway.edge.disclosure import may_introspect, without_suggestions
from gateway.edge.documents import PREPARED
from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.live.sharing import SharedResults
from gateway.edge.live.standing import Standing
from gateway.edge.operations import Judged, MakeContext, OperationContext
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal
from gateway.edge.windows import Windows
from gateway.errors import GatewayError
from gateway.ledger import Ledger, opened
from schema.execution import Execution


class Subscriptions:
    """The subscriptions of one schema, whose context is made anew for each event.

    So nothing that was loaded for one event is shown with the next, and each has a deadline of
    its own.
    """

    def __init__(
        self,
        schema: Schema,
        make_context: MakeContext,
        *,
        pricing: Pricing,
        windows: Windows,
        standing: Standing,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._schema = schema
        self._make_context = make_context
        self._pricing = pricing
        self._windows = windows
        self._standing = standing
        self._seconds = seconds
        self._clock = clock
        self._shared = SharedResults()

    async def results(self, judged: Judged, scope: Scope) -> AsyncGenerator[ExecutionResult, None]:
        """Give one result for each event (GraphQL specification, 6.2.3).

        Raises:
            ListeningFault: Events may have been missed, or may not be told any more.
        """
        context = await self._make_context(scope)
        try:
            source = await self._source(judged, context)
            if isinstance(source, CoreResult):
                yield _failed(source, scope)
                return
            async with aclosing(source):
                wanted = _wanted(judged, scope)
                async for event in source:
                    await self._standing.check(scope)
                    execute = partial(self._result, judged, scope, event)
                    yield await self._answered(event, wanted, execute)
        except ListeningFault:
            raise
        except GatewayError as fault:
            error = GraphQLError(fault.message, original_error=fault)
            yield ExecutionResult(data=None, errors=[error])
        finally:
            context.close()

    async def _answered(
        self, event: Any, wanted: Hashable, execute: Callable[[], Awaitable[ExecutionResult]]
    ) -> ExecutionResult:
        try:
            return await self._shared.of(event, wanted, execute)
        except Refusal as refusal:
            extensions = {"code": refusal.code, **refusal.details}
            error = GraphQLError(refusal.message, extensions=extensions)
            return ExecutionResult(data=None, errors=[error])

    async def _source(
        self, judged: Judged, context: OperationContext
    ) -> AsyncGenerator[Any, None] | CoreResult:
        built = Execution.build(
            self._schema._schema,  # noqa: SLF001 - Strawberry has no public door to it
            judged.document.ast,
            context_value=context,
            raw_variable_values=judged.asked.variables,
            operation_name=judged.name,
        )
        if isinstance(built, list):
            return CoreResult(None, errors=built)
        source = create_source_event_stream(built)
        if isawaitable(source):
            source = await source
        return cast("AsyncGenerator[Any, None] | CoreResult", source)

    async def _result(self, judged: Judged, scope: Scope, event: Any) -> ExecutionResult:
        """Answer one event, as a request of its own would be: bounded, counted and reported.

        Raises:
            Refusal: The caller has no calls to Wix left.
        """
        end = Deadline.after(self._seconds, self._clock)
        with opened(Ledger()), deadline.within(end):
            async with self._windows.reserved(scope, judged.estimated):
                result = await self._executed(judged, scope, event)
            result.extensions = self._pricing.report(exchange_of(scope))
        return result

    async def _executed(self, judged: Judged, scope: Scope, event: Any) -> ExecutionResult:
        context = await self._make_context(scope)
        try:
            return await self._schema.execute(
                judged.asked.query,
                variable_values=judged.asked.variables,
                context_value=context,
                root_value=event,
                operation_name=judged.name,
                operation_extensions={PREPARED: judged.document},
            )
        finally:
            context.close()


def _failed(outcome: CoreResult, scope: Scope) -> ExecutionResult:
    """Answer a subscription that did not come to listen to anything."""
    result = ExecutionResult(data=None, errors=outcome.errors)
    if not may_introspect(principal_of(scope)):
        without_suggestions(result)
    return result


def _wanted(judged: Judged, scope: Scope) -> Hashable:
    """Tell all that a subscription's results depend on beside its events."""
    principal, asked = principal_of(scope), judged.asked
    variables = orjson.dumps(asked.variables, option=orjson.OPT_SORT_KEYS)
    return (asked.query, judged.name, variables, principal.site_id, principal.scopes)
