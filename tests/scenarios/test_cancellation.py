"""Callers who go away while Wix is slow: nobody after them suffers, and nothing of them is left."""

import asyncio
import gc
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.process import Gateway
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.servers import Server, running_gateway, running_sandbox
from tests.support.site import LABEL_CONTACT, QUERY_CONTACTS

STORM = 2_000
CONNECTIONS = 100
AFTERWARDS = 100

UNKEPT = httpx.Limits(max_keepalive_connections=0)
"""A busy test comes back too late for a connection that the server has given up."""

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="sockets are counted in /proc"
)

LISTED = """query ($but: String!) {
  contacts(first: 5, filter: {company: {ne: $but}}) { nodes { id labels { key contactCount } } }
}"""
"""Asked with another name each time, or all callers would share one upstream call."""
NAMES = itertools.count()
UNKEPT = httpx.Limits(max_keepalive_connections=0)
"""A busy test comes back too late for a connection that the server has given up."""


@dataclass(frozen=True)
class Control:
    """The control routes of a sandbox in another process."""

    client: httpx.AsyncClient

    async def slow_down(self, route: str) -> None:
        """Let the route take longer than any caller waits."""
        order = {"kind": "latency", "seconds": 600, "route": route}
        (await self.client.post("/_sandbox/faults", json=order)).raise_for_status()
        await self.client.delete("/_sandbox/calls")

    async def recover(self) -> None:
        """Lift every fault, for calls yet to come."""
        (await self.client.delete("/_sandbox/faults")).raise_for_status()

    async def calls(self) -> dict[str, int]:
        """Tell the calls that have arrived, by route."""
        report = (await self.client.get("/_sandbox/calls")).json()
        routes: dict[str, int] = report["routes"]
        return routes

    async def has_seen(self, route: str, calls: int) -> None:
        """Return once so many calls have arrived."""
        while (await self.calls()).get(route, 0) < calls:
            pass


@dataclass(frozen=True)
class Served:
    """The whole gateway in this process, over a sandbox in another one."""

    gateway: Gateway
    client: httpx.AsyncClient
    control: Control

    async def list(self) -> dict[str, Any]:
        """Ask for contacts, in words that nobody used before."""
        return await self.ask(LISTED, but=f"name {next(NAMES)}")

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Ask the gateway."""
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        body: dict[str, Any] = answer.json()
        return body


@pytest.fixture(scope="module")
def upstream() -> Iterator[Server]:
    with running_sandbox("--rate-limit", "0", "--contacts", "50") as server:
        yield server


@asynccontextmanager
async def served(upstream: Server) -> AsyncIterator[Served]:
    """Serve the gateway for the length of the block, and close it as a server would."""
    app = create_app(
        Settings(
            wix_base_url=upstream.origin,
            wix_api_key=SecretStr(API_KEY),
            wix_site_id=SITE_ID,
            wix_connections=CONNECTIONS,
            wix_calls_per_minute=10_000,
            concurrent_operations=0,
        )
    )
    gateway: Gateway = app.state.gateway
    transport = Overheard(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
        httpx.AsyncClient(
            base_url=upstream.origin, trust_env=False, limits=UNKEPT, timeout=60
        ) as control,
    ):
        try:
            yield Served(gateway, client, Control(control))
        finally:
            await Control(control).recover()
            await gateway.aclose()


@contextmanager
def complaints() -> Iterator[list[Any]]:
    """Collect what the loop would log, forgotten exceptions included."""
    heard: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, complaint: heard.append(complaint))
    try:
        yield heard
        gc.collect()
    finally:
        loop.set_exception_handler(None)


def sockets(process: int | str = "self") -> int:
    """Count a process's open sockets."""
    links = []
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except FileNotFoundError:
            continue
    return sum(link.startswith("socket:") for link in links)


async def gone(callers: list[asyncio.Task[Any]]) -> None:
    """Cancel all callers and see them go."""
    for caller in callers:
        caller.cancel()
    outcomes = await asyncio.gather(*callers, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError}


async def settled(but: set[asyncio.Task[Any]]) -> None:
    """Let the loop turn until no other tasks are left; one that stays hangs the test."""
    while left := asyncio.all_tasks() - but:
        await asyncio.wait(left)


@needs_proc
async def test_two_thousand_cancelled_callers_leave_nothing_behind(upstream: Server) -> None:
    before = sockets()
    with complaints() as heard:
        async with served(upstream) as it:
            await it.control.slow_down(QUERY_CONTACTS)
            mine = asyncio.all_tasks()
            callers = [asyncio.create_task(it.list()) for _ in range(STORM)]
            await it.control.has_seen(QUERY_CONTACTS, CONNECTIONS)
            await gone(callers)
            await settled(but=mine)

            await it.control.recover()
            answers = await asyncio.gather(*(it.list() for _ in range(AFTERWARDS)))
            assert [answer.get("errors") for answer in answers] == [None] * AFTERWARDS
            assert {len(answer["data"]["contacts"]["nodes"]) for answer in answers} == {5}

            await settled(but=mine)
            assert it.gateway.gate_of(SITE_ID).under_way == 0
    assert sockets() == before
    assert heard == []


async def test_callers_who_go_away_in_waves_never_starve_the_rest(upstream: Server) -> None:
    async with served(upstream) as it:
        patient = []
        for _ in range(5):
            await it.control.slow_down(QUERY_CONTACTS)
            leaving = [asyncio.create_task(it.list()) for _ in range(CONNECTIONS)]
            await it.control.has_seen(QUERY_CONTACTS, CONNECTIONS)
            patient += [asyncio.create_task(it.ask("{ labels { totalCount } }")) for _ in range(10)]
            await gone(leaving)
            await it.control.recover()
        answers = await asyncio.gather(*patient)
        assert [answer["data"] for answer in answers] == [{"labels": {"totalCount": 26}}] * 50


async def test_a_write_whose_caller_went_away_is_made_whole_or_not_at_all(
    upstream: Server,
) -> None:
    async with served(upstream) as it:
        found = await it.ask("{ contacts(first: 20) { nodes { id labelKeys } } }")
        contacts = [
            contact["id"]
            for contact in found["data"]["contacts"]["nodes"]
            if not {"custom.lead", "custom.volunteer"} & set(contact["labelKeys"])
        ]
        late = {"kind": "latency", "seconds": 0.2, "route": LABEL_CONTACT}
        await it.control.client.post("/_sandbox/faults", json=late)
        await it.control.client.delete("/_sandbox/calls")
        mine = asyncio.all_tasks()
        callers = [
            asyncio.create_task(
                it.ask(
                    """mutation ($id: ID!) { labelContact(input: {
                      contactId: $id, labelKeys: ["custom.lead", "custom.volunteer"]
                    }) { contact { id } } }""",
                    id=contact_id,
                )
            )
            for contact_id in contacts
        ]
        await it.control.has_seen(LABEL_CONTACT, len(contacts))
        await gone(callers)
        await settled(but=mine)
        after = await it.ask(
            "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { labelKeys } } }",
            ids=contacts,
        )
        for contact in after["data"]["nodes"]:
            assert {"custom.lead", "custom.volunteer"} <= set(contact["labelKeys"])


@needs_proc
async def test_callers_who_hang_up_on_a_server_leave_it_as_it_was(upstream: Server) -> None:
    settings = {
        "GATEWAY_WIX_BASE_URL": upstream.origin,
        "GATEWAY_WIX_API_KEY": API_KEY,
        "GATEWAY_WIX_SITE_ID": SITE_ID,
        "GATEWAY_WIX_CALLS_PER_MINUTE": "10000",
    }
    with running_gateway(settings=settings) as server:
        async with httpx.AsyncClient(
            base_url=upstream.origin, trust_env=False, limits=UNKEPT, timeout=60
        ) as client:
            control = Control(client)
            await control.slow_down(QUERY_CONTACTS)
            before = sockets(server.process.pid)
            async with asking(server) as hasty:
                callers = [asyncio.create_task(post(hasty)) for _ in range(2 * CONNECTIONS)]
                await control.has_seen(QUERY_CONTACTS, CONNECTIONS)
                await gone(callers)
            await control.recover()
            async with asking(server) as late:
                answers = await asyncio.gather(*(post(late) for _ in range(AFTERWARDS)))
            assert [answer.get("errors") for answer in answers] == [None] * AFTERWARDS
            while sockets(server.process.pid) > before + CONNECTIONS:
                await post_once(server)


def asking(server: Server) -> httpx.AsyncClient:
    """Build a client with a connection for every caller."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=server.origin, limits=limits, timeout=30, trust_env=False)


async def post(client: httpx.AsyncClient) -> dict[str, Any]:
    asked = {"query": LISTED, "variables": {"but": f"name {next(NAMES)}"}}
    body: dict[str, Any] = (await client.post("/graphql", json=asked)).json()
    return body


async def post_once(server: Server) -> None:
    async with asking(server) as client:
        await post(client)
