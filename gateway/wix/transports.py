"""The production transport: httpx's interface over aiohttp's connection pool."""

import ssl
from typing import Final

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_KEEP_ALIVE: Final = 4.0
"""Seconds an idle connection is kept: less than the five after which common servers hang up, so
that a call is not lost on a connection the other side is just closing."""


class FaithfulTransport(AiohttpTransport):
    """Reads the whole answer, and says of every failure what it was.

    httpx-aiohttp reports every broken connection as a `httpx.ConnectTimeout` and lets some of
    aiohttp's own errors through; here a time-out is only what ran out of time, and a
    `httpx.ConnectError` only what never reached the other side.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and read its answer to the end.

        Raises:
            httpx.TransportError: No whole answer came.
        """
        try:
            response = await super().handle_async_request(request)
            try:
                content = b"".join([chunk async for chunk in response.aiter_raw()])
            finally:
                await response.aclose()
        except httpx.TimeoutException as fault:
            if isinstance(fault.__cause__, TimeoutError):
                raise
            refused = isinstance(fault.__cause__, aiohttp.ClientConnectorError)
            kind = httpx.ConnectError if refused else httpx.ReadError
            raise kind(str(fault)) from fault
        except aiohttp.ClientError as fault:
            raise httpx.RemoteProtocolError(str(fault)) from fault
        return httpx.Response(response.status_code, headers=response.headers, content=content)


def aiohttp_transport(
    *, connections: int = 100, tls: ssl.SSLContext | None = None
) -> httpx.AsyncBaseTransport:
    """Build the transport; it opens its pool, of that many connections, at the first request.

    Making a `tls` context takes a while, so that several transports may share one.
    """
    tls = tls or httpx.create_ssl_context()

    def open_session() -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=connections, keepalive_timeout=_KEEP_ALIVE, ssl=tls
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        # aiohttp would silently repeat GET and DELETE; repeating is the client's business, which
        # charges and records each try and knows that a repeated DELETE may find nothing.
        session._retry_connection = False  # noqa: SLF001 - it has no public switch
        return session

    return FaithfulTransport(verify=tls, client=open_session)
