"""Writes the requests that come over a WebSocket as if each had come by itself."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import Scope

from gateway.edge.exchange import header, open_exchange

_PASSED_ON: Final = frozenset({"authorization", "x-wix-site-id"})
"""Headers that a page cannot set on a WebSocket, and puts into ``connection_init`` instead."""


def with_credentials(scope: Scope, payload: Mapping[str, Any]) -> Scope:
    """Add to a WebSocket's scope the headers in the payload of its ``connection_init``.

    They may stand in the payload itself or in its ``headers``, in capitals or small letters; they
    go before those of the handshake.
    """
    inner = payload.get("headers")
    given = {**payload, **inner} if isinstance(inner, dict) else payload
    added = {
        name.lower().encode(): value.encode("latin-1", "replace")
        for name, value in given.items()
        if name.lower() in _PASSED_ON and isinstance(value, str)
    }
    kept = [(name, value) for name, value in scope["headers"] if name not in added]
    return {**scope, "headers": [*kept, *added.items()]}


def operation_scope(scope: Scope, new_id: Callable[[], str]) -> Scope:
    """Write the scope of one operation over a WebSocket, with an exchange of its own."""
    unnamed = [(name, value) for name, value in scope["headers"] if name != b"x-request-id"]
    written = {**scope, "method": "POST", "headers": unnamed}
    open_exchange(written, new_id)
    return written


def is_ours(scope: Scope) -> bool:
    """Tell whether a WebSocket is opened by no page, or by one from where it is opened to."""
    origin = header(scope, b"origin")
    return origin is None or urlsplit(origin).netloc == header(scope, b"host")
