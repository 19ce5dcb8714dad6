"""Access tokens: verified once, then remembered until they end."""

from collections.abc import Callable, Collection
from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from gateway.edge.auth.claims import Expectation
from gateway.edge.auth.compact import BadToken, SignedToken, take_apart
from gateway.edge.auth.keyrings import Keyring
from gateway.model.principal import Caller

REMEMBERED: Final = 4_096
"""Tokens; of a caller with a hundred sites each takes 10 KB."""


class Tokens:
    """Tells callers by their tokens.

    Verifying a signature takes 50 µs and more, looking up a token's digest 2. The token itself
    is not kept: a digest is of no use to who reads the memory.
    """

    def __init__(
        self,
        keyring: Keyring,
        expected: Expectation,
        *,
        algorithms: Collection[str],
        now: Callable[[], float],
        remembered: int = REMEMBERED,
    ) -> None:
        self._keyring = keyring
        self._expected = expected
        self._algorithms = algorithms
        self._now = now
        self._known: LRUCache[bytes, Caller] = LRUCache(remembered)
        self._version = keyring.version

    def __len__(self) -> int:
        """Tell how many tokens are remembered."""
        return len(self._known)

    async def caller(self, text: str) -> Caller:
        """Tell whose a token is.

        Raises:
            BadToken: It is not to be trusted, or no longer.
            NoKeysYet: It cannot be judged, because the issuer's keys are not known.
        """
        digest = sha256(text.encode()).digest()
        self._keyring.tend()
        self._forget_if_keys_changed()
        known = self._known.get(digest)
        if known is not None and known.expires_at is not None and self._now() < known.expires_at:
            return known
        caller = self._expected.caller((await self._verified(text)).claims(), self._now())
        self._forget_if_keys_changed()
        self._known[digest] = caller
        return caller

    async def aclose(self) -> None:
        """End what the keyring has under way."""
        await self._keyring.aclose()

    async def _verified(self, text: str) -> SignedToken:
        token = take_apart(text)
        if token.algorithm not in self._algorithms:
            raise BadToken("its algorithm is not allowed")
        keys = await self._keyring.find(token.kid)
        if not any(key.verifies(token.signed, token.signature, token.algorithm) for key in keys):
            raise BadToken("no trusted key has signed it")
        return token

    def _forget_if_keys_changed(self) -> None:
        if self._version != self._keyring.version:
            self._version = self._keyring.version
            self._known.clear()
