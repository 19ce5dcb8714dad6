"""A minute of reads and writes in real time, at ten times what one call per operation allows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from tests.bench.sample import Figure
from tests.support.busy_site import CONTACTS, LATENCY, furnish
from tests.support.sandboxes import KEY
from tests.support.servers import Server, running_gateway, running_sandbox
from tests.support.trace import Report, Response, Trace

SECONDS = 60.0
PER_MINUTE = 2_000


def measure_trace() -> Iterator[Figure]:
    """Play a cold minute, then one that is measured, over a served gateway and sandbox."""
    with running_sandbox("--contacts", str(CONTACTS)) as sandbox:
        people, labels, key = asyncio.run(_prepare(sandbox))
        with _gateway(sandbox, key) as gateway:
            cold, warm, calls = asyncio.run(_play(sandbox, gateway, people, labels))
    yield Figure("trace, 2,000 a minute: the cold minute", cold.told())
    yield Figure("trace, 2,000 a minute: the next minute", warm.told())
    yield Figure("trace: operations for each upstream call", f"{warm.answered / calls:.1f}")


async def _prepare(sandbox: Server) -> tuple[list[str], list[str], str]:
    """Give the site its labels and its latency; tell its contacts, labels and public key."""
    async with _client(sandbox) as control:
        await control.post("/_sandbox/settings", json={"rateLimit": 0})
        await furnish(_client(sandbox), asyncio.sleep)
        people: list[str] = []
        while len(people) < CONTACTS:
            part = {"paging.limit": 1_000, "paging.offset": len(people)}
            page = (await control.get("/contacts/v4/contacts", params=part)).json()
            people += [each["id"] for each in page["contacts"]]
        held = (await control.get("/contacts/v4/labels")).json()["labels"]
        key = (await control.get("/_sandbox/webhooks/public-key")).text
        await control.post("/_sandbox/settings", json={"rateLimit": 200})
        await control.post("/_sandbox/faults", json={"kind": "latency", "seconds": LATENCY})
        return people, [each["key"] for each in held], key


@contextmanager
def _gateway(sandbox: Server, key: str) -> Iterator[Server]:
    settings = {
        "GATEWAY_WIX_BASE_URL": sandbox.origin,
        "GATEWAY_WIX_API_KEY": KEY["authorization"],
        "GATEWAY_WIX_SITE_ID": KEY["wix-site-id"],
        "GATEWAY_WEBHOOK_PUBLIC_KEYS": key,
    }
    with running_gateway(settings=settings) as gateway:
        hook = {"url": f"{gateway.origin}/webhooks/wix"}
        httpx.put(f"{sandbox.origin}/_sandbox/webhooks", json=hook, trust_env=False)
        yield gateway


async def _play(
    sandbox: Server, gateway: Server, people: list[str], labels: list[str]
) -> tuple[Report, Report, int]:
    async with _client(gateway) as caller, _client(sandbox) as control:

        async def ask(document: str, **variables: object) -> Response:
            body = {"query": document, "variables": variables}
            answer: Response = (await caller.post("/graphql", json=body)).json()
            return answer

        trace = Trace(ask, contacts=people, labels=labels)
        await trace.play(seconds=SECONDS, per_minute=PER_MINUTE)
        cold, trace.report = trace.report, Report()
        await control.delete("/_sandbox/calls")
        await trace.play(seconds=SECONDS, per_minute=PER_MINUTE)
        calls: int = (await control.get("/_sandbox/calls")).json()["total"]
        return cold, trace.report, calls


def _client(server: Server) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(
        base_url=server.origin, headers=KEY, limits=limits, timeout=30, trust_env=False
    )
