"""Access and refresh tokens of the sandbox: opaque to clients, checked without any memory."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from gateway.sandbox.ports import Clock, NewId

PREFIX = "OauthNG.JWS."
"""How Wix's tokens begin (contract 1.4)."""

# Nothing is secret here: the sandbox publishes its credentials. A fixed key lets a token outlive a
# restart and be honoured by every process that serves the same site, and by no other.
_SEAL = "a seal for the tokens of the sandbox of site {}"
_ALGORITHM = "HS256"


class Subject(StrEnum):
    """Who a token speaks for (contract 1.5)."""

    APP = "APP"
    VISITOR = "VISITOR"


class Use(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a valid token says."""

    subject: Subject
    use: Use
    issued: int
    """Unix seconds."""
    expires: int | None
    """Unix seconds; None for never."""


class Mint:
    """Issues tokens, and reads those it has issued."""

    def __init__(self, clock: Clock, new_id: NewId, *, site_id: str) -> None:
        self._clock = clock
        self._new_id = new_id
        self._key = OctKey.import_key(hashlib.sha256(_SEAL.format(site_id).encode()).digest())

    def issue(self, subject: Subject, use: Use, lifetime: int | None) -> str:
        """Make a token that lives for some seconds, or for ever."""
        now = self._now()
        claims = {"jti": self._new_id(), "sub": subject.value, "use": use.value, "iat": now}
        if lifetime is not None:
            claims["exp"] = now + lifetime
        return PREFIX + jwt.encode({"alg": _ALGORITHM}, claims, self._key)

    def read(self, token: str, use: Use = Use.ACCESS) -> Grant | None:
        """Say what a token grants; None if it is not ours, altered, expired, or of another use."""
        try:
            claims = jwt.decode(token.removeprefix(PREFIX), self._key, [_ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        expires = claims.get("exp")
        if claims["use"] != use or (expires is not None and expires <= self._now()):
            return None
        return Grant(Subject(claims["sub"]), use, claims["iat"], expires)

    def _now(self) -> int:
        return int(self._clock().timestamp())
