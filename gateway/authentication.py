"""Composes what tells callers apart, as the settings have it; the part of `gateway.app` on that."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx

from gateway.edge.admission import Identify, anybody
from gateway.edge.auth.algorithms import read_algorithms
from gateway.edge.auth.callers import EVERYBODY, Callers
from gateway.edge.auth.claims import Expectation
from gateway.edge.auth.discovery import Issuer
from gateway.edge.auth.key_file import WatchedKeys
from gateway.edge.auth.keyrings import FixedKeys, Keyring, LoadFailed, PublishedKeys
from gateway.edge.auth.tokens import Tokens
from gateway.settings import Settings
from gateway.settings_auth import token_keys_in

_MOST_BYTES: Final = 262_144
"""Of a key set; the largest in use have a tenth of it."""

_PLAIN: Final = "identity"
_ASKED: Final = {"accept": "application/json", "accept-encoding": _PLAIN}

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Authentication:
    """What tells who calls, and how to end it with the process."""

    identify: Identify
    aclose: Callable[[], Awaitable[None]]


def authentication(
    settings: Settings,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    clock: Clock = time.monotonic,
    now: Clock = time.time,
) -> Authentication:
    """Build what the settings ask for.

    Args:
        settings: Who may call.
        transport: What the issuer's keys are fetched through; the network unless given.
        clock: A monotonic clock, in seconds.
        now: The time in seconds since the epoch.
    """
    if settings.auth == "none":
        return Authentication(anybody(EVERYBODY), _nothing)
    file = settings.api_keys_file
    callers = Callers(
        tokens=_tokens(settings, transport, clock, now),
        keys=None if file is None else WatchedKeys(file, clock=clock, now=now),
    )
    return Authentication(callers.identify, callers.aclose)


def issuer_of(settings: Settings, transport: httpx.AsyncBaseTransport | None) -> Issuer | None:
    """Build the way to an issuer's published keys; None where there is nothing to fetch."""
    if settings.jwt_issuer is None or settings.jwt_public_keys_file is not None:
        return None
    return Issuer(settings.jwt_issuer, settings.jwt_jwks_url, partial(fetch, transport))


async def fetch(transport: httpx.AsyncBaseTransport | None, address: str) -> str:
    """Get a text from an address; nowhere else, whatever the answer says.

    Raises:
        LoadFailed: No answer, none with status 200, or one that is too large.
    """
    try:
        async with (
            httpx.AsyncClient(transport=transport, follow_redirects=False) as client,
            client.stream("GET", address, headers=_ASKED) as answer,
        ):
            return await _read(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise LoadFailed(f"{address}: {type(error).__name__}") from None


async def _read(answer: httpx.Response) -> str:
    if answer.status_code != httpx.codes.OK:
        raise LoadFailed(f"{answer.url}: status {answer.status_code}")
    if answer.headers.get("content-encoding", _PLAIN) != _PLAIN:
        # Unpacked it could be a thousand times as large, before anything of it is counted.
        raise LoadFailed(f"{answer.url}: compressed, which was not asked for")
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > _MOST_BYTES:
            raise LoadFailed(f"{answer.url}: more than {_MOST_BYTES} bytes")
    return content.decode("utf-8", "replace")


def _tokens(
    settings: Settings, transport: httpx.AsyncBaseTransport | None, clock: Clock, now: Clock
) -> Tokens | None:
    if settings.jwt_issuer is None or settings.jwt_audience is None:
        return None
    expected = Expectation(
        issuer=settings.jwt_issuer,
        audience=settings.jwt_audience,
        scope_claim=settings.jwt_scope_claim,
        site_claim=settings.jwt_site_claim,
    )
    return Tokens(
        _keyring(settings, transport, clock),
        expected,
        algorithms=read_algorithms(settings.jwt_algorithms),
        now=now,
    )


def _keyring(
    settings: Settings, transport: httpx.AsyncBaseTransport | None, clock: Clock
) -> Keyring:
    issuer = issuer_of(settings, transport)
    if issuer is not None:
        return PublishedKeys(issuer.keys, clock=clock)
    file = settings.jwt_public_keys_file
    return FixedKeys(() if file is None else token_keys_in(file))


async def _nothing() -> None:
    """End nothing."""
