"""How many upstream calls callers at once cost, and what a caller alone waits for the engine."""

import asyncio
import time
from statistics import median

from tests.bench.sample import Figure
from tests.support.crowd_documents import LISTED, ONE
from tests.support.site import Site, opened

ALONE = 100


async def measure_coalescing() -> list[Figure]:
    """Ask a cold gateway for many things at once, then for one thing at a time."""
    async with opened(contacts=120) as site:
        await asyncio.gather(*(site.run(ONE, id=each) for each in site.ids()[:100]))
        several = sum(site.calls().values())
    async with opened(contacts=120) as site:
        await asyncio.gather(*(site.run(LISTED) for _ in range(1_000)))
        same = sum(site.calls().values())
    async with opened(contacts=2 * ALONE) as site:
        added = await _added(site)
    return [
        Figure("100 cold contacts with labels, at once", f"{several} upstream calls"),
        Figure("1,000 times the same 3 root fields, at once", f"{same} upstream calls"),
        Figure("added to a lone load, beside the bare client", f"{added * 1e3:.3f} ms"),
    ]


async def _added(site: Site) -> float:
    """Tell by how many seconds a look-up outlasts the same call of the bare client."""
    ids = site.ids()
    through, bare = [], []
    for loaded, called in zip(ids[:ALONE], ids[ALONE:], strict=True):
        began = time.perf_counter()
        await site.services.contacts.by_ids([loaded])
        between = time.perf_counter()
        await site.wix.contacts.get(called)
        through.append(between - began)
        bare.append(time.perf_counter() - between)
        site.time.advance(60)
    return median(through) - median(bare)
