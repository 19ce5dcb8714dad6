"""Executes a query in parts: what can be told at once, then the rest as it comes."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from inspect import isawaitable
from typing import Any, Final, cast

from graphql import DocumentNode, GraphQLError, GraphQLSchema
from graphql import ExecutionResult as CoreResult
from strawberry.execution import optimized_is_awaitable
from strawberry.types import ExecutionResult

from gateway.edge.incremental.parts import Part
from gateway.edge.incremental.reading import Reader
from schema.execution import Execution

TOO_MANY: Final = "TOO_MANY_PARTS"


async def staged(
    schema: GraphQLSchema,
    document: DocumentNode,
    *,
    context: object,
    withheld: list[GraphQLError],
    variables: Mapping[str, Any] | None,
    name: str | None,
    extensions: Mapping[str, Any],
    most: int,
) -> AsyncGenerator[ExecutionResult | Part, None]:
    """Give the whole result where nothing is to come later; else its parts.

    What is deferred begins together with everything else, and so takes part in the same batches:
    it costs no call to Wix more than if it were not deferred. There are at most `most` places
    where something is to come. Closing the generator ends the execution.
    """
    executor: Any = _Executor.build(
        schema,
        document,
        context_value=context,
        raw_variable_values=dict(variables or {}),
        operation_name=name,
        is_awaitable=cast("Any", optimized_is_awaitable),
        enable_early_execution=True,
        operation_extensions=extensions,
        most=most,
    )
    if isinstance(executor, list):
        yield ExecutionResult(None, errors=executor)
        return
    try:
        result = executor.execute_operation()
        if isawaitable(result):
            result = await result
        if isinstance(result, CoreResult):
            yield ExecutionResult(result.data, [*withheld, *(result.errors or ())] or None)
            return
        reader = Reader(withheld)
        yield reader.opening(result.initial_result)
        async with aclosing(result.subsequent_results) as later:
            async for each in later:
                yield reader.following(each)
    finally:
        # Nobody else does, when it is closed before the first of the later parts is asked for.
        await executor.cancel_incremental_work()


class _Executor(Execution):
    """Counts the places where something is to come, since each costs ten times a field's time."""

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left = [most]
        """Those that there may be yet; its copies, one for each place, count on it as well."""

    def get_new_delivery_group_map(self, new_defer_usages: Any, *rest: Any) -> Any:
        """Count the fragments that an object defers."""
        self._count(len(new_defer_usages))
        return super().get_new_delivery_group_map(new_defer_usages, *rest)

    def complete_stream_item(self, *args: Any) -> Any:
        """Count the entries of a list that come later."""
        self._count(1)
        return super().complete_stream_item(*args)

    def _count(self, places: int) -> None:
        self._left[0] -= places
        if self._left[0] < 0:
            message = "Too much is deferred: ask for smaller pages, or defer less in each row."
            raise GraphQLError(message, extensions={"code": TOO_MANY})
