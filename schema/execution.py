"""How operations are executed: by graphql-core, but leaving nothing for the garbage collection."""

from collections.abc import Awaitable, Sequence
from typing import Any
from weakref import WeakMethod

from graphql import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class Execution(StrawberryGraphQLCoreExecutionContext):
    """One operation's execution, which goes as soon as nobody awaits it.

    graphql-core's own hands resolvers two of its methods, and so holds itself: everything that an
    operation has made would stay until the next look for garbage, which takes the longer for it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.async_helpers = _weakly(self)


def _weakly(execution: Execution) -> GraphQLResolveInfoHelpers:
    """Hand over the methods without holding whose they are: resolvers run while he lives."""
    gathering = WeakMethod(execution.gather_async_work)
    tracking = WeakMethod(execution.track_async_work)

    async def gather(work: Sequence[Awaitable[Any]]) -> list[Any]:
        gathers = gathering()
        return await gathers(work) if gathers else [await each for each in work]

    def track(work: Sequence[Any]) -> None:
        if tracks := tracking():
            tracks(work)

    return GraphQLResolveInfoHelpers(gather=gather, track=track)
