"""Stamps of a router's requests that were at any of several gateways."""

from typing import Final

from gateway.edge.routers.stamps import SECONDS, BadStamp, Stamps
from gateway.replicas.connection import Connection
from gateway.replicas.faults import StoreFault

_KEPT_MS: Final = int(4 * SECONDS * 1_000)
"""A stamp may come again for twice as long as it may be off, by clocks that differ."""


class SharedStamps:
    """`Stamps` over Redis, behind those of one process, which go on alone without it."""

    def __init__(self, own: Stamps, connection: Connection) -> None:
        self._own = own
        self._connection = connection

    async def admit(self, stamp: str) -> None:
        """Take a stamp that was at no gateway, in one round trip.

        Raises:
            BadStamp: It is none, from another time, or was here or elsewhere.
        """
        await self._own.admit(stamp)
        key = self._connection.key("stamp", stamp)
        try:
            first = await self._connection.call("SET", key, "1", "PX", _KEPT_MS, "NX")
        except StoreFault:
            return
        if first is None:
            raise BadStamp("it was here before")
