"""Wix is killed under 200 requests: each is answered in its time, and the first good one soon."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import SecretStr

from gateway.app import create_app
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.settings import Settings
from tests.support.applications import calling
from tests.support.network import networked, now
from tests.support.servers import Server, free_port
from tests.support.virtual_time import in_virtual_time

REQUESTS = 200
READS = 180
FIND_OR_CREATE = """mutation ($name: String!) {
  findOrCreateLabel(input: {displayName: $name}) { label { key } }
}"""


async def die_with_200_in_flight() -> tuple[list[tuple[str, float]], float]:
    """Kill Wix under 200 calls; tell each one's end and duration, and when the first is served."""
    async with networked(contacts=REQUESTS, connections=REQUESTS) as (site, network):
        network.latency = 5.0
        contacts = site.ids()

        async def ask(number: int) -> tuple[str, float]:
            before = now()
            wix, contact = site.wix.contacts, contacts[number]
            # The last calls that Wix allows in a minute are kept for writes.
            call = wix.get(contact) if number < READS else wix.label(contact, ["custom.lead"])
            with site.within(10):
                error = (await asyncio.gather(call, return_exceptions=True))[0]
            return getattr(error, "code", "OK"), now() - before

        asking = [asyncio.create_task(ask(number)) for number in range(REQUESTS)]
        await asyncio.sleep(1)
        assert network.under_way == REQUESTS
        network.die()
        ends = await asyncio.gather(*asking)
        # They were all that Wix allows in a minute, so it stays away for longer.
        await asyncio.sleep(90)
        network.latency = 0.05
        network.come_back()
        back = now()
        while (await site.run(FIND_OR_CREATE, name="Back")).codes:  # noqa: ASYNC110 - callers come
            await asyncio.sleep(0.05)
        return ends, now() - back


def test_wix_killed_under_200_calls_leaves_none_hanging() -> None:
    ends, resumed_after = in_virtual_time(die_with_200_in_flight())
    slowest = max(seconds for _, seconds in ends)
    print(  # noqa: T201 - the figure
        f"killed under {len(ends)} calls: {dict(Counter(code for code, _ in ends))}, the slowest "
        f"after {slowest:.2f} s; the first good answer {resumed_after:.2f} s after the return"
    )
    assert {code for code, _ in ends} == {"UPSTREAM_UNAVAILABLE"}
    assert slowest <= 10
    assert resumed_after <= 2.0


async def test_a_server_killed_under_200_requests_and_started_again() -> None:
    """The same over real sockets: the whole gateway, and a Wix in a process of its own."""
    port = free_port()
    settings = Settings(
        wix_base_url=f"http://127.0.0.1:{port}",
        wix_api_key=SecretStr(API_KEY),
        wix_site_id=SITE_ID,
        wix_connections=REQUESTS,
        # The requests under way would be all that Wix allows in the minute of its return.
        wix_calls_per_minute=5 * REQUESTS,
    )
    async with calling(create_app(settings)) as gateway:
        with listening(port) as server:
            await slow_down(server)
            asking = [asyncio.create_task(find_or_create(gateway, n)) for n in range(REQUESTS)]
            await until_all_are_in_flight(server)
            server.process.kill()
            answers = await asyncio.gather(*asking)
        slowest = max(seconds for _, seconds in answers)
        codes = Counter(answer["errors"][0]["extensions"]["code"] for answer, _ in answers)
        with listening(port):
            back = now()
            while "errors" in (await find_or_create(gateway, REQUESTS))[0]:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
            resumed_after = now() - back
    print(  # noqa: T201 - the figure
        f"killed under {REQUESTS} requests: {dict(codes)}, the slowest after {slowest:.2f} s; "
        f"the first good answer {resumed_after:.2f} s after the return"
    )
    assert codes.keys() <= {"UPSTREAM_UNAVAILABLE", "OUTCOME_UNKNOWN", "THROTTLED"}
    assert slowest <= settings.request_seconds
    assert resumed_after <= 2.0


@contextmanager
def listening(port: int) -> Iterator[Server]:
    """Run a Wix without a limit of its own on that port."""
    server = Server.start("sandbox", "--rate-limit", "0", port=port, settings={})
    try:
        server.wait_for("/_sandbox")
        yield server
    finally:
        server.stop()


def control(server: Server) -> httpx.AsyncClient:
    """Make a client of the sandbox's own routes."""
    return httpx.AsyncClient(base_url=server.origin, trust_env=False)


async def slow_down(server: Server) -> None:
    """Let no call be answered for a minute."""
    slow = {"kind": "latency", "seconds": 60, "route": "*"}
    async with control(server) as client:
        (await client.post("/_sandbox/faults", json=slow)).raise_for_status()


async def until_all_are_in_flight(server: Server) -> None:
    """Wait until every request's first call is at Wix, and none is answered."""
    async with control(server) as client, asyncio.timeout(10):
        while (await client.get("/_sandbox/calls")).json()["total"] < REQUESTS:  # noqa: ASYNC110 - far away
            await asyncio.sleep(0.05)


async def find_or_create(gateway: httpx.AsyncClient, number: int) -> tuple[dict[str, Any], float]:
    """Ask the gateway for something that only Wix can do; tell the answer, and how long it took."""
    body = {"query": FIND_OR_CREATE, "variables": {"name": f"Label {number}"}}
    began = now()
    answer: dict[str, Any] = (await gateway.post("/graphql", json=body)).json()
    return answer, now() - began
