"""The way into a sandbox of the same process: an httpx transport without a port."""

import asyncio

import httpx
from starlette.types import ASGIApp

from gateway.sandbox.traffic.faults import Hangup


class SandboxTransport(httpx.AsyncBaseTransport):
    """Calls the sandbox as if over a network, with a network's failures.

    A dropped connection raises `httpx.ReadError`, half a body `httpx.RemoteProtocolError`, and an
    answer later than the request's read timeout `httpx.ReadTimeout`. A cancelled request ends its
    work in the sandbox at the next point where that waits; what was committed stays.
    """

    def __init__(self, sandbox: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(sandbox)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request to the sandbox and wait for the whole answer."""
        patience = request.extensions.get("timeout", {}).get("read")
        try:
            async with asyncio.timeout(patience):
                return await self._inner.handle_async_request(request)
        except TimeoutError:
            raise httpx.ReadTimeout("The sandbox took too long", request=request) from None
        except Hangup as hangup:
            raise _network_failure(hangup, request) from None


def _network_failure(hangup: Hangup, request: httpx.Request) -> httpx.TransportError:
    if hangup.halfway:
        message = "peer closed connection without sending complete message body"
        return httpx.RemoteProtocolError(message, request=request)
    return httpx.ReadError("the connection was closed", request=request)
