"""Executes once what many are told in the same words."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

from cachetools import LRUCache
from strawberry.types import ExecutionResult

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
        """
        if event is None:
            return await execute()
        key = (id(event), wanted)
        known = self._known.get(key)
        if known is None or known[1].cancelled():
            # The event is kept as well, so that no other can come to have its id.
            known = self._known[key] = (event, asyncio.ensure_future(_run(execute)))
        return await asyncio.shield(known[1])


async def _run(execute: Callable[[], Awaitable[ExecutionResult]]) -> ExecutionResult:
    return await execute()
