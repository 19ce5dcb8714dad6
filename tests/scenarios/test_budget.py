"""The budget in the whole gateway: storms of 429s, a Wix that dies, and what callers are told."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.errors import Throttled
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.sandbox.app import Sandbox
from gateway.sandbox.transport import SandboxTransport
from gateway.settings import Settings
from tests.support.servers import Server, free_port
from tests.support.site import Answer, Site, opened
from tests.support.traffic import peak
from tests.support.virtual_time import LoopTime, in_virtual_time

STORM = 60.0
STORM_BEGINS = 20.0

CREATE = """mutation ($email: String!) {
  createContact(input: {info: {emails: [{email: $email}]}, allowDuplicates: true}) {
    contact { id } userErrors { code }
  }
}"""
FIND_OR_CREATE = """mutation ($name: String!) {
  findOrCreateLabel(input: {displayName: $name}) { label { key } }
}"""
LABEL = "custom.vip-customer"


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Network(httpx.AsyncBaseTransport):
    """The way to the sandbox, which can be slow, and can lose it."""

    sandbox: Sandbox
    latency: float = 0.0
    down: bool = False
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    """When each call arrived at Wix, and the status it was answered with."""
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nobody listens", request=request)
        task = asyncio.create_task(self._serve(request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            await asyncio.wait({task})
            if task.cancelled():
                raise httpx.ReadError("hung up", request=request)
            return task.result()
        finally:
            task.cancel()

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        arrived = now()
        response = await SandboxTransport(self.sandbox).handle_async_request(request)
        await response.aread()
        self.arrivals.append((arrived, response.status_code))
        await asyncio.sleep(self.latency)
        return response

    def die(self) -> None:
        """Cut every connection, and take no more."""
        self.down = True
        for task in self._under_way:
            task.cancel()

    def come_back(self) -> None:
        """Take connections again."""
        self.down = False


@asynccontextmanager
async def networked(**options: Any) -> AsyncIterator[tuple[Site, Network]]:
    """Open a site in virtual time, with Wix's own limit, behind a network."""
    networks: list[Network] = []

    def network(sandbox: Sandbox) -> Network:
        networks.append(Network(sandbox))
        return networks[-1]

    async with opened(
        time=LoopTime(), sleep=asyncio.sleep, network=network, **{"rate_limit": 200, **options}
    ) as site:
        yield site, networks[0]


async def patiently(site: Site, document: str, **variables: Any) -> Answer:
    """Run an operation as a well-behaved client does: throttled, it comes back when told to."""
    while True:
        with site.within(10):
            answer = await site.run(document, **variables)
        if answer.codes != ["THROTTLED"]:
            return answer
        await asyncio.sleep(answer.errors[0]["extensions"]["retryAfter"])


@dataclass(frozen=True)
class Survived:
    """What is left after a storm of 429s; times count from the storm's begin."""

    answers: list[Answer]
    created: Counter[str]
    """How often each e-mail is on the site now."""
    arrivals: list[tuple[float, int]]


async def _weather_a_storm(retry_after: int | None) -> Survived:
    """Create a contact every half a second, before, during and after a storm of 429s."""
    async with networked() as (site, network):
        began = now()
        loop = asyncio.get_running_loop()
        loop.call_at(
            began + STORM_BEGINS,
            lambda: site.fault("*", status=429, retry_after=retry_after),
        )
        loop.call_at(began + STORM_BEGINS + STORM, site.sandbox.faults.clear)
        tasks = []
        async with asyncio.TaskGroup() as writers:
            for number in range(200):
                create = patiently(site, CREATE, email=f"w{number}@example.com")
                tasks.append(writers.create_task(create))
                await asyncio.sleep(0.5)
        emails = (
            each["email"]
            for contact in site.contacts()
            for each in contact["info"].get("emails", {}).get("items", [])
        )
        created = Counter(email for email in emails if email.startswith("w"))
        arrivals = [(at - began - STORM_BEGINS, status) for at, status in network.arrivals]
        return Survived([task.result() for task in tasks], created, arrivals)


@cache
def after_a_storm(retry_after: int | None) -> Survived:
    """Let a storm pass, once for all tests; its 429s say when to come back, or do not."""
    return in_virtual_time(_weather_a_storm(retry_after))


@pytest.mark.parametrize("retry_after", [None, 1, 7, 60])
def test_a_storm_of_429s_loses_no_write_and_makes_none_twice(retry_after: int | None) -> None:
    survived = after_a_storm(retry_after)
    assert [answer.codes for answer in survived.answers] == [[]] * 200
    assert survived.created == {f"w{number}@example.com": 1 for number in range(200)}
    assert peak(at for at, _ in survived.arrivals) <= 200


@pytest.mark.parametrize("retry_after", [1, 7, 60])
def test_no_call_is_made_before_retry_after(retry_after: int) -> None:
    arrivals = after_a_storm(retry_after).arrivals
    refused = [at for at, status in arrivals if status == 429]
    too_early = [at for at, _ in arrivals if any(0 < at - told < retry_after for told in refused)]
    assert refused
    assert too_early == []


@pytest.mark.parametrize("retry_after", [None, 1, 60])
def test_calls_resume_within_a_second_of_the_storms_end(retry_after: int | None) -> None:
    arrivals = after_a_storm(retry_after).arrivals
    # The storm is over for the gateway when it may call again, and not before.
    told = max(at for at, status in arrivals if status == 429) + (retry_after or 0)
    first = min(at for at, status in arrivals if status == 200 and at > 0)
    assert max(told, STORM) <= first <= max(told, STORM) + 1.0


async def die_with_200_in_flight() -> tuple[list[tuple[str, float]], float]:
    """Kill Wix under 200 calls; tell each one's end and duration, and when the first is served."""
    async with networked(contacts=200) as (site, network):
        network.latency = 5.0
        contacts = site.ids()

        async def ask(number: int) -> tuple[str, float]:
            before = now()
            wix, contact = site.wix.contacts, contacts[number]
            call = wix.get(contact) if number % 10 else wix.label(contact, ["custom.lead"])
            with site.within(10):
                error = (await asyncio.gather(call, return_exceptions=True))[0]
            return getattr(error, "code", "OK"), now() - before

        asking = [asyncio.create_task(ask(number)) for number in range(200)]
        await asyncio.sleep(1)
        network.die()
        ends = await asyncio.gather(*asking)
        await asyncio.sleep(30)
        network.latency = 0.05
        network.come_back()
        back = now()
        while (await site.run(FIND_OR_CREATE, name="Back")).codes:  # noqa: ASYNC110 - callers come
            await asyncio.sleep(0.05)
        return ends, now() - back


def test_wix_killed_under_200_calls_leaves_none_hanging() -> None:
    ends, resumed_after = in_virtual_time(die_with_200_in_flight())
    assert {code for code, _ in ends} <= {"UPSTREAM_UNAVAILABLE", "THROTTLED"}
    assert max(seconds for _, seconds in ends) <= 10
    assert resumed_after <= 2.0


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
    assert site.sandbox.calls.report()["throttled"] == 0
    assert peak(at for at, _ in network.arrivals) <= 200
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


REQUESTS = 200


async def test_a_server_killed_under_200_requests_and_started_again() -> None:
    """The same over real sockets: the whole gateway, and a Wix in a process of its own."""
    port = free_port()
    settings = Settings(
        wix_base_url=f"http://127.0.0.1:{port}",
        wix_api_key=SecretStr(API_KEY),
        wix_site_id=SITE_ID,
    )
    async with serving(settings) as gateway:
        with listening(port) as server:
            await slow_down(server)
            began = now()
            asking = [asyncio.create_task(find_or_create(gateway, n)) for n in range(REQUESTS)]
            await asyncio.sleep(1)
            server.process.kill()
            answers = await asyncio.gather(*asking)
            assert now() - began <= settings.request_seconds + 1
            assert all("errors" in answer for answer in answers)
        with listening(port):
            back = now()
            while "errors" in await find_or_create(gateway, REQUESTS):  # noqa: ASYNC110 - the same
                await asyncio.sleep(0.05)
            assert now() - back <= 2.0


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the gateway in this process."""
    app = create_app(settings)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        try:
            yield client
        finally:
            await app.state.gateway.aclose()


@contextmanager
def listening(port: int) -> Iterator[Server]:
    """Run a Wix without a limit of its own on that port."""
    server = Server.start("sandbox", "--rate-limit", "0", port=port, settings={})
    try:
        server.wait_for("/_sandbox")
        yield server
    finally:
        server.stop()


async def slow_down(server: Server) -> None:
    """Let no call be answered for a minute."""
    async with httpx.AsyncClient(base_url=server.origin, trust_env=False) as control:
        slow = {"kind": "latency", "seconds": 60, "route": "*"}
        (await control.post("/_sandbox/faults", json=slow)).raise_for_status()


async def find_or_create(gateway: httpx.AsyncClient, number: int) -> dict[str, Any]:
    """Ask the gateway for something that only Wix can do."""
    body = {"query": FIND_OR_CREATE, "variables": {"name": f"Label {number}"}}
    answer: dict[str, Any] = (await gateway.post("/graphql", json=body)).json()
    return answer
