"""The signature algorithms that tokens may use, and which key each of them takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES: Final[Mapping[tuple[str, str | None], tuple[str, ...]]] = {
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA", "Ed25519"),
}

ALGORITHMS: Final[Mapping[str, JWSAlgModel]] = MappingProxyType(
    {name: JWSRegistry.algorithms[name] for names in (_RSA, *_CURVES.values()) for name in names}
)
"""All that can be allowed, by name (RFC 7518 section 3.1, RFC 8037, RFC 9864): asymmetric ones
alone, so that a public key can never be taken for the secret of an HMAC."""

DEFAULT: Final = "RS256 PS256 ES256 EdDSA Ed25519"
"""What is allowed unless something else is set."""


def read_algorithms(text: str) -> frozenset[str]:
    """Read a list of names between spaces or commas.

    Raises:
        ValueError: There is none, or one is not an asymmetric signature algorithm.
    """
    names = frozenset(text.replace(",", " ").split())
    strangers = sorted(names - ALGORITHMS.keys())
    if strangers or not names:
        found = f"; {' '.join(strangers)} cannot be allowed" if strangers else ""
        raise ValueError(f"choose among {' '.join(ALGORITHMS)}{found}")
    return names


def suited_to(key_type: str, curve: str | None) -> frozenset[str]:
    """List the algorithms for a kind of key (RFC 7517, ``kty`` and ``crv``); none if unknown."""
    if key_type == "RSA":
        return frozenset(_RSA)
    return frozenset(_CURVES.get((key_type, curve), ()))
