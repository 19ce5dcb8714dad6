"""Where an issuer publishes its keys, and which they are (OpenID Connect Discovery 1.0)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from gateway.edge.auth.keyrings import LoadFailed
from gateway.edge.auth.public_keys import PublicKey, read_key_set

Fetch = Callable[[str], Awaitable[str]]
"""Gets a text from an address; raises `LoadFailed`."""

_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_SECONDS: Final = 5.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Issuer:
    """An issuer's published keys; every address comes from the settings or from its own document.

    No address is ever taken from a token.
    """

    def __init__(self, issuer: str, keys_address: str | None, fetch: Fetch) -> None:
        self._issuer = issuer
        self._told = keys_address
        self._found: str | None = None
        self._fetch = fetch

    async def keys(self) -> tuple[PublicKey, ...]:
        """Fetch the keys, within five seconds; where they are is found out once, until that fails.

        Raises:
            LoadFailed: No answer, or none that can be used.
        """
        found, self._found = self._found, None
        try:
            async with asyncio.timeout(_SECONDS):
                address = self._told or found or await self._discovered()
                keys = read_key_set(await self._fetch(address), lenient=True)
        except TimeoutError:
            raise LoadFailed("no answer in time") from None
        except ValueError as error:
            raise LoadFailed(f"no usable JWK Set: {error}") from None
        self._found = address
        return keys

    async def _discovered(self) -> str:
        document = _object(await self._fetch(self._issuer.rstrip("/") + _WELL_KNOWN))
        if document.get("issuer") != self._issuer:
            raise LoadFailed("the discovery document is another issuer's")
        address = document.get("jwks_uri")
        if not isinstance(address, str) or not is_private_way(address):
            raise LoadFailed("the discovery document's jwks_uri is no https address")
        return address


def is_private_way(address: str) -> bool:
    """Tell whether nobody on the way can change what comes from an address: TLS, or loopback."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "http":
        return parts.hostname in _LOOPBACK
    return parts.scheme == "https" and bool(parts.hostname)


def _object(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise LoadFailed("the discovery document is not JSON") from None
    if not isinstance(document, dict):
        raise LoadFailed("the discovery document is no object")
    return document
