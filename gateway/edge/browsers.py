"""Headers that keep browsers careful with answers, whatever the answer is."""

from typing import Final

from starlette.types import Message, Scope

from gateway.edge.origins import Headers, Origins

_POLICY: Final = b"content-security-policy"
_ALWAYS: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_DATA: Final = (_POLICY, b"default-src 'none'; frame-ancestors 'none'")
_ENCRYPTED: Final = (b"strict-transport-security", b"max-age=31536000")


def harden(message: Message, scope: Scope, origins: Origins) -> None:
    """Add to the start of an answer what is missing; a page brings a policy of its own."""
    headers = list(message.get("headers", ()))
    if not any(name == _POLICY for name, _ in headers):
        headers.append(_DATA)
    if scope.get("scheme") == "https":
        headers.append(_ENCRYPTED)
    message["headers"] = [*headers, *_ALWAYS, *origins.headers(scope)]
