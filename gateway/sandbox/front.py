"""The outermost layer of the emulated routes: a request id on every answer, no fault of our own."""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.sandbox.answers import refusal
from gateway.sandbox.ports import NewId
from gateway.sandbox.traffic.faults import Hangup

logger = logging.getLogger(__name__)


class Front:
    """Adds ``x-wix-request-id`` (contract 1.2); turns a crash within into Wix's empty 500."""

    def __init__(self, app: ASGIApp, new_request_id: NewId) -> None:
        self._app = app
        self._new_request_id = new_request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and mark its answer."""
        request_id = self._new_request_id().encode()
        started = False

        async def mark(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = [*message.get("headers", ()), (b"x-wix-request-id", request_id)]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, mark)
        except Hangup:
            raise
        except Exception:
            logger.exception("The sandbox failed at %s %s", scope["method"], scope["path"])
            if started:
                raise
            await refusal(500).send_to(mark)
