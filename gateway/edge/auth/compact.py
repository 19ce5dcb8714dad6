"""Takes signed tokens apart (RFC 7515, compact), and refuses what is not exactly of that form."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

LONGEST: Final = 8_192
"""Characters of a token; servers allow a header little more."""
_LONGEST_KID: Final = 256
_SEGMENT = r"([A-Za-z0-9_-]+)"
_FORM = re.compile(rf"{_SEGMENT}\.{_SEGMENT}\.{_SEGMENT}")
_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
_FOREIGN = ("crit", "b64", "zip", "jwk", "jku", "x5u", "x5c")
"""Header parameters that change how a token is read, or say where its key would be found."""


class BadToken(Exception):
    """A token that is not to be trusted; the reason never repeats what was in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token's parts; nothing of it is known to be true."""

    algorithm: str
    kid: str | None
    signed: bytes
    """What the signature is over (RFC 7515, section 5.1)."""
    signature: bytes
    payload: str

    def claims(self) -> dict[str, Any]:
        """Read the payload; only once the signature is known to hold.

        Raises:
            BadToken: It is no JSON object, or names a member twice (RFC 7519, section 4).
        """
        return _object(self.payload)


def take_apart(text: str) -> SignedToken:
    """Take a token apart, looking at its header.

    Raises:
        BadToken: It is no compact JWS with a header that we understand whole.
    """
    form = _FORM.fullmatch(text) if len(text) <= LONGEST else None
    if form is None:
        raise BadToken("it is no compact token")
    header, payload, signature = form.groups()
    members = _object(_text(_decoded(header)))
    _check_header(members)
    return SignedToken(
        algorithm=_algorithm(members),
        kid=_kid(members),
        signed=f"{header}.{payload}".encode(),
        signature=_decoded(signature),
        payload=_text(_decoded(payload)),
    )


def _check_header(members: dict[str, Any]) -> None:
    for name in _FOREIGN:
        if name in members:
            raise BadToken(f"its header has {name}")
    kind = members.get("typ", "JWT")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise BadToken("it is of another type (RFC 8725, section 3.11)")


def _algorithm(members: dict[str, Any]) -> str:
    algorithm = members.get("alg")
    if not isinstance(algorithm, str):
        raise BadToken("it names no algorithm")
    return algorithm


def _kid(members: dict[str, Any]) -> str | None:
    kid = members.get("kid")
    if kid is None and "kid" not in members:
        return None
    if not isinstance(kid, str) or not 0 < len(kid) <= _LONGEST_KID or not _visible(kid):
        raise BadToken("its key id is no name")
    return kid


def _visible(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _decoded(segment: str) -> bytes:
    """Decode base64url; of several spellings of the same bytes only the canonical one is taken."""
    try:
        content = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise BadToken("it is not base64url") from None
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != segment:
        raise BadToken("it is not canonical base64url")
    return content


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise BadToken("it is not UTF-8") from None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise BadToken("it is not JSON") from None
    if not isinstance(value, dict):
        raise BadToken("it is no JSON object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadToken("it names a member twice")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError  # NaN and the infinities are not JSON
