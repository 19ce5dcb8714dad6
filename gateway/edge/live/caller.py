"""Writes the requests that come over a WebSocket as if each had come by itself."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import Scope

from gateway.edge import idempotency
from gateway.edge.exchange import header, open_exchange
from gateway.edge.parameters import Parameters

_PASSED_ON: Final = frozenset({"authorization", "x-wix-site-id"})
"""Headers that a page cannot set on a WebSocket, and puts into ``connection_init`` instead."""
_EACH_ITS_OWN: Final = frozenset({b"x-request-id", idempotency.HEADER})
"""Headers that are one request's, and would be those of all that come over a WebSocket."""

IDEMPOTENCY_KEY: Final = "idempotencyKey"
"""The extension of an operation in which its ``Idempotency-Key`` stands."""


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
    kept = [(name, value) for name, value in scope["headers"] if name not in _EACH_ITS_OWN]
    written = {**scope, "method": "POST", "headers": kept}
    open_exchange(written, new_id)
    return written


def under_its_key(scope: Scope, asked: Parameters) -> Scope:
    """Add to an operation's scope the ``Idempotency-Key`` that stands in its extensions."""
    key = (asked.extensions or {}).get(IDEMPOTENCY_KEY)
    if key is None:
        return scope
    # What is no text is written as an empty key, which is refused where keys are read.
    written = key.encode("utf-8", "surrogatepass") if isinstance(key, str) else b""
    return {**scope, "headers": [*scope["headers"], (idempotency.HEADER, written)]}


def is_ours(scope: Scope) -> bool:
    """Tell whether a WebSocket is opened by no page, or by one from where it is opened to."""
    origin = header(scope, b"origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == header(scope, b"host")
    except ValueError:  # brackets around what is no address
        return False
