"""One request and its answer on the wire, with a record of what happened."""

from collections.abc import Callable, Mapping
from typing import Final

import httpx

from gateway import ledger
from gateway.errors import UpstreamTimeout, UpstreamUnavailable
from gateway.ledger import UpstreamCall
from gateway.wix.calls import Call

Observer = Callable[[UpstreamCall], None]
"""Told of each exchange when it has ended."""

_ALWAYS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": "crm-labels-gateway",
}
_WITH_BODY: Final = {**_ALWAYS, "Content-Type": "application/json"}


class Wire:
    """Speaks HTTP with one host.

    It drives the transport itself: an `httpx.AsyncClient` around it would add cookies, redirects
    and time-outs of its own, none of which are wanted here, to the cost of every call.
    """

    def __init__(
        self,
        base_url: str,
        transport: httpx.AsyncBaseTransport,
        *,
        clock: Callable[[], float],
        observe: Observer | None,
    ) -> None:
        self._origin = base_url.rstrip("/")
        self._clock = clock
        self._observe = observe
        self._transport = transport

    async def exchange(
        self, call: Call, headers: Mapping[str, str], *, attempt: int, waited: float = 0.0
    ) -> httpx.Response:
        """Send a call once and read its answer, whatever its status.

        There is no time limit here; the caller sets one around it. For the record he says for how
        many seconds the call has `waited` until now.

        Raises:
            UpstreamUnavailable: The connection failed, or the answer was cut off.
            UpstreamTimeout: The operating system gave up waiting.
        """
        request = self._request(call, headers)
        sent_at = self._clock()
        status: int | None = None
        try:
            response = await self._send(request)
            status = response.status_code
        finally:
            self._record(
                UpstreamCall(
                    operation=call.operation.name,
                    method=call.operation.method,
                    path=call.path,
                    status=status,
                    seconds=self._clock() - sent_at,
                    attempt=attempt,
                    waited=waited,
                    sent_at=sent_at,
                )
            )
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    def _request(self, call: Call, headers: Mapping[str, str]) -> httpx.Request:
        try:
            url = httpx.URL(self._origin + call.target)
        except httpx.InvalidURL:
            url = httpx.URL("")
        if url.scheme not in {"http", "https"} or not url.host:
            raise UpstreamUnavailable("The address of Wix is no URL.")
        always = _ALWAYS if call.content is None else _WITH_BODY
        return httpx.Request(
            call.operation.method, url, headers={**always, **headers}, content=call.content
        )

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._transport.handle_async_request(request)
            try:
                await response.aread()
            finally:
                await response.aclose()
        except httpx.TimeoutException as fault:
            raise UpstreamTimeout("Wix did not answer in time.", in_doubt=True) from fault
        except httpx.ConnectError as fault:
            raise UpstreamUnavailable("Wix cannot be reached.") from fault
        except (httpx.HTTPError, OSError) as fault:
            # The reason, which may name hosts, stays in the cause and so in the log.
            raise UpstreamUnavailable("Wix hung up without an answer.", in_doubt=True) from fault
        return response

    def _record(self, entry: UpstreamCall) -> None:
        book = ledger.current()
        if book is not None:
            book.record(entry)
        if self._observe is not None:
            self._observe(entry)
