"""Documents that callers have sent to any gateway, found by their digests at all of them."""

from typing import Final

from gateway.edge.known.automatic import AutomaticDocuments
from gateway.edge.known.trusted import digest_of
from gateway.replicas.connection import Connection
from gateway.replicas.faults import StoreFault

_LARGEST: Final = 16_384
"""Bytes of a document; a larger one is known to those gateways that it was sent to."""

_PLACES: Final = 16_384
"""Documents that Redis keeps at most: where two have the same place the later one has it."""

_KEPT_MS: Final = 24 * 60 * 60 * 1_000


class SharedDocuments:
    """`AutomaticDocuments` over Redis, behind those of one process.

    Others may write there, so that a text is believed only if it has the digest it is asked by.
    """

    def __init__(self, own: AutomaticDocuments, connection: Connection) -> None:
        self._own = own
        self._connection = connection

    async def find(self, digest: str) -> str | None:
        """Find a text here, else in Redis, in one round trip; from then on it is known here."""
        text = await self._own.find(digest)
        if text is None:
            text = await self._found_elsewhere(digest)
            if text is not None:
                await self._own.keep(digest, text)
        return text

    async def keep(self, digest: str, text: str) -> None:
        """Keep a text here and in Redis."""
        await self._own.keep(digest, text)
        data = text.encode("utf-8", "surrogatepass")
        if len(data) > _LARGEST:
            return
        try:
            await self._connection.call("SET", self._key(digest), data, "PX", _KEPT_MS)
        except StoreFault:
            return

    async def _found_elsewhere(self, digest: str) -> str | None:
        try:
            data = await self._connection.call("GET", self._key(digest))
        except StoreFault:
            return None
        if not isinstance(data, bytes) or len(data) > _LARGEST:
            return None
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return None
        return text if digest_of(text) == digest else None

    def _key(self, digest: str) -> str:
        return self._connection.key("document", str(int(digest, 16) % _PLACES))
