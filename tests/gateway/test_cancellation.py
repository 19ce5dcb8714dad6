"""Two thousand callers who go away while Wix is slow, over real sockets."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from gateway.app import create_app
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.servers import Server, running_sandbox

pytestmark = pytest.mark.untraced

CALLERS = 2_000
AFTERWARDS = 100
LISTED = """query ($but: String!) {
  contacts(first: 5, filter: {company: {ne: $but}}) { nodes { id labels { key } } }
}"""
NAMES = itertools.count()
UNKEPT = httpx.Limits(max_keepalive_connections=0)
"""A busy test comes back too late for a connection that the server has given up."""
SLOW = {"route": "*", "kind": "latency", "seconds": 30}


@pytest.fixture
def sandbox() -> Iterator[Server]:
    with running_sandbox("--contacts", "10", "--rate-limit", "0") as server:
        yield server


@pytest.fixture
async def app(sandbox: Server) -> AsyncIterator[FastAPI]:
    settings = Settings.model_validate(
        {
            "wix_base_url": sandbox.origin,
            "wix_api_key": "sandbox-key",
            "wix_site_id": "11111111-1111-4111-8111-111111111111",
            "wix_connections": 50,
            "wix_calls_per_minute": 10_000,
            "concurrent_operations": 0,
        }
    )
    app = create_app(settings)
    yield app
    await app.state.gateway.aclose()


def people() -> dict[str, object]:
    """Ask with another name each time, or all callers would share one upstream call."""
    return {"query": LISTED, "variables": {"but": f"name {next(NAMES)}"}}


async def test_callers_who_go_away_leave_nothing_behind(app: FastAPI, sandbox: Server) -> None:
    transport = Overheard(app)
    async with (
        httpx.AsyncClient(
            base_url=sandbox.origin, trust_env=False, limits=UNKEPT, timeout=60
        ) as wix,
        httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=60) as client,
    ):
        await client.post("/graphql", json=people())
        (await wix.post("/_sandbox/faults", json=SLOW)).raise_for_status()
        before = asyncio.all_tasks()

        callers = [
            asyncio.create_task(client.post("/graphql", json=people())) for _ in range(CALLERS)
        ]
        while (await wix.get("/_sandbox/calls")).json()["total"] < 10:
            continue
        for caller in callers:
            caller.cancel()
        ends = await asyncio.gather(*callers, return_exceptions=True)
        assert {type(end) for end in ends} == {asyncio.CancelledError}

        (await wix.delete("/_sandbox/faults")).raise_for_status()
        answers = await asyncio.gather(
            *(client.post("/graphql", json=people()) for _ in range(AFTERWARDS))
        )
        assert [answer.json().get("errors") for answer in answers] == [None] * AFTERWARDS
        assert len(app.state.gateway.executions) == 0
        assert asyncio.all_tasks() == before
