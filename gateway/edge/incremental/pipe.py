"""Hands an answer's parts to whoever iterates over them, for connections that carry bodies."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

from gateway.edge.answers import Answer


class Pipe:
    """Holds one part at a time: the next is written when it has been taken."""

    def __init__(self) -> None:
        self.begun = False
        self.ended = False
        self._parts: asyncio.Queue[bytes] = asyncio.Queue(1)

    async def write(self, body: bytes, *, is_last: bool) -> None:
        """Hand over a part, which is JSON."""
        self.begun, self.ended = True, is_last
        await self._parts.put(body)

    async def bodies(
        self, deliver: Callable[["Pipe"], Awaitable[Answer | None]]
    ) -> AsyncGenerator[bytes, None]:
        """Iterate over what `deliver` writes here, or gives at once.

        Closing the iterator ends the delivery. What it raises, it raises here.
        """
        delivering = asyncio.ensure_future(deliver(self))
        try:
            while (body := await self._next(delivering)) is not None:
                yield body
            answer = await delivering
            if answer is not None:
                yield answer.body
        finally:
            delivering.cancel()
            await asyncio.wait({delivering})

    async def _next(self, delivering: "asyncio.Future[Answer | None]") -> bytes | None:
        """Wait for a part; None when there is no other."""
        taking = asyncio.ensure_future(self._parts.get())
        both: set[asyncio.Future[Any]] = {taking, delivering}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            return taking.result() if taking.done() else self._left()
        finally:
            taking.cancel()

    def _left(self) -> bytes | None:
        return None if self._parts.empty() else self._parts.get_nowait()
