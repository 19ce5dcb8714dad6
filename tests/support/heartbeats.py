"""A replica's way to Redis whose heart beats when a test says so."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway.replicas.connection import Connection
from gateway.replicas.heartbeat import Heartbeat
from tests.support.sandboxes import ManualTime
from tests.support.site import forever


@dataclass(frozen=True)
class Pulse:
    """One replica's connection, and its heartbeat."""

    connection: Connection
    heartbeat: Heartbeat


@asynccontextmanager
async def pulse(url: str, time: ManualTime) -> AsyncIterator[Pulse]:
    """Connect a replica for the length of the block; its heart has beaten once."""
    rests = asyncio.Event()

    async def rest(seconds: float) -> None:
        rests.set()
        await forever(seconds)

    connection = Connection(url, site="site", rng=random.Random(7))  # noqa: S311 - jitter
    heartbeat = Heartbeat(connection, clock=time.monotonic, sleep=rest)
    try:
        heartbeat.start()
        await rests.wait()
        yield Pulse(connection, heartbeat)
    finally:
        await heartbeat.aclose()
        await connection.aclose()
