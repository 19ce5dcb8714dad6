"""uvicorn's WebSockets, for a server that hands its open connections over when it stops.

uvicorn tells them that the service restarts, never gives up on one whose other side does not
read, and writes down what is said over them.
"""

import asyncio
import logging
from typing import Any

from uvicorn import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from gateway.edge.live.gathering import KEY, Gathering
from gateway.edge.live.limits import LiveLimits

_faults = logging.getLogger("gateway.websockets")
"""Where faults are told, and nothing else: at lower levels uvicorn would write down addresses with
their query strings, and `websockets` headers and frames, with credentials and personal data. It is
no child of uvicorn's loggers, because their set-up takes its children's levels away.
"""
_faults.setLevel(logging.WARNING)


class HandingOverWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = self.conn.logger = _faults
        self._patience = LiveLimits().reading_seconds
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take over a connection; from now on a single byte that waits to be read is noticed.

        Else who reads nothing keeps his place for ever, as long as little is written to him.
        """
        transport.set_write_buffer_limits(high=0)
        super().connection_made(transport)

    def shutdown(self) -> None:
        """Let the application say where to go, rather than that the service restarts."""
        gathering: Gathering = self.app_state[KEY]
        gathering.end()
        if not self.handshake_complete:
            super().shutdown()

    def handle_ping(self) -> None:
        """Answer, unless what was written before has not been read yet.

        Answers may be left out (RFC 6455, 5.5.3); they would be kept without end for one who sends
        and never reads.
        """
        answer = b"".join(self.conn.data_to_send())
        if self.writable.is_set():
            self.transport.write(answer)

    def pause_writing(self) -> None:
        """Wait for the other side to read, but not for ever."""
        super().pause_writing()
        self._unread = self.loop.call_later(self._patience, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on writing."""
        self._settle()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._settle()
        super().connection_lost(exc)

    def _settle(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
