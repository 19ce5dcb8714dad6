"""What gateways share whatever their sites are, over a connection of its own."""

import random
from typing import Final

from gateway.edge.known.automatic import AutomaticDocuments
from gateway.edge.routers.stamps import Stamps
from gateway.replicas.connection import Connection
from gateway.replicas.documents import SharedDocuments
from gateway.replicas.stamps import SharedStamps

_NO_SITE: Final = "*"
"""Stands where keys name their site; it is the id of none."""


class SharedCommons:
    """Makes it; see `gateway.sharing`. Nothing connects before something is asked."""

    def __init__(self, url: str) -> None:
        rng = random.Random()  # noqa: S311 - jitter between tries, no secret
        self._connection = Connection(url, site=_NO_SITE, rng=rng)

    def stamps(self, own: Stamps) -> SharedStamps:
        """Share which stamps were here; `own` goes on without Redis."""
        return SharedStamps(own, self._connection)

    def documents(self, own: AutomaticDocuments) -> SharedDocuments:
        """Share documents that callers have sent; `own` goes on without Redis."""
        return SharedDocuments(own, self._connection)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._connection.aclose()
