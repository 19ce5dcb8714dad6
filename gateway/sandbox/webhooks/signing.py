"""Signatures of webhooks: an RSA key pair and the JSON Web Tokens made with it (contract 7.2)."""

import os
from functools import cached_property
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway.sandbox.ports import Clock

LIFETIME = 3_600
"""Seconds that a signed token is valid; Wix publishes no figure."""
_BITS = 2_048


class Signer:
    """Signs texts as Wix signs events.

    The key pair is made when first needed, because making it takes longer than everything else at
    start. With ``keep_at`` it is written there, readable by its owner only, and found again by the
    next start; without, it lives as long as the process.
    """

    def __init__(self, clock: Clock, keep_at: Path | None = None) -> None:
        self._clock = clock
        self._keep_at = keep_at

    @property
    def public_pem(self) -> str:
        """The public key as PEM (SPKI), what an app's dashboard shows."""
        return self._key.as_pem(private=False).decode()

    def sign(self, data: str) -> str:
        """Make a compact RS256 token whose ``data`` claim is the text, valid from now."""
        now = int(self._clock().timestamp())
        header = {"alg": "RS256", "kid": self._key.thumbprint()}
        return jwt.encode(header, {"data": data, "iat": now, "exp": now + LIFETIME}, self._key)

    @cached_property
    def _key(self) -> RSAKey:
        if self._keep_at is None:
            return RSAKey.generate_key(_BITS)
        if not self._keep_at.exists():
            _write_privately(self._keep_at, RSAKey.generate_key(_BITS).as_pem(private=True))
        return RSAKey.import_key(self._keep_at.read_bytes())


def _write_privately(path: Path, content: bytes) -> None:
    """Write a file in one step; of several processes that try, the first one's content stays."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
