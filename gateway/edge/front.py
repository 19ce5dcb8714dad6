"""The one layer around every HTTP request: its id, its ledger, its log line, its last net."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from gateway.edge import answers
from gateway.edge.answers import Style
from gateway.edge.exchange import Exchange, open_exchange
from gateway.edge.media import JSON
from gateway.ledger import Ledger, opened

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
        clock: Callable[[], float] = time.monotonic,
        log: Any = access,
    ) -> None:
        self._graphql = graphql
        self._rest = rest
        self._new_id = new_id
        self._clock = clock
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        exchange = open_exchange(scope, self._new_id)
        began = self._clock()
        with bound_contextvars(request_id=exchange.request_id), opened(Ledger()) as ledger:
            try:
                await self._serve(scope, receive, _marking(exchange, send), exchange)
            finally:
                self._write_line(scope, exchange, ledger, self._clock() - began)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, exchange: Exchange) -> None:
        app = self._graphql if scope["path"] == "/graphql" else self._rest
        try:
            await app(scope, receive, send)
        except Exception:  # noqa: BLE001 - the last net: no cause may reach the caller
            self._log.exception("a request failed")
            if exchange.status is None:
                answer = answers.broken(Style(JSON, exchange.request_id))
                await answer.send(send)

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


def _marking(exchange: Exchange, send: Send) -> Send:
    """Note the status of the answer, and put the request id into its headers."""
    name_and_value = (b"x-request-id", exchange.request_id.encode())

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            message["headers"] = [*message.get("headers", ()), name_and_value]
        await send(message)

    return marked
