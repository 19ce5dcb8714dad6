"""Runs four real replicas over one real Redis at three times what Wix allows, and counts.

``python -m tests.bench.replicas [seconds]`` leaves Redis alone; with ``rough`` behind the seconds
it freezes, empties and kills it in turns. `make soak` runs both for ten minutes.
"""

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from typing import Any

import httpx

from tests.bench.served import CREDENTIALS
from tests.support.redis_server import RedisServer, running_redis
from tests.support.servers import Server, running_gateway, running_sandbox

REPLICAS = 4
PER_SECOND = 10.0
"""Three times what 200 calls a minute are."""
SECONDS = 600.0
AWAY = 20.0
"""Seconds for which Redis is frozen or killed."""
WELL = 130.0
"""Seconds in which everything comes back; after Redis was emptied it takes 73."""
CREATE = """mutation ($email: String!) {
  createContact(input: {info: {emails: [{email: $email}]}, allowDuplicates: true}) {
    userErrors { code }
  }
}"""


@contextmanager
def replicas(sandbox: Server, redis: RedisServer, count: int) -> Iterator[list[str]]:
    """Run so many gateways in processes of their own; yield where they answer."""
    settings = {
        **CREDENTIALS,
        "GATEWAY_WIX_BASE_URL": sandbox.origin,
        "GATEWAY_REDIS_URL": redis.url,
        "GATEWAY_REPLICAS": str(count),
        "GATEWAY_LOG_LEVEL": "warning",
    }
    with ExitStack() as stack:
        servers = [stack.enter_context(running_gateway(settings=settings)) for _ in range(count)]
        yield [server.origin for server in servers]


async def demand(origins: list[str], seconds: float) -> Counter[str]:
    """Call for so long, one replica after the other; tell how the calls ended."""
    ends: Counter[str] = Counter()
    rng = random.Random(7)  # noqa: S311 - traffic, no secret
    end = time.monotonic() + seconds
    async with httpx.AsyncClient(timeout=30.0, trust_env=False) as client, asyncio.TaskGroup() as g:
        for number, origin in enumerate(cycle(origins)):
            if time.monotonic() >= end:
                break
            g.create_task(_create(client, origin, number, ends))
            await asyncio.sleep(rng.expovariate(PER_SECOND))
    return ends


async def _create(client: httpx.AsyncClient, origin: str, number: int, ends: Counter[str]) -> None:
    body = {"query": CREATE, "variables": {"email": f"w{number}@example.com"}}
    answer = await client.post(f"{origin}/graphql", json=body)
    ends[f"HTTP {answer.status_code}"] += 1
    errors: list[dict[str, Any]] = answer.json().get("errors", [])
    ends[errors[0]["extensions"]["code"] if errors else "served"] += 1


async def disturb(redis: RedisServer) -> None:
    """Freeze, empty and kill Redis in turns, until cancelled."""
    turns: list[tuple[Callable[[], None], Callable[[], None]]] = [
        (redis.pause, redis.resume),
        (redis.flush, lambda: None),
        (redis.kill, redis.start),
    ]
    for away, back in cycle(turns):
        await asyncio.sleep(WELL)
        away()
        try:
            await asyncio.sleep(AWAY)
        finally:
            back()


async def run(seconds: float, *, rough: bool) -> str:
    """Run everything, and tell the figures."""
    with running_redis() as redis, running_sandbox() as sandbox:
        with replicas(sandbox, redis, REPLICAS) as origins:
            disturbing = asyncio.create_task(disturb(redis)) if rough else None
            ends = await demand(origins, seconds)
            if disturbing is not None:
                disturbing.cancel()
                await asyncio.gather(disturbing, return_exceptions=True)
        async with httpx.AsyncClient(base_url=sandbox.origin, trust_env=False) as control:
            calls = (await control.get("/_sandbox/calls")).json()
    return (
        f"{REPLICAS} replicas, {seconds:.0f} s, Redis {'disturbed' if rough else 'left alone'}: "
        f"{calls['peak']} calls at most in any 60 s, {calls['total'] * 60 / seconds:.0f} a minute, "
        f"{calls['throttled']} refused by Wix; {dict(sorted(ends.items()))}"
    )


if __name__ == "__main__":
    lasting = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    sys.stdout.write(asyncio.run(run(lasting, rough="rough" in sys.argv)) + "\n")
