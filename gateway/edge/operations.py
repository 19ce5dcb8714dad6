"""Judges what a caller asks to have executed, then executes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from graphql import OperationType
from starlette.types import Receive, Scope
from strawberry.schema import Schema
from strawberry.types import ExecutionResult

from gateway.deadline import Deadline
from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.documents import PREPARED, Document, Documents, PreparedDocument
from gateway.edge.exchange import exchange_of
from gateway.edge.execution import Executions
from gateway.edge.idempotency import Execute, Idempotency
from gateway.edge.limits import Limits
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal


class OperationContext(Protocol):
    """What resolvers reach, for as long as one operation lasts."""

    def close(self) -> None:
        """End what the operation left under way."""


MakeContext = Callable[[Scope], Awaitable[OperationContext]]
"""Builds the resolvers' context inside the running loop; `exchange_of` tells the request id."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An operation that may be executed."""

    asked: Parameters
    document: Document
    name: str | None
    kind: OperationType
    estimated: int
    """Calls to Wix that it takes at the most."""


class Operations:
    """The operations of one schema."""

    def __init__(
        self,
        schema: Schema,
        make_context: MakeContext,
        *,
        limits: Limits,
        executions: Executions,
        idempotency: Idempotency,
        pricing: Pricing,
    ) -> None:
        schema.extensions = (*schema.extensions, PreparedDocument)
        self._schema = schema
        self._make_context = make_context
        self._limits = limits
        self._documents = Documents(schema._schema, limits)  # noqa: SLF001 - Strawberry has no public door to it
        self._executions = executions
        self._idempotency = idempotency
        self._pricing = pricing

    async def judge(self, asked: Parameters, scope: Scope) -> Judged:
        """Find out whether an operation is valid, within its limits, and sent the right way.

        Raises:
            Refusal: It is not.
        """
        document = self._documents.prepare(asked.query)
        name, kind = document.operation(asked.operation_name)
        exchange_of(scope).operation = f"{kind.value} {name}" if name else kind.value
        _check_kind(kind, scope["method"])
        return Judged(asked, document, name, kind, self._pricing.estimate(document, name, asked))

    async def answer(
        self, judged: Judged, scope: Scope, receive: Receive, end: Deadline, style: Style
    ) -> Answer:
        """Execute an operation.

        Raises:
            Refusal: Its ``Idempotency-Key`` is none, or another request has it.
            Expired: It outlived its deadline.
            HungUp: The caller no longer listens.
        """
        writes = judged.kind is OperationType.MUTATION
        once = self._idempotency.answer if writes else _answered
        return await self._executions.run(
            once(partial(self._execute, judged, scope), judged.asked, scope, style),
            receive=receive,
            seconds=end.remaining() + self._limits.grace_seconds,
            writes=writes,
        )

    async def _execute(self, judged: Judged, scope: Scope) -> ExecutionResult:
        asked = judged.asked
        context = await self._make_context(scope)
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=context,
                operation_name=judged.name,
                operation_extensions={**(asked.extensions or {}), PREPARED: judged.document},
            )
        finally:
            context.close()
        cost: dict[str, Any] = self._pricing.report(exchange_of(scope).estimated)
        result.extensions = {**(result.extensions or {}), **cost}
        return result


async def _answered(execute: Execute, _asked: Parameters, _scope: Scope, style: Style) -> Answer:
    return answers.executed(await execute(), style)


def _check_kind(kind: OperationType, method: str) -> None:
    if kind is OperationType.MUTATION and method == "GET":
        raise Refusal(
            "Send mutations by POST.",
            code="METHOD_NOT_ALLOWED",
            status=405,
            headers={"allow": "POST"},
        )
