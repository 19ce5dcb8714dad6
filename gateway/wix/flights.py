"""Tasks that outlive the callers who wait for them."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from gateway.errors import UpstreamUnavailable

T = TypeVar("T")


class Flights:
    """The tasks under way; the event loop alone would let them be collected."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work` in a task of its own, in a copy of the caller's context."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._land)
        return task

    async def land_all(self, grace: float) -> None:
        """Let the tasks end for `grace` seconds, then cancel the rest."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _land(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Looked at, so that a failure nobody waits for any more is not reported as forgotten.
            task.exception()


async def outcome(task: asyncio.Task[T]) -> T:
    """Wait for a task without owning it: a caller cancelled here leaves it running.

    Unlike `asyncio.shield` this tells a cancelled caller (CancelledError) from a cancelled task.

    Raises:
        UpstreamUnavailable: The task was cancelled because the client closes.
    """
    await asyncio.wait({task})
    if task.cancelled():
        raise UpstreamUnavailable("The gateway is closing.")
    return task.result()
