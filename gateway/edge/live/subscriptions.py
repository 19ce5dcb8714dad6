"""Executes a subscription: once for what it listens to, then once for each thing it is told."""

import time
from collections.abc import AsyncGenerator, Callable, Hashable
from contextlib import aclosing
from functools import partial
from inspect import isawaitable
from typing import Any, cast

import orjson
from graphql import ExecutionResult as CoreResult
from graphql import GraphQLError, create_source_event_stream
from graphql.execution import Executor
from starlette.types import Scope
from strawberry.schema import Schema
from strawberry.types import ExecutionResult

from gateway import deadline
from gateway.crm.listening import ListeningFault
from gateway.deadline import Deadline
from gateway.edge.documents import PREPARED
from gateway.edge.exchange import principal_of
from gateway.edge.live.sharing import SharedResults
from gateway.edge.operations import Judged, MakeContext, OperationContext
from gateway.errors import GatewayError
from gateway.ledger import Ledger, opened


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
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._schema = schema
        self._make_context = make_context
        self._seconds = seconds
        self._clock = clock
        self._shared = SharedResults()

    async def results(self, judged: Judged, scope: Scope) -> AsyncGenerator[ExecutionResult, None]:
        """Give one result for each event (GraphQL specification, 6.2.3).

        Raises:
            ListeningFault: Events may have been missed.
        """
        context = await self._make_context(scope)
        try:
            source = await self._source(judged, context)
            if isinstance(source, CoreResult):
                yield ExecutionResult(data=None, errors=source.errors)
                return
            async with aclosing(source):
                wanted = _wanted(judged, scope)
                async for event in source:
                    execute = partial(self._result, judged, scope, event)
                    yield await self._shared.of(event, wanted, execute)
        except ListeningFault:
            raise
        except GatewayError as fault:
            error = GraphQLError(fault.message, original_error=fault)
            yield ExecutionResult(data=None, errors=[error])
        finally:
            context.close()

    async def _source(
        self, judged: Judged, context: OperationContext
    ) -> AsyncGenerator[Any, None] | CoreResult:
        built = Executor.build(
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
        context = await self._make_context(scope)
        try:
            with (
                opened(Ledger()),
                deadline.within(Deadline.after(self._seconds, self._clock)),
            ):
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


def _wanted(judged: Judged, scope: Scope) -> Hashable:
    """Tell all that a subscription's results depend on beside its events."""
    principal, asked = principal_of(scope), judged.asked
    variables = orjson.dumps(asked.variables, option=orjson.OPT_SORT_KEYS)
    return (asked.query, judged.name, variables, principal.site_id, principal.scopes)
