"""Judges what a caller asks to have executed, then executes it."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from graphql import GraphQLError, OperationType
from starlette.types import Receive, Scope
from strawberry.schema import Schema
from strawberry.types import ExecutionResult

from gateway.deadline import Deadline
from gateway.edge import answers
from gateway.edge.answers import Answer, Style
from gateway.edge.disclosure import check_introspection, may_introspect, without_suggestions
from gateway.edge.documents import PREPARED, Document, Documents, PreparedDocument
from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.execution import Executions
from gateway.edge.idempotency import Execute, Idempotency
from gateway.edge.incremental.deferrals import Deferrals
from gateway.edge.incremental.parts import Part
from gateway.edge.incremental.staging import staged
from gateway.edge.known.library import Found, Library
from gateway.edge.limits import Limits
from gateway.edge.pages import Pages
from gateway.edge.parameters import Parameters
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal
from gateway.edge.routers.proofs import RouterProof
from gateway.edge.tracing import Tracing


class OperationContext(Protocol):
    """What resolvers reach, for as long as one operation lasts."""

    @property
    def withheld(self) -> list[GraphQLError]:
        """What is said of lists that stand empty because the caller may not see what is in them."""
        ...

    def close(self) -> None:
        """End what the operation left under way."""


MakeContext = Callable[[Scope], Awaitable[OperationContext]]
"""Builds the resolvers' context inside the running loop; `exchange_of` tells the request id."""


Tell = Callable[[ExecutionResult | Part], Awaitable[None]]
"""Takes the result of a query where all of it came at once; else its parts, in their order."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An operation that may be executed."""

    asked: Parameters
    document: Document
    name: str | None
    kind: OperationType
    estimated: int
    """Calls to Wix that it takes at the most."""

    @property
    def deferrals(self) -> Deferrals | None:
        """What may be told later: nothing of a mutation, whose fields are executed in turn."""
        return self.document.deferrals if self.kind is OperationType.QUERY else None


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
        tracing: Tracing,
        library: Library,
        routers: RouterProof,
    ) -> None:
        schema.extensions = (*schema.extensions, PreparedDocument)
        core = schema._schema  # noqa: SLF001 - Strawberry has no public door to it
        self._schema = schema
        self._core = core
        self._make_context = make_context
        self._limits = limits
        self._documents = Documents(core, limits)
        self._pages = Pages(core, limits)
        self._executions = executions
        self._idempotency = idempotency
        self._pricing = pricing
        self._tracing = tracing
        self._library = library
        self._routers = routers

    async def judge(self, asked: Parameters, scope: Scope) -> Judged:
        """Find out whether an operation is valid, within its limits, and sent the right way.

        Raises:
            Refusal: It is not.
        """
        found = await self._library.find(asked)
        asked, document = found.asked, await self._document(found, scope)
        await self._library.keep(found)
        name, kind = document.operation(asked.operation_name)
        exchange_of(scope).operation = f"{kind.value} {name}" if name else kind.value
        _check_kind(kind, scope["method"])
        if name not in document.pages:
            document.pages[name] = self._pages.plan(document.ast, name)
        self._pages.admit(document.pages[name], asked.variables)
        if document.deferrals is not None:
            document.deferrals.check(asked.variables)
        return Judged(asked, document, name, kind, self._pricing.estimate(document, name, asked))

    async def _document(self, found: Found, scope: Scope) -> Document:
        """Find out whether the caller may send a document, and whether it is valid."""
        principal = principal_of(scope)
        document = self._documents.prepare(found.text, suggest=may_introspect(principal))
        check_introspection(principal, introspects=document.introspects)
        if document.for_routers:
            await self._routers.check(found.asked, scope, len(document.operations))
        return document

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

    async def tell(
        self, judged: Judged, scope: Scope, receive: Receive, end: Deadline, tell: Tell
    ) -> None:
        """Execute a query that has deferrals, and `tell` its result, or its parts one by one.

        Raises:
            Expired: It outlived its deadline.
            HungUp: The caller no longer listens.
        """
        await self._executions.run(
            self._stage(judged, scope, tell),
            receive=receive,
            seconds=end.remaining() + self._limits.grace_seconds,
            writes=False,
        )

    async def _stage(self, judged: Judged, scope: Scope, tell: Tell) -> None:
        asked, deferrals = judged.asked, judged.deferrals
        self._tracing.begin(scope)
        context = await self._make_context(scope)
        parts = staged(
            self._core,
            judged.document.ast if deferrals is None else deferrals.ast,
            context=context,
            withheld=context.withheld,
            variables=asked.variables,
            name=judged.name,
            extensions=asked.extensions or {},
            most=self._limits.parts,
        )
        try:
            async with aclosing(parts):
                async for part in parts:
                    if isinstance(part, ExecutionResult):
                        self._finish(part, scope)
                    await tell(part)
        finally:
            context.close()

    async def _execute(self, judged: Judged, scope: Scope) -> ExecutionResult:
        asked = judged.asked
        self._tracing.begin(scope)
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
        self._finish(result, scope)
        return result

    def _finish(self, result: ExecutionResult, scope: Scope) -> None:
        if not may_introspect(principal_of(scope)):
            without_suggestions(result)
        result.extensions = {**(result.extensions or {}), **self.spent(scope)}

    def spent(self, scope: Scope) -> dict[str, Any]:
        """Write what an answer says about the operation's cost, and about what it was for."""
        return {**self._pricing.report(exchange_of(scope)), **self._tracing.report()}


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
