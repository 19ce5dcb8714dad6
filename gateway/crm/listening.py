"""What one listener has not been given yet: a bounded line that never delays another's."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from gateway.errors import GatewayError

T = TypeVar("T")


class ListeningFault(GatewayError):
    """Who listened may have missed something: he has to connect again, and to read anew."""


class ListenerTooSlow(ListeningFault):
    """More had happened than can wait for one listener."""

    code = "LISTENER_TOO_SLOW"


class ListeningInterrupted(ListeningFault):
    """What happens elsewhere may not have been heard of for a while."""

    code = "LISTENING_INTERRUPTED"


class Listening(Generic[T]):
    """The changes that one listener wants, in the order in which they happened.

    Who does not keep up loses his place: `most` changes may wait, and one more ends it.
    """

    def __init__(self, wanted: Callable[[T], bool], *, most: int) -> None:
        self._wanted = wanted
        self._most = most
        self._waiting: deque[T] = deque()
        self._fault: ListeningFault | None = None
        self._woken = asyncio.Event()

    def tell(self, change: T) -> None:
        """Put a change into the line, if it is wanted."""
        if self._fault is not None or not self._wanted(change):
            return
        if len(self._waiting) >= self._most:
            self.end(ListenerTooSlow("You do not keep up with what happens; connect again."))
            return
        self._waiting.append(change)
        self._woken.set()

    def end(self, fault: ListeningFault) -> None:
        """Give nothing more; what still waits is no longer of use."""
        self._fault = fault
        self._waiting.clear()
        self._woken.set()

    async def changes(self) -> AsyncIterator[T]:
        """Give the changes, as they come.

        Raises:
            ListeningFault: Changes may have been missed from here on.
        """
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._fault is not None:
                raise self._fault
            self._woken.clear()
            await self._woken.wait()
