"""The connections of one server, each with an end to whatever is being waited for."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

KEY: Final = "connections"
"""Under this name the application's lifespan hands its `Connections` to the server's protocol."""

_EVERY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the other side of a connection may take for what."""

    connections: int = 2_000
    """How many there may be; one more costs the one that is waited for longest."""
    head_seconds: float = 10.0
    """From the first moment, or from the answer before, to the end of a request's headers."""
    body_seconds: float = 10.0
    """From there to the end of its body."""
    reading_seconds: float = 20.0
    """How long an answer may wait to be read."""
    head_bytes: int = 32_768
    """Size of a request's line and headers; as much again may arrive before that is known."""


class Waited(Protocol):
    """A connection that something is expected of."""

    def expire(self) -> None:
        """End the wait, and the connection."""
        ...


class Connections:
    """Who is connected, and until when the gateway waits for whom.

    One timer looks at all connections; none has a timer of its own.
    """

    def __init__(self, patience: Patience, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience = patience
        self._clock = clock
        self._open: set[Waited] = set()
        self._due: dict[Waited, float] = {}  # in the order in which the waits began
        self._timed = False

    def __len__(self) -> int:
        """Tell how many there are."""
        return len(self._open)

    def join(self, connection: Waited) -> None:
        """Take a new connection in, and wait for its first request."""
        self._open.add(connection)
        self.expect(connection, self.patience.head_seconds)
        if len(self._open) > self.patience.connections:
            next(iter(self._due)).expire()
        if not self._timed:
            self._timed = True
            self._look_later()

    def leave(self, connection: Waited) -> None:
        """Forget a connection that is gone."""
        self._open.discard(connection)
        self._due.pop(connection, None)

    def expect(self, connection: Waited, seconds: float) -> None:
        """Begin to wait for a connection's other side."""
        self._due.pop(connection, None)
        self._due[connection] = self._clock() + seconds

    def settle(self, connection: Waited) -> None:
        """Wait no more: it is our turn."""
        self._due.pop(connection, None)

    def look(self) -> None:
        """End the waits that have lasted too long."""
        now = self._clock()
        for connection in [each for each, due in self._due.items() if due <= now]:
            connection.expire()

    def _look_later(self) -> None:
        asyncio.get_running_loop().call_later(_EVERY, self._look_on)

    def _look_on(self) -> None:
        self.look()
        self._timed = bool(self._open)
        if self._timed:
            self._look_later()
