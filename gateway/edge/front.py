"""The one layer around every HTTP request: its id, its ledger, its log line, its last net."""

import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from gateway.edge import answers
from gateway.edge.answers import Style
from gateway.edge.browsers import harden
from gateway.edge.exchange import Exchange, open_exchange
from gateway.edge.media import JSON
from gateway.edge.origins import Origins
from gateway.edge.overload import RETRY_AFTER, Shedder, overloaded
from gateway.ledger import Ledger, opened

PATH: Final = "/graphql"

_HUNG_UP = 499

_BUSY: Final = answers.refused(overloaded(), Style(JSON, "none"))
_SHED: Final[Message] = {
    "type": "http.response.start",
    "status": _BUSY.status,
    "headers": [
        (b"content-type", JSON.encode()),
        (b"content-length", str(len(_BUSY.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", RETRY_AFTER.encode()),
        (b"x-content-type-options", b"nosniff"),
    ],
}
_SHED_BODY: Final[Message] = {"type": "http.response.body", "body": _BUSY.body}

access = structlog.get_logger(source="gateway.access")


class Front:
    """Sends ``/graphql`` straight to its endpoint, and everything else to `rest`."""

    def __init__(
        self,
        *,
        graphql: ASGIApp,
        rest: ASGIApp,
        new_id: Callable[[], str],
        shedder: Shedder,
        origins: Origins,
        clock: Callable[[], float] = time.monotonic,
        log: Any = access,
    ) -> None:
        self._graphql = graphql
        self._rest = rest
        self._new_id = new_id
        self._shedder = shedder
        self._origins = origins
        self._turned_away = 0
        self._told_at = 0.0
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["path"] == PATH and await self._shedder.turns_away():
            await self._turn_away(send)
            return
        exchange = open_exchange(scope, self._new_id)
        began = self._clock()
        with (
            bound_contextvars(request_id=exchange.request_id, site=None),
            opened(Ledger()) as ledger,
        ):
            try:
                await self._serve(scope, receive, self._marking(scope, exchange, send), exchange)
            finally:
                self._write_line(scope, exchange, ledger, self._clock() - began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        try:
            await self._app(scope)(scope, receive, send)
        except Exception:  # noqa: BLE001 - the last net: no cause may reach the caller
            self._log.exception("a request failed")
            if exchange.status is None:
                answer = answers.broken(Style(JSON, exchange.request_id))
                await answer.send(send)

    def _app(self, scope: Scope) -> ASGIApp:
        if scope["path"] != PATH:
            return self._rest
        return self._permit if self._origins.is_preflight(scope) else self._graphql

    async def _permit(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Tell a browser what a page of an allowed origin may ask."""
        headers = self._origins.permission()
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _turn_away(self, send: Send) -> None:
        """Answer one too many with as little work as can be; one line a second tells of all."""
        await send(_SHED)
        await send(_SHED_BODY)
        self._turned_away += 1
        now = self._clock()
        if now >= self._told_at + 1.0:
            count, self._turned_away, self._told_at = self._turned_away, 0, now
            self._log.warning("overloaded", turned_away=count)

    def _write_line(self, scope: Scope, exchange: Exchange, ledger: Ledger, seconds: float) -> None:
        self._log.info(
            "request",
            method=scope["method"],
            path=scope["path"],
            operation=exchange.operation,
            status=exchange.status or _HUNG_UP,
            milliseconds=round(seconds * 1_000, 2),
            upstream_calls=len(ledger.calls),
            upstream=[
                f"{call.operation} {call.status or 'no answer'} {call.seconds * 1_000:.0f}ms"
                for call in ledger.calls
            ],
        )

    def _marking(self, scope: Scope, exchange: Exchange, send: Send) -> Send:
        """Note the status of the answer, and complete its headers."""
        name_and_value = (b"x-request-id", exchange.request_id.encode())

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                harden(message, scope, self._origins)
                message["headers"] += [*exchange.headers, name_and_value]
            await send(message)

        return marked
