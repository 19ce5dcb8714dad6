"""Keeps pages of other origins from asking in a visitor's name (Fetch standard, CORS and CSRF)."""

from collections.abc import Iterable
from typing import Final

from starlette.types import Scope

from gateway.edge.exchange import header
from gateway.edge.refusals import Refusal

ANY: Final = "*"

_PREFLIGHT: Final = (b"apollo-require-preflight", b"x-apollo-operation-name")
"""Headers that no page can send to another origin unless the gateway has allowed it."""

_REQUESTED: Final = b"access-control-request-method"
_ALLOWED: Final = (
    (b"access-control-allow-methods", b"GET, POST"),
    (
        b"access-control-allow-headers",
        (
            b"accept, apollo-require-preflight, apollographql-client-name, "
            b"apollographql-client-version, authorization, content-type, idempotency-key, "
            b"x-apollo-operation-name, x-crm-trace, x-request-id, x-wix-site-id"
        ),
    ),
    (b"access-control-max-age", b"600"),
)
_EXPOSED: Final = (
    b"access-control-expose-headers",
    (
        b"idempotency-replayed, ratelimit, ratelimit-policy, retry-after, www-authenticate, "
        b"x-request-id"
    ),
)

Headers = list[tuple[bytes, bytes]]


class Origins:
    """The origins whose pages may read answers; none unless they are named.

    Answers never allow credentials: no cookie means anything here, so that a page can act only for
    a visitor who gave it a token.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed = frozenset(allowed)

    def allows(self, origin: str | None) -> bool:
        """Tell whether pages of an origin may read answers."""
        return origin is not None and (ANY in self._allowed or origin in self._allowed)

    def check(self, scope: Scope) -> None:
        """Refuse a GET that any page on the web could have made its visitor's browser send.

        A POST is JSON, which a page may not send elsewhere without having asked (`is_preflight`).
        A GET has to show that it is not such a simple request: by a header that would have had to
        be asked for, or by what only browsers write. ``Sec-Fetch-Site: same-origin`` is our own
        page's; ``Sec-Fetch-Mode: cors`` without an ``Origin`` is so too, or comes from a program,
        since browsers name the origin of every such request that crosses origins.

        Raises:
            Refusal: 403 ``CSRF_PREVENTED``.
        """
        if scope["method"] != "GET" or any(header(scope, name) for name in _PREFLIGHT):
            return
        if header(scope, b"sec-fetch-site") == "same-origin":
            return
        origin = header(scope, b"origin")
        fetched = header(scope, b"sec-fetch-mode") == "cors"
        if fetched and (origin is None or self.allows(origin)):
            return
        raise Refusal(
            "A GET needs the header Apollo-Require-Preflight, so that no other page can send it.",
            code="CSRF_PREVENTED",
            status=403,
        )

    def is_preflight(self, scope: Scope) -> bool:
        """Tell whether a browser asks whether a page of an allowed origin may ask."""
        return (
            scope["method"] == "OPTIONS"
            and header(scope, _REQUESTED) is not None
            and self.allows(header(scope, b"origin"))
        )

    def permission(self) -> Headers:
        """Write what the answer to a preflight allows, beside `headers`."""
        return [*_ALLOWED]

    def headers(self, scope: Scope) -> Headers:
        """Write what an answer tells browsers about who may read it."""
        if not self._allowed:
            return []
        origin = header(scope, b"origin")
        if origin is None or not self.allows(origin):
            return [(b"vary", b"origin")]
        named = (b"access-control-allow-origin", origin.encode("latin-1"))
        return [(b"vary", b"origin"), named, _EXPOSED]
