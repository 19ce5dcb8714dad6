"""uvicorn's HTTP/1.1, for connections that send, or read, slowly or never or too much.

uvicorn has a clock for connections that are idle after an answer, and no other; and no bound on
headers.
"""

import asyncio
from typing import Any, Final

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from gateway.edge.connections import KEY, Connections
from gateway.edge.live.gathering import KEY as GATHERING
from gateway.edge.live.gathering import Gathering
from gateway.edge.overload import KEY as SHEDDER
from gateway.edge.overload import Shedder
from gateway.edge.turned_away import HTTP_1_1 as TURNED_AWAY

_GRAPHQL: Final = b"/graphql"
_ANSWER: Final = b"HTTP/1.1 %b\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW: Final = _ANSWER % b"408 Request Timeout"
_TOO_LARGE: Final = _ANSWER % b"431 Request Header Fields Too Large"


class _HeadTooLarge(Exception):
    """A request's line and headers are larger than any honest ones."""


class PatientProtocol(HttpToolsProtocol):
    """One connection; its application's lifespan tells the `Connections` it belongs to."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._known: Connections = app_state[KEY]
        self._patience = self._known.patience
        self._shedder: Shedder | None = app_state.get(SHEDDER)
        self._in_head = False
        self._head_bytes = 0
        self._head_too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._known.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._known.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what arrived, unless there is no end to a request's head."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > 2 * self._patience.head_bytes:
                self._end(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """Begin to count a request's head."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """Judge a request's head, then wait for its body."""
        self._in_head = False
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        self._head_too_large = size > self._patience.head_bytes
        if self._head_too_large:
            raise _HeadTooLarge
        self._known.expect(self, self._patience.body_seconds)
        if self._shedder is not None and self._is_one_more() and self._shedder.crowded:
            self._shedder.note_turned_away()
            self.transport.write(TURNED_AWAY)
            self.on_response_complete()
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait no more, as the request is whole; or for the next, if it is answered already."""
        super().on_message_complete()
        # A request to speak WebSocket is answered elsewhere: there may be no cycle.
        if self.cycle is None or self.cycle.response_complete:
            self._known.expect(self, self._patience.head_seconds)
        else:
            self._known.settle(self)

    def on_response_complete(self) -> None:
        """Wait for the answer to be read, then for the next request."""
        super().on_response_complete()
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self._known.expect(self, self._patience.reading_seconds)
        elif self.cycle.response_complete and not self.cycle.more_body:
            self._known.expect(self, self._patience.head_seconds)

    def pause_writing(self) -> None:
        """Wait for the other side to read."""
        super().pause_writing()
        self._known.expect(self, self._patience.reading_seconds)

    def resume_writing(self) -> None:
        """Go on writing, or wait for the next request."""
        super().resume_writing()
        if self.cycle is None or self.cycle.response_complete:
            self._known.expect(self, self._patience.head_seconds)
        else:
            self._known.settle(self)

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to another protocol, and its waits too."""
        self._known.leave(self)
        super().handle_websocket_upgrade()
        del self.parser  # they hold each other, and nothing more is read here

    def send_400_response(self, msg: str) -> None:
        """Answer a request that is none; say so if its head was too large."""
        if self._head_too_large:
            self._end(_TOO_LARGE)
        else:
            super().send_400_response(msg)

    def shutdown(self) -> None:
        """Ask all that stays open to end, this connection's stream included.

        uvicorn would wait for streams to end by themselves.
        """
        gathering: Gathering = self.app_state[GATHERING]
        gathering.end()
        super().shutdown()

    def expire(self) -> None:
        """End a connection whose other side took too long."""
        if self.transport.is_closing() or self.transport.get_write_buffer_size():
            self._known.leave(self)
            self.transport.abort()
        elif self._in_head:
            self._end(_TOO_SLOW)
        else:
            self._end(b"")

    def _is_one_more(self) -> bool:
        """Tell whether this asks for an operation, after others that are answered.

        Its body is then read past, as uvicorn does with that of a request answered early.
        """
        return (
            self.url == _GRAPHQL
            and self.cycle is not None
            and self.cycle.response_complete
            and self.parser.should_keep_alive()
            and not self.parser.should_upgrade()
        )

    def _end(self, answer: bytes) -> None:
        """Close, and do not wait long for the last words to be read."""
        if answer:
            self.transport.write(answer)
        self.transport.close()
        self._known.expect(self, self._patience.reading_seconds)
