"""Wix's signatures: which public keys are trusted, and what they say of a webhook's body."""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jwt import JWTClaimsRegistry

_ALGORITHM: Final = "RS256"
_LEEWAY_SECONDS: Final = 60
"""How far Wix's clock and ours may be apart."""
_SMALLEST_KEY: Final = 2_048
"""Bits; RFC 7518, section 3.3."""
_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
_BETWEEN = re.compile(r"[\s,]+")

Keys = Callable[[], Sequence[RSAKey]]
"""Tells the trusted keys; asked anew for every body, so that they may be made or changed late."""


class NoWebhook(Exception):
    """What came as a webhook is not an event of Wix's (contract 7)."""

    code = "NO_WEBHOOK"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(NoWebhook):
    """It does not have the form of a webhook (contract 7.2 and 7.3)."""

    code = "MALFORMED"


class Forged(NoWebhook):
    """No trusted key has signed it, or its time is over (contract 7.2)."""

    code = "FORGED"


class _Registry(jws.JWSRegistry):
    """joserfc's own limit of 128,000 bytes is less than a large contact; the edge has another."""

    max_payload_length = 2**31


class Signatures:
    """Tells Wix's bodies from others'; `now` is the time in seconds since 1970."""

    def __init__(self, keys: Keys, *, now: Callable[[], float]) -> None:
        self._keys = keys
        # RFC 7515, section 4: header parameters that are not understood are to be ignored.
        self._registry = _Registry(algorithms=[_ALGORITHM], strict_check_header=False)
        self._claims = JWTClaimsRegistry(
            now=lambda: int(now()), leeway=_LEEWAY_SECONDS, exp={"essential": True}
        )

    def signed_text(self, body: bytes) -> str:
        """Return the text that Wix signed: the ``data`` claim of the token that is the body.

        Raises:
            Malformed: The body is no compact JWT with a text in it (contract 7.2).
            Forged: No trusted key has signed it with RS256, or its time is over. A token
                that tells no time is refused too, or a copy of it would be good for ever.
        """
        claims = _object(self._verified(_token(body)).payload)
        try:
            self._claims.validate(claims)
        except JoseError as error:
            raise Forged(f"The token does not hold: {error}.") from error
        text = claims.get("data")
        if not isinstance(text, str):
            raise Malformed("The token's data is no text.")
        return text

    def _verified(self, token: jws.CompactSignature) -> jws.CompactSignature:
        for key in self._keys():
            try:
                if jws.validate_compact(token, key, registry=self._registry):
                    return token
            except JoseError as error:
                raise Forged(f"The token cannot be trusted: {error}.") from error
        raise Forged("No trusted key has signed the token.")


def read_keys(text: str) -> tuple[RSAKey, ...]:
    r"""Read RSA public keys: PEM texts one after another, or base64 of them between commas.

    Line ends may be written as ``\n``, as environment files do.

    Raises:
        ValueError: There is none, or one is not an RSA public key of at least 2,048 bits. What
            was given is not repeated: it may be a private key.
    """
    keys = tuple(_read_key(pem) for pem in _pems(text.replace("\\n", "\n")))
    if not keys:
        raise ValueError("there is no public key")
    return keys


def _pems(text: str) -> Iterator[str]:
    yield from _PEM.findall(text)
    for word in filter(None, _BETWEEN.split(_PEM.sub(" ", text))):
        try:
            yield base64.b64decode(word, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            raise ValueError("a public key is neither PEM nor base64 of PEM") from None


def _read_key(pem: str) -> RSAKey:
    try:
        key = RSAKey.import_key(pem)
    except (JoseError, ValueError, TypeError):
        raise ValueError("a public key is no RSA key in PEM") from None
    if key.is_private:
        raise ValueError("a private key was given where only the public one belongs")
    if key.public_key.key_size < _SMALLEST_KEY:
        raise ValueError(f"a public key has less than {_SMALLEST_KEY} bits")
    return key


def _token(body: bytes) -> jws.CompactSignature:
    """Take the body apart; its header is looked at before joserfc relies on its types."""
    try:
        token = jws.extract_compact(body.strip(), registry=_Registry())
    except (JoseError, TypeError, AttributeError, ValueError) as error:
        raise Malformed("The body is no compact JWT.") from error
    if not isinstance(token.protected, dict) or token.protected.get("alg") != _ALGORITHM:
        raise Forged(f"The token is not signed with {_ALGORITHM}.")
    return token


def _object(payload: bytes) -> dict[str, Any]:
    try:
        claims = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        raise Malformed("The token's claims are no JSON.") from error
    if not isinstance(claims, dict):
        raise Malformed("The token's claims are no object.")
    return claims
