"""Executes once what many are told in the same words."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Any, Final

from cachetools import LRUCache
from strawberry.types import ExecutionResult

from gateway.edge.refusals import Refusal

_MOST: Final = 256
"""Results that are kept for those who have not come to them yet."""


class SharedResults:
    """The results of the last events, by the event itself and by what was asked of it."""

    def __init__(self) -> None:
        self._known: LRUCache[Hashable, tuple[Any, asyncio.Task[ExecutionResult]]] = LRUCache(_MOST)

    async def of(
        self, event: Any, wanted: Hashable, execute: Callable[[], Awaitable[ExecutionResult]]
    ) -> ExecutionResult:
        """Tell what is answered to an event; whoever is first has it executed.

        `wanted` must say all that an answer depends on beside the event.

        Raises:
            Refusal: This caller may not have it executed, and no other has.
        """
        if event is None:
            return await execute()
        key = (id(event), wanted)
        while (known := self._known.get(key)) is not None and not known[1].cancelled():
            with suppress(Refusal):
                return await asyncio.shield(known[1])
            # Whoever was first may not, and this says nothing of the others.
            if self._known.get(key) is known:
                del self._known[key]
        # The event is kept as well, so that no other can come to have its id.
        task = asyncio.ensure_future(_run(execute))
        self._known[key] = (event, task)
        return await asyncio.shield(task)


async def _run(execute: Callable[[], Awaitable[ExecutionResult]]) -> ExecutionResult:
    return await execute()
