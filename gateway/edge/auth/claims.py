"""What a token's claims say about its caller, once its signature is known to hold (RFC 7519)."""

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from gateway.edge.auth.compact import BadToken
from gateway.model.principal import SCOPES, Caller

SKEW_SECONDS: Final = 30.0
"""How far the issuer's clock and ours may be apart."""
KEY_SUBJECT: Final = "key:"
"""How subjects of API keys begin; no token may speak for one."""
ANYBODY: Final = "anonymous"
"""The subject of callers who are not asked."""
EVERY_SITE: Final = "*"
_LONGEST_SUBJECT: Final = 255
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")


class Untimely(BadToken):
    """A token whose time is over or has not come: its caller needs a new one."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a token must say to be meant for this gateway, and where it says what it allows."""

    issuer: str
    audience: str
    scope_claim: str = "scope"
    site_claim: str = "site_ids"

    def caller(self, claims: dict[str, Any], now: float) -> Caller:
        """Tell who calls; `now` is in seconds since the epoch.

        Scopes that this gateway does not know are passed over; without a claim about sites the
        caller may be on none.

        Raises:
            Untimely: It has ended, or has not begun.
            BadToken: It is from another issuer, for another audience, or bound to a key that
                its sender did not prove to have; or a claim is missing or of another type.
        """
        self._check_addresses(claims)
        ends_at = _check_times(claims, now)
        return Caller(
            subject=_subject(claims),
            scopes=_words(claims, self.scope_claim) & SCOPES,
            sites=_sites(_words(claims, self.site_claim)),
            expires_at=ends_at,
            credential=_credential(claims),
        )

    def _check_addresses(self, claims: dict[str, Any]) -> None:
        if claims.get("iss") != self.issuer:
            raise BadToken("it is from another issuer")
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if not all(isinstance(name, str) for name in named) or self.audience not in named:
            raise BadToken("it is for another audience")
        if "cnf" in claims:
            raise BadToken("it is bound to a key (RFC 7800), and came without a proof")


def _check_times(claims: dict[str, Any], now: float) -> float:
    """Check when the token is good, and tell until when it is taken, the skew included."""
    ends_at = _moment(claims, "exp")
    if ends_at is None:
        raise BadToken("it has no end")
    if now >= ends_at + SKEW_SECONDS:
        raise Untimely("it has expired")
    for name in ("nbf", "iat"):
        begins_at = _moment(claims, name)
        if begins_at is not None and now < begins_at - SKEW_SECONDS:
            raise Untimely("its time has not come")
    return ends_at + SKEW_SECONDS


def _moment(claims: dict[str, Any], name: str) -> float | None:
    """Read a time in seconds since the epoch (RFC 7519, section 2, NumericDate)."""
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadToken(f"its {name} is no number")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise BadToken(f"its {name} is out of range")
    return seconds


def _subject(claims: dict[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise BadToken("it names no subject")
    if not subject.isprintable() or subject == ANYBODY or subject.startswith(KEY_SUBJECT):
        raise BadToken("its subject cannot be told from others")
    return subject


def _credential(claims: dict[str, Any]) -> str:
    """Tell a token from others of its caller (RFC 7519, section 4.1.7), for the audit."""
    name = claims.get("jti")
    plain = isinstance(name, str) and _PLAIN_ID.fullmatch(name)
    return f"token {name}" if plain else "token"


def _words(claims: dict[str, Any], name: str) -> frozenset[str]:
    """Read a list of words, as JSON or between spaces (RFC 8693, section 4.2)."""
    value = claims.get(name, [])
    words = value.split(" ") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise BadToken(f"its {name} is no list of words")
    return frozenset(filter(None, words))


def _sites(words: frozenset[str]) -> frozenset[str] | None:
    return None if EVERY_SITE in words else words
