"""Several replicas' windows over one real Redis, in time that leaps, before one upstream."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import count as counting

from gateway.budget.window import STRAGGLING, Granted
from gateway.replicas.window import SharedWindow
from tests.support.redis_time import redis_loop
from tests.support.traffic import Road, Upstream
from tests.support.unreliable import UnreliableConnection

LONGEST = 30.0
"""Seconds that a call takes at most."""
LEASE = 60.0 + STRAGGLING + LONGEST + 1.0
"""Seconds after which nothing counts any more that was granted before."""


@dataclass(frozen=True)
class Replica:
    """One replica: its way to Redis, and its way to Wix."""

    connection: UnreliableConnection
    window: SharedWindow
    road: Road


@asynccontextmanager
async def replica(
    url: str, upstream: Upstream, *, seed: int = 0, limit: int = 200, replicas: int = 2
) -> AsyncIterator[Replica]:
    """Run one replica that takes itself for one of `replicas`; at the end it leaves."""
    rng = random.Random(seed)  # noqa: S311 - jitter and names, no secret
    loop = redis_loop()
    connection = UnreliableConnection(url, rng=rng)
    loop.wait_for(connection)
    window = SharedWindow(
        connection,
        limit=limit,
        longest=LONGEST,
        replicas=replicas,
        clock=loop.time,
        new_id=lambda: uuid.UUID(int=rng.getrandbits(128)).hex,
    )
    try:
        yield Replica(connection, window, Road.build(upstream, limit=limit, window=window))
    finally:
        await window.aclose()
        await connection.aclose()


@asynccontextmanager
async def several(
    url: str, upstream: Upstream, count: int, *, limit: int = 200
) -> AsyncIterator[list[Replica]]:
    """Run as many replicas as each of them expects."""
    async with AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                replica(url, upstream, seed=seed, limit=limit, replicas=count)
            )
            for seed in range(count)
        ]


async def take(window: SharedWindow, cap: int | None = None) -> bool:
    """Make a call that takes no time, if it may be made."""
    claim = await window.reserve(window.limit if cap is None else cap)
    if isinstance(claim, Granted):
        window.settle(claim, answered=True)
    return isinstance(claim, Granted)


async def take_all(window: SharedWindow, cap: int | None = None) -> int:
    """Make calls until no more may be made; tell how many."""
    for made in counting():
        if not await take(window, cap):
            return made
    raise AssertionError


async def opened(replicas: list[Replica]) -> None:
    """Have everybody report, until Redis grants places."""
    for each in replicas:
        each.window.start()
    await asyncio.sleep(5)


def slow() -> Upstream:
    """Make an upstream that takes up to a second."""
    rng = random.Random(7)  # noqa: S311 - delays, no secret
    return Upstream(rng, request_delay=0.5, answer_delay=0.5)
