"""A site behind the whole gateway but its edge: operations in, answers and upstream calls out."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx
import orjson

from gateway import deadline
from gateway.budget.gate import Gate
from gateway.budget.rhythm import Rhythm
from gateway.budget.window import SlidingWindow
from gateway.crm.freshness import remembering
from gateway.crm.services import Services
from gateway.crm.settlement.outcomes import Settlement
from gateway.deadline import Deadline
from gateway.model.principal import SCOPES, Principal
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.traffic.faults import Fault, Kind, When
from gateway.sandbox.traffic.mishaps import Sleep
from gateway.sandbox.transport import SandboxTransport
from gateway.sandbox.webhooks.events import Subscription
from gateway.telemetry.audit import Deed
from gateway.wix.api import Wix, connect
from gateway.wix.auth import ApiKey
from schema.build import build_schema
from schema.context import Context
from schema.faults import to_response
from schema.federation import GatewaySchema
from tests.support.sandboxes import ManualTime

REQUEST_ID = "the-request"
NOBODY = "00000000-0000-4000-8000-000000000000"
"""A contact's id that no contact has."""

ADA, ALAN, GRACE, KATHERINE, EMMY = range(5)
"""Places of memorable contacts: Alan owns the site, Katherine is a member, Emmy pays for it."""

GET_CONTACT = "GET /contacts/v4/contacts/{id}"
QUERY_CONTACTS = "POST /contacts/v4/contacts/query"
GET_LABEL = "GET /contacts/v4/labels/{key}"
QUERY_LABELS = "POST /contacts/v4/labels/query"
LIST_LABELS = "GET /contacts/v4/labels"
LIST_FIELDS = "GET /contacts/v4/extended-fields"
FACETS = "GET /contacts/v4/contacts/facets"
LABEL_CONTACT = "POST /contacts/v4/contacts/{id}/labels"
CREATE_LABEL = "POST /contacts/v4/labels"
UPDATE_CONTACT = "PATCH /contacts/v4/contacts/{id}"

CONFLICT = "... on RevisionConflict { currentRevision }"
DUPLICATE = "... on DuplicateContact { duplicate { id name { full } } }"

the_schema: Callable[[], GatewaySchema] = cache(build_schema)
"""The executable schema; built once, as in a process that serves."""


@dataclass(frozen=True)
class Answer:
    """What one operation gave, and what it cost."""

    data: Any
    errors: list[dict[str, Any]]
    """As a response carries them."""
    calls: dict[str, int]
    """Upstream calls by route."""

    @property
    def codes(self) -> list[str]:
        """The errors' codes."""
        return [error["extensions"]["code"] for error in self.errors]

    @property
    def whole(self) -> Any:
        """The data of an operation in which nothing failed."""
        assert self.errors == []
        return self.data


@dataclass
class Site:
    """A site, its sandbox, and the gateway's layers from the wire to the schema."""

    sandbox: Sandbox
    time: ManualTime
    wix: Wix
    services: Services
    gate: Gate
    scopes: frozenset[str] = SCOPES
    """What the caller may do."""
    contexts: list[Context] = field(default_factory=list)
    """Those of the operations so far."""
    deeds: list[Deed] = field(default_factory=list)
    """What the mutations so far left in the audit."""

    async def run(self, document: str, /, **variables: Any) -> Answer:
        """Run one operation in a context of its own."""
        before = Counter(self.calls())
        context = self.new_context()
        try:
            result = await the_schema().execute(
                document, variable_values=variables, context_value=context
            )
        finally:
            context.close()
        errors = [to_response(error, REQUEST_ID) for error in result.errors or ()]
        return Answer(result.data, errors, dict(Counter(self.calls()) - before))

    async def refused(self, mutation: str, given: dict[str, Any], shown: str = "") -> Any:
        """Run a mutation that must be refused and change nothing; tell its user errors.

        `shown` selects more fields of the user errors.
        """
        before = self.snapshot()
        kind = mutation[0].upper() + mutation[1:]
        answer = await self.run(
            f"mutation ($given: {kind}Input!) {{ {mutation}(input: $given) {{ userErrors "
            f"{{ __typename code field {shown} }} }} }}",
            given=given,
        )
        assert self.snapshot() == before
        return answer.whole[mutation]["userErrors"]

    def new_context(self) -> Context:
        """Build what one operation's resolvers reach."""
        context = Context(
            principal=Principal("ada", SITE_ID, self.scopes),
            services=self.services,
            gate=self.gate,
            request_id=REQUEST_ID,
            now=self.time.wall,
            record=self.deeds.append,
        )
        self.contexts.append(context)
        return context

    def calls(self) -> dict[str, int]:
        """Tell all upstream calls so far, by route."""
        routes: dict[str, int] = self.sandbox.calls.report()["routes"]
        return routes

    def fault(
        self, route: str, *, kind: str = "status", when: str = "before", **order: Any
    ) -> None:
        """Order a fault; without more said, a refusal with status 503."""
        self.sandbox.faults.add(Fault(kind=Kind(kind), when=When(when), route=route, **order))

    def snapshot(self) -> tuple[str, int]:
        """Tell everything the site holds, and how many events it has announced."""
        content = "\n".join(self.sandbox.store.db.iterdump())
        return content, self.sandbox.outbox.report()["waiting"]

    def contacts(self) -> list[dict[str, Any]]:
        """Tell all contacts as Wix writes them, in the order of their making, for no call."""
        rows = self.sandbox.store.db.execute(
            "SELECT document FROM contacts WHERE latest = 1 ORDER BY ordinal"
        )
        return [orjson.loads(row["document"]) for row in rows]

    def ids(self) -> list[str]:
        """Tell all contacts' ids in the order of their making, for no call."""
        return [contact["id"] for contact in self.contacts()]

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Give the operations of the block a deadline."""
        with deadline.within(Deadline.after(seconds, self.time.monotonic)):
            yield


async def forever(_seconds: float) -> None:
    """Wait until cancelled: a sleeper whose time never comes."""
    await asyncio.Event().wait()


def problem(code: str, *field: str, kind: str = "InvalidInput", **more: Any) -> dict[str, Any]:
    """Write a user error as `Site.refused` tells it."""
    return {"__typename": kind, "code": code, "field": list(field), **more}


def changing(site: Site, place: int, **changes: Any) -> dict[str, Any]:
    """Write the input that updates the contact at a place."""
    contact = site.contacts()[place]
    return {"contactId": contact["id"], "revision": contact["revision"], "changes": changes}


@asynccontextmanager
async def opened(
    contacts: int = 12,
    *,
    sleep: Sleep | None = None,
    time: ManualTime | None = None,
    network: Callable[[Sandbox], httpx.AsyncBaseTransport] = SandboxTransport,
    subscriber: httpx.AsyncClient | None = None,
    connections: int = 100,
    **options: Any,
) -> AsyncIterator[Site]:
    """Open a site of so many contacts for the length of the block; no rate limit of Wix's.

    `sleep` is what the sandbox's latency waits with; without one it passes at once. `time` is a
    manual one unless given, `network` what lies between the gateway and the sandbox, and
    `connections` how many calls may be under way there.
    """
    time = time or ManualTime()
    sandbox = create_sandbox(
        SandboxOptions(contacts=contacts, **{"rate_limit": 0, **options}),
        clock=time.wall,
        monotonic=time.monotonic,
        sleep=sleep or time.sleep,
        subscriber=subscriber,
    )
    # Events are counted where they wait, and never sent.
    sandbox.outbox.wake = lambda: None
    sandbox.outbox.subscribe(Subscription(url="http://subscriber.test/"))
    window = SlidingWindow(limit=200, clock=time.monotonic)
    gate = Gate(window, clock=time.monotonic, sleep=time.sleep, concurrency=connections)
    wix = connect(
        base_url="http://sandbox.test",
        credentials=ApiKey(key=API_KEY, site_id=SITE_ID),
        transport=network(sandbox),
        gate=gate,
        rng=random.Random(7),  # noqa: S311 - jitter between retries
        clock=time.monotonic,
        sleep=time.sleep,
    )
    rhythm = Rhythm(gate, clock=time.monotonic, sleep=time.sleep)
    freshness = remembering(SITE_ID, clock=time.monotonic, rhythm=rhythm)
    try:
        settlement = Settlement(now=time.wall, sleep=time.sleep)
        services = Services.over(wix, freshness=freshness, settlement=settlement)
        yield Site(sandbox, time, wix, services, gate)
    finally:
        await freshness.aclose()
        await wix.aclose()
        await sandbox.aclose()
