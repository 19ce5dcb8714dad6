"""The WebSockets of this process, each from its handshake on."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Receive, Scope, Send

from gateway.edge.exchange import header
from gateway.edge.limits import Limits
from gateway.edge.live.answering import Answering
from gateway.edge.live.caller import is_ours
from gateway.edge.live.gathering import Gathering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.session import Session
from gateway.edge.live.transport import PROTOCOL, Close
from gateway.edge.refusals import Refusal
from gateway.model.principal import Principal

Admit = Callable[[Scope], Awaitable[Principal]]
"""Tells on whose behalf a request is served; raises `Refusal`."""

_UNKNOWN_PROTOCOL: Final = Close(4406, "Subprotocol not acceptable")
_FULL: Final = Close(1013, "Try again later")


def no_other_origin(_origin: str | None) -> bool:
    """Let the pages of no other origin open a WebSocket."""
    return False


class Sockets:
    """Serves graphql-transport-ws at one path, as an ASGI application for WebSockets alone."""

    def __init__(
        self,
        answering: Answering,
        *,
        admit: Admit,
        path: str,
        gathering: Gathering,
        new_id: Callable[[], str],
        limits: LiveLimits,
        json_limits: Limits,
        allows: Callable[[str | None], bool] = no_other_origin,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._answering = answering
        self._admit = admit
        self._path = path
        self._gathering = gathering
        self._new_id = new_id
        self._limits = limits
        self._json_limits = json_limits
        self._allows = allows
        self._wall = wall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one WebSocket until it ends."""
        await receive()
        if scope["path"] != self._path or not self._is_welcome(scope):
            await send({"type": "websocket.close", "code": 1008})
            return
        spoken = PROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if spoken else None})
        close = await self._serve(scope, receive, send) if spoken else _UNKNOWN_PROTOCOL
        if close is not None:
            await send({"type": "websocket.close", "code": close.code, "reason": close.reason})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> Close | None:
        session = Session(
            scope,
            receive,
            send,
            answering=self._answering,
            admit=self._admit,
            new_id=self._new_id,
            limits=self._limits,
            json_limits=self._json_limits,
            wall=self._wall,
        )
        try:
            with self._gathering.joined(session.hand_over):
                return await session.run()
        except Refusal:
            return _FULL

    def _is_welcome(self, scope: Scope) -> bool:
        return is_ours(scope) or self._allows(header(scope, b"origin"))
