"""The budget in the whole gateway: what Wix sees of ten minutes' demand, and what callers see."""

import asyncio
import random
from collections import Counter

from gateway.errors import Throttled
from tests.support.network import Network, networked, now
from tests.support.site import Site
from tests.support.traffic import peak
from tests.support.virtual_time import in_virtual_time

LABEL = "custom.vip-customer"


def test_ten_minutes_of_threefold_demand_never_meet_wixs_own_limit() -> None:
    async def run() -> tuple[Site, Network, Counter[str]]:
        async with networked() as (site, network):
            rng = random.Random(7)  # noqa: S311 - traffic, no secret
            network.latency = 0.2
            ends: Counter[str] = Counter()

            async def ask() -> None:
                try:
                    with site.within(10):
                        await site.wix.labels.get(LABEL)
                except Throttled:
                    ends["throttled"] += 1
                else:
                    ends["served"] += 1

            end = now() + 600
            async with asyncio.TaskGroup() as callers:
                while now() < end:
                    callers.create_task(ask())
                    await asyncio.sleep(rng.expovariate(10))
            return site, network, ends

    site, network, ends = in_virtual_time(run())
    most = peak(at for at, _ in network.arrivals)
    print(f"ten minutes of threefold demand: {dict(ends)}, at most {most} calls in any 60 s")  # noqa: T201 - the figure
    assert site.sandbox.calls.report()["throttled"] == 0
    assert most <= 200
    assert ends["served"] >= 1_700
    assert ends["throttled"] >= 3_000


def test_a_throttled_caller_is_served_when_he_comes_back_as_told() -> None:
    async def run() -> tuple[list[str], list[str]]:
        async with networked() as (site, _):
            await asyncio.gather(*(site.wix.labels.get(LABEL) for _ in range(180)))
            await asyncio.sleep(20)
            with site.within(10):
                refused = await site.run("{ labels(first: 1) { totalCount } }")
            await asyncio.sleep(refused.errors[0]["extensions"]["retryAfter"])
            with site.within(0.1):
                served = await site.run("{ labels(first: 1) { totalCount } }")
            return refused.codes, served.codes

    assert in_virtual_time(run()) == (["THROTTLED"], [])


def test_two_sites_share_nothing_of_the_budget() -> None:
    async def run() -> tuple[int, float]:
        async with networked() as (hot, _), networked() as (calm, _):

            async def flood() -> None:
                with hot.within(10):
                    await hot.wix.labels.get(LABEL)

            flooding = [asyncio.create_task(flood()) for _ in range(500)]
            before = now()
            for _ in range(50):
                await calm.wix.labels.get(LABEL)
            waited = now() - before
            ends = await asyncio.gather(*flooding, return_exceptions=True)
            return sum(isinstance(end, Throttled) for end in ends), waited

    assert in_virtual_time(run()) == (320, 0.0)
