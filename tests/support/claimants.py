"""A replica that claims a keyed mutation, and what there is to know of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.edge.outcomes import OutcomesInProcess, Record
from gateway.replicas.heartbeat import GRACE_SECONDS
from gateway.replicas.outcomes import SharedOutcomes
from gateway.replicas.records import Records
from gateway.sandbox.traffic.mishaps import Sleep
from tests.support.heartbeats import Pulse, pulse
from tests.support.redis_server import RedisServer
from tests.support.sandboxes import ManualTime

NAME = "site/ada the-key"
RUNNING = Record("print")
DONE = Record("print", b'{"data":{}}')
UNKNOWN = Record("print", b"")


@dataclass(frozen=True)
class Replica:
    """What one replica knows of keyed mutations."""

    store: SharedOutcomes
    pulse: Pulse

    async def claim(self, fingerprint: str = "print") -> Record | None:
        """Claim the mutation."""
        return await self.store.claim(NAME, fingerprint)

    async def beat(self) -> None:
        """Let its heart beat."""
        await self.pulse.heartbeat.beat()

    async def carry_out(self) -> Record:
        """Do what a request does: execute if nobody has, else tell what came of it."""
        while (known := await self.claim()) is not None:
            if known.outcome is not None:
                return known
            await self.store.ended(NAME)
        await self.store.keep(NAME, DONE)
        return DONE


@asynccontextmanager
async def replica(
    url: str, time: ManualTime, *, sleep: Sleep | None = None
) -> AsyncIterator[Replica]:
    """Run one replica."""
    async with pulse(url, time) as beating:
        store = SharedOutcomes(
            OutcomesInProcess(limit=100_000, clock=time.monotonic),
            Records(beating.connection, beating.heartbeat, moment=time.monotonic),
            beating.heartbeat,
            clock=time.monotonic,
            sleep=sleep or time.sleep,
        )
        try:
            yield Replica(store, beating)
        finally:
            await store.aclose()


Both = tuple[Replica, Replica]


@asynccontextmanager
async def two(server: RedisServer, time: ManualTime) -> AsyncIterator[Both]:
    """Run two replicas that everybody has had the time to tell what he knows."""
    async with replica(server.url, time) as first, replica(server.url, time) as second:
        time.advance(GRACE_SECONDS)
        yield first, second
