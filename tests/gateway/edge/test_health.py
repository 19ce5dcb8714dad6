"""Alive is one thing, ready another."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from gateway.edge.health import Readiness, Verdict, routes
from gateway.errors import Throttled, UpstreamUnauthenticated, UpstreamUnavailable
from tests.support.clock import ManualClock
from tests.support.listening import Overheard


class Upstream:
    """Something to probe: counts the calls and fails as told."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.calls = 0

    async def probe(self) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault


async def get(path: str, probe: Callable[[], Any]) -> tuple[int, Any]:
    app = Starlette(routes=list(routes(Readiness(probe))))
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        answer = await client.get(path)
        return answer.status_code, answer.json()


async def test_a_process_that_answers_is_alive_and_asks_nobody() -> None:
    upstream = Upstream(UpstreamUnavailable("down"))
    assert await get("/healthz", upstream.probe) == (200, {"status": "alive"})
    assert upstream.calls == 0


async def test_it_is_ready_when_the_upstream_answers() -> None:
    assert await get("/readyz", Upstream().probe) == (200, {"status": "ready"})


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (UpstreamUnavailable("down"), "UPSTREAM_UNAVAILABLE"),
        (UpstreamUnauthenticated("who?"), "UPSTREAM_UNAUTHENTICATED"),
    ],
)
async def test_it_is_not_ready_otherwise_and_says_why(fault: Exception, code: str) -> None:
    status, body = await get("/readyz", Upstream(fault).probe)
    assert (status, body) == (503, {"status": "not ready", "code": code})


async def test_a_throttled_site_is_reachable() -> None:
    assert await get("/readyz", Upstream(Throttled("slower")).probe) == (200, {"status": "ready"})


async def test_the_upstream_is_asked_once_a_minute_however_many_ask() -> None:
    clock, upstream = ManualClock(), Upstream()
    readiness = Readiness(upstream.probe, clock=clock)
    await asyncio.gather(*(readiness.verdict() for _ in range(20)))
    clock.advance(59)
    await readiness.verdict()
    assert upstream.calls == 1
    clock.advance(1)
    upstream.fault = UpstreamUnavailable("down")
    assert await readiness.verdict() == Verdict(ready=False, code="UPSTREAM_UNAVAILABLE")
    assert upstream.calls == 2
