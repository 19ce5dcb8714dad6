"""Measures what is served under five times the load that can be, beside what is served in calm.

Calm and overload take turns: where other programs use the processor as well, both have their share
of it, and the median of the pairs tells what the turning away costs.
"""

import asyncio
from collections.abc import Iterator
from statistics import median

import uvloop

from tests.bench.sample import Figure
from tests.support.crowd import ask_at_a_pace, ask_greedily
from tests.support.load import Asked, percentile, request
from tests.support.servers import running_gateway

TURNS = 8
SECONDS = 1.5
LINES = 400
OVERLOAD = 5
ASKED = request(
    "{ contacts(first: 25) { nodes { id company name { full } primaryEmail { email } "
    "labels { key displayName } } } }"
)


def measure_overload() -> Iterator[Figure]:
    """Load a gateway on its own sandbox."""
    with (
        running_gateway(settings={"GATEWAY_WIX_CALLS_PER_MINUTE": "1000000"}) as server,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        shares, waits = runner.run(_turns(server.port))
    yield Figure("overload: served, of what is served in calm", f"median {median(shares):.2f}")
    yield Figure("overload: 99 of 100 are served within", f"median {median(waits) * 1e3:.0f} ms")


async def _turns(port: int) -> tuple[list[float], list[float]]:
    shares, waits = [], []
    await ask_greedily(port, ASKED, lines=8, seconds=SECONDS)
    for _ in range(TURNS):
        calm = _served(await ask_greedily(port, ASKED, lines=8, seconds=SECONDS))
        rate = OVERLOAD * len(calm) / SECONDS
        asked = await ask_at_a_pace(port, ASKED, rate=rate, lines=LINES, seconds=SECONDS)
        shares.append(len(_served(asked)) / len(calm))
        waits.append(percentile(_served(asked), 0.99))
    return shares, waits


def _served(asked: list[Asked]) -> list[Asked]:
    return [each for each in asked if each.status == 200]
