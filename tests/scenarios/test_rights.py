"""No answer holds what its caller may not see, whoever else asks the same at the same time.

So does nothing that those who listen meanwhile are told, and no part that comes later.

`SOAK_REQUESTS` tells how many requests are made: 200,000 in a soak.
"""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.support.callers import CALLERS, Request, every_look, request
from tests.support.hearing import audible, everybody_listening
from tests.support.three_sites import Mark, ThreeSites, marks_in, three_sites

REQUESTS = int(os.environ.get("SOAK_REQUESTS", "4000"))
AT_ONCE = 8
UNBOUNDED = {"caller_requests_per_minute": 10**9, "caller_calls_per_minute": 10**9}
SHED = 503
"""What a gateway that lacks the processor may answer to anybody."""

Seen = set[tuple[str | None, Mark]]


@pytest.fixture
def told_to_the_log() -> Iterator[set[Mark]]:
    """Tell what of the sites the log was told; nothing is printed."""
    told: set[Mark] = set()

    def watch(_log: object, _method: str, event: MutableMapping[str, Any]) -> Any:
        told.update(marks_in(repr(event)))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.contextvars.merge_contextvars, watch])
    yield told
    structlog.reset_defaults()


async def send(sites: ThreeSites, asked: Request) -> tuple[int, str]:
    """Send a request as its caller does."""
    key = None if asked.caller is None else sites.keys.get(asked.caller, "crmk_made-up")
    headers = {"accept": asked.accepts}
    if asked.key is not None:
        headers["idempotency_key"] = asked.key
    return await sites.ask(key, asked.query, asked.site, asked.variables, **headers)


def check(asked: Request, status: int, text: str) -> set[Mark]:
    """Hold an answer against its caller's rights; tell what it showed."""
    site, told = asked.served_on, marks_in(text)
    if status == SHED and '"OVERLOADED"' in text:
        allowed: set[Mark] = set()
    elif asked.caller is None or asked.caller not in CALLERS:
        assert status == 401, (asked, text)
        allowed = set()
    else:
        assert status < 500 if site else status in {400, 403}, (asked, text)
        allowed = CALLERS[asked.caller].may_see(site)
    assert told <= allowed, (asked, text)
    return told


@pytest.mark.timeout(max(120, REQUESTS // 20))
async def test_no_answer_holds_what_its_caller_may_not_see(
    tmp_path: Path, told_to_the_log: set[Mark]
) -> None:
    dice = random.Random(7)  # noqa: S311 - repeatable, no secret
    seen: Seen = set()
    statuses: Counter[int] = Counter()

    async def make(asked: Request) -> None:
        status, text = await send(sites, asked)
        seen.update((asked.caller, mark) for mark in check(asked, status, text))
        statuses[status] += 1

    async with (
        three_sites(tmp_path, CALLERS, request_seconds=60, **UNBOUNDED) as sites,
        everybody_listening(sites) as heard,
    ):
        for asked in every_look(dice):
            await make(asked)
        while statuses.total() - statuses[SHED] < REQUESTS:
            await asyncio.gather(*(make(request(dice)) for _ in range(AT_ONCE)))
    print(json.dumps(statuses), f"{len(seen)} kinds of sight, {len(heard)} of hearing")  # noqa: T201 - the soak's figures
    assert told_to_the_log == set()
    assert heard == audible()
    # Whoever may see something has seen it: the rights were tried, not only the refusals.
    assert seen == {
        (name, mark)
        for name, known in CALLERS.items()
        for site in known.sites or ("alpha", "bravo", "charlie")
        for mark in known.may_see(known.site_for(site))
    }
