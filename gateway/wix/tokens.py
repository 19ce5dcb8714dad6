"""An app's access token: asked for once however many wait, and again before it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx

from gateway.errors import (
    Throttled,
    UpstreamFault,
    UpstreamTimeout,
    UpstreamUnauthenticated,
    UpstreamUnavailable,
)
from gateway.wix.auth import AppCredentials, Headers
from gateway.wix.calls import Call, write_call
from gateway.wix.flights import Flights, outcome
from gateway.wix.operations import GRANT_TOKEN
from gateway.wix.replies import read_object, request_id_of, retry_after_of
from gateway.wix.wire import text, whole

MARGIN: Final = 60.0
"""Seconds before a token's end at which it is renewed (contract 1.4), or half its life if less."""


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its times, in seconds on the clock."""

    headers: Headers
    renew_at: float
    ends_at: float


class TokenAuthorization:
    """Authorises requests with an app's token (OAuth client credentials, RFC 6749 section 4.4)."""

    def __init__(
        self,
        credentials: AppCredentials,
        exchange: Callable[[Call], Awaitable[httpx.Response]],
        *,
        clock: Callable[[], float],
        timeout: float,
        flights: Flights,
    ) -> None:
        self._call = write_call(GRANT_TOKEN, body=_grant(credentials))
        self._exchange = exchange
        self._clock = clock
        self._timeout = timeout
        self._flights = flights
        self._token: Token | None = None
        self._renewal: asyncio.Task[Token] | None = None

    async def headers(self) -> Headers:
        """Tell the token, renewed when it is about to end."""
        token = self._token
        if token is None:
            return (await self._renew()).headers
        if self._clock() < token.renew_at:
            return token.headers
        try:
            return (await self._renew()).headers
        except UpstreamFault:
            if self._clock() < token.ends_at:
                # Wix does not renew it now, but what we hold is still good.
                return token.headers
            raise

    async def renewed(self, refused: Headers) -> Headers:
        """Tell a token other than `refused`, asking for one unless that has happened already."""
        token = self._token
        if token is not None and token.headers is not refused:
            return token.headers
        return (await self._renew()).headers

    async def _renew(self) -> Token:
        """Join the renewal under way, or start it; a waiter who is cancelled disturbs nobody."""
        if self._renewal is None or self._renewal.done():
            self._renewal = self._flights.start(self._ask())
        return await outcome(self._renewal)

    async def _ask(self) -> Token:
        """Ask Wix for a token; the time is limited by itself, whoever asked first."""
        asked_at = self._clock()
        try:
            async with asyncio.timeout(self._timeout):
                response = await self._exchange(self._call)
        except TimeoutError:
            raise UpstreamTimeout("Wix did not grant a token in time.") from None
        self._token = _read_token(response, asked_at)
        return self._token


def _grant(credentials: AppCredentials) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": credentials.app_id,
        "client_secret": credentials.app_secret,
        "instance_id": credentials.instance_id,
    }


def _read_token(response: httpx.Response, asked_at: float) -> Token:
    if response.status_code != httpx.codes.OK:
        raise _refused(response)
    answer = read_object(response)
    value, seconds = text(answer.get("access_token")), whole(answer.get("expires_in"))
    if not (value and value.isascii() and value.isprintable() and seconds):
        raise UpstreamUnavailable(
            "Wix granted no usable token.",
            status=response.status_code,
            request_id=request_id_of(response),
        )
    ends_at = asked_at + seconds
    return Token({"Authorization": value}, ends_at - min(MARGIN, seconds / 2), ends_at)


def _refused(response: httpx.Response) -> UpstreamFault:
    """Make the exception for a grant that was refused; RFC 6749's words, not Wix's envelope."""
    status, request_id = response.status_code, request_id_of(response)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return Throttled(
            "Wix grants no more tokens for now.",
            retry_after=retry_after_of(response),
            status=status,
            request_id=request_id,
        )
    if not httpx.codes.is_client_error(status):
        return UpstreamUnavailable(
            "Wix cannot grant a token.", status=status, request_id=request_id
        )
    answer = read_object(response)
    code = text(answer.get("error"))
    reason = text(answer.get("error_description")) or code or f"status {status}"
    return UpstreamUnauthenticated(
        f"Wix refused the app's credentials: {reason.rstrip('.')}.",
        status=status,
        request_id=request_id,
        upstream_code=code,
    )
