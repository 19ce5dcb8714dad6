"""Public keys that sign tokens, read from PEM or from a JSON Web Key Set (RFC 7517)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from gateway.edge.auth.algorithms import ALGORITHMS, suited_to

MOST_KEYS: Final = 64
"""Of one set; a longer one is cut, so that no token can make us try more."""
_RSA_BITS: Final = range(2_048, 8_193)
"""At least RFC 7518, section 3.3; at most what is verified in a moment."""
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)
_KINDS: Final[Mapping[str, type[RSAKey | ECKey | OKPKey]]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key, its id, and what it may verify; equal where the thumbprint (RFC 7638) is too."""

    kid: str | None
    algorithms: frozenset[str]
    thumbprint: str
    key: Key = field(repr=False, compare=False)

    def verifies(self, signed: bytes, signature: bytes, algorithm: str) -> bool:
        """Tell whether this key has signed something; False for an algorithm it is not for."""
        if algorithm not in self.algorithms:
            return False
        return ALGORITHMS[algorithm].verify(signed, signature, self.key)


def read_public_keys(text: str) -> tuple[PublicKey, ...]:
    """Read a file's keys: PEM texts one after another, or a JWK Set.

    Raises:
        ValueError: There is none, or one cannot be used. What was given is not repeated: it may
            be a private key.
    """
    if text.lstrip().startswith("{"):
        return read_key_set(text, lenient=False)
    keys = tuple(_of_pem(match.group(0)) for match in _PEM.finditer(text))
    if not keys:
        raise ValueError("there is no public key, neither as PEM nor as a JWK Set")
    return keys[:MOST_KEYS]


def read_key_set(text: str, *, lenient: bool) -> tuple[PublicKey, ...]:
    """Read a JWK Set; a `lenient` reader passes over keys it has no use for (RFC 7517, 5).

    Raises:
        ValueError: It is no JWK Set or has no usable key; of a reader that is not lenient, also
            that a key cannot be used.
    """
    try:
        members = json.loads(text)["keys"]
        entries = [dict(entry) for entry in members]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("it is no JWK Set") from None
    keys = tuple(_usable(entries, lenient=lenient))
    if not keys:
        raise ValueError("there is no public key that signs tokens")
    return keys[:MOST_KEYS]


def _usable(entries: list[dict[str, Any]], *, lenient: bool) -> Iterator[PublicKey]:
    for entry in entries:
        try:
            yield _of_jwk(entry)
        except ValueError:
            if not lenient:
                raise


def _of_jwk(entry: dict[str, Any]) -> PublicKey:
    kind = _KINDS.get(str(entry.get("kty")))
    operations = entry.get("key_ops", ["verify"])
    verifies = isinstance(operations, list) and "verify" in operations
    if kind is None or entry.get("use", "sig") != "sig" or not verifies:
        raise ValueError("a key is for something else than verifying signatures")
    if "d" in entry:
        raise ValueError("a private key was given where only the public one belongs")
    try:
        key = kind.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        raise ValueError("a key is damaged") from None
    return _checked(key, kid=entry.get("kid"), only=entry.get("alg"))


def _of_pem(pem: str) -> PublicKey:
    if "PRIVATE" in pem:
        raise ValueError("a private key was given where only the public one belongs")
    for kind in _KINDS.values():
        try:
            key = kind.import_key(pem)
        except JoseError:
            continue  # of another kind
        except (ValueError, TypeError):
            break
        return _checked(key, kid=None, only=None)
    raise ValueError("a public key cannot be read, or is not RSA, EC or Ed25519")


def _checked(key: RSAKey | ECKey | OKPKey, *, kid: object, only: object) -> PublicKey:
    if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS:
        raise ValueError(f"an RSA key has not {_RSA_BITS[0]} to {_RSA_BITS[-1]} bits")
    algorithms = suited_to(key.key_type, str(key.get("crv")))
    if only is not None:
        algorithms &= {str(only)}
    if not algorithms:
        raise ValueError("a key is for no algorithm that tokens may use")
    return PublicKey(kid if isinstance(kid, str) else None, algorithms, key.thumbprint(), key)
