"""Whoever may be on a site listens to all that happens there, while others ask and write."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, product
from typing import NamedTuple

import orjson

from tests.support.callers import CALLERS, LIVE
from tests.support.three_sites import FIELDS, NAMES, NEEDED, PERSONAL, Mark, ThreeSites, marks_in
from tests.support.told import COMPLETE, WAYS, Way, asked

Heard = set[tuple[str, Mark]]
"""Who was told of what."""


class Ear(NamedTuple):
    """One who listens on one site."""

    caller: str
    site: str
    query: str
    way: Way


@asynccontextmanager
async def everybody_listening(sites: ThreeSites) -> AsyncIterator[Heard]:
    """Let every caller listen on every site, over a WebSocket and by streams in turn.

    Raises:
        AssertionError: Somebody was told of what he may not see, or could not listen on.
    """
    heard: Heard = set()
    listeners = zip(product(CALLERS, NAMES, LIVE), cycle(WAYS), strict=False)
    listening = [
        asyncio.create_task(_listen(sites, Ear(*whom, way), heard)) for whom, way in listeners
    ]
    try:
        yield heard
    finally:
        for each in listening:
            each.cancel()
        ends = await asyncio.gather(*listening, return_exceptions=True)
    assert [end for end in ends if isinstance(end, Exception)] == []


async def _listen(sites: ThreeSites, ear: Ear, heard: Heard) -> None:
    known, credential = CALLERS[ear.caller], sites.keys[ear.caller]
    served, body = known.site_for(ear.site), {"query": ear.query}
    async with asked(sites.app, ear.way, body, credential=credential, site=ear.site) as told:
        while not isinstance(result := await told.next(), str):
            marks = marks_in(orjson.dumps(result).decode())
            assert marks <= known.may_see(served), (ear, result)
            heard.update((ear.caller, mark) for mark in marks)
    # Who may listen is never sent away, and who may not has been told so.
    assert served is None or _needed(ear.query) not in known.scopes, (ear, result)
    assert result == (COMPLETE if ear.way == "stream" or served else "4403"), (ear, result)


def _needed(query: str) -> str:
    return "labels:read" if "labelChanged" in query else "contacts:read"


def audible() -> Heard:
    """Tell what everybody should be told of, where enough happens on all sites."""
    return {
        (name, (site, kind))
        for name, known in CALLERS.items()
        for site in NAMES
        for _, kind in known.may_see(known.site_for(site))
        # Of fields only those are told of that a contact has something in, which is personal.
        if kind != FIELDS or NEEDED[PERSONAL] <= known.scopes
    }
