"""The one layer around every HTTP request: its id, its ledger, its log line, its last net."""

import time
from collections.abc import Callable
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from gateway.edge import answers, turned_away
from gateway.edge.answers import Style
from gateway.edge.browsers import harden
from gateway.edge.exchange import Exchange, open_exchange
from gateway.edge.media import JSON
from gateway.edge.origins import Origins
from gateway.edge.overload import Shedder
from gateway.ledger import Ledger, opened

PATH: Final = "/graphql"
_PATHS: Final = frozenset({PATH, PATH + "/"})

_HUNG_UP = 499

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
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["path"] in _PATHS and await self._shedder.turns_away():
            self._shedder.note_turned_away()
            await send(turned_away.START)
            await send(turned_away.BODY)
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
        if scope["path"] not in _PATHS:
            return self._rest
        return self._permit if self._origins.is_preflight(scope) else self._graphql

    async def _permit(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Tell a browser what a page of an allowed origin may ask."""
        headers = self._origins.permission()
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

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
