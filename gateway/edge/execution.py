"""Runs one operation until it ends, its caller hangs up, or its time is long over."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from gateway.edge.body import HungUp

T = TypeVar("T")


class Expired(Exception):
    """The operation outlived its deadline and the grace after it."""

    def __init__(self, *, writes: bool) -> None:
        super().__init__()
        self.goes_on = writes
        """Whether it runs on to its end all the same."""


class Executions:
    """The operations under way in this process."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._waiting: dict[asyncio.Task[Any], Coroutine[Any, Any, Any]] = {}
        self.ended = 0
        """How many there were that are no more."""

    @property
    def waiting(self) -> int:
        """How many of them have not begun, for want of the processor."""
        return len(self._waiting)

    def __len__(self) -> int:
        """Tell how many operations are running."""
        return len(self._running)

    async def run(
        self,
        operation: Coroutine[Any, Any, T],
        *,
        receive: Receive,
        seconds: float,
        writes: bool,
    ) -> T:
        """Run an operation for at most `seconds`.

        Reading stops when nobody listens any more. Writing runs on to its own end, because a
        mutation that is half done is worse than one whose answer nobody reads.

        Raises:
            Expired: The time is over.
            HungUp: The caller no longer listens.
        """
        task = asyncio.ensure_future(self._begun(operation))
        self._running.add(task)
        self._waiting[task] = operation
        task.add_done_callback(self._forget)
        gone = asyncio.ensure_future(_hung_up(receive))
        try:
            done, _ = await asyncio.wait(
                (task, gone), timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if task in done:
                return task.result()
            if gone in done:
                raise HungUp
            raise Expired(writes=writes)
        finally:
            gone.cancel()
            if not writes:
                await _stop(task)

    async def drain(self, seconds: float) -> None:
        """Let what runs end by itself for `seconds`, then cancel the rest."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                await _stop(task)

    async def _begun(self, operation: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        if task is not None:
            del self._waiting[task]
        return await operation

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        self.ended += 1
        never_begun = self._waiting.pop(task, None)
        if never_begun is not None:
            never_begun.close()
        if not task.cancelled():
            task.exception()  # read, so that asyncio does not report it a second time


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stop(task: asyncio.Task[Any]) -> None:
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
