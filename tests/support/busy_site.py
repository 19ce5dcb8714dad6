"""A site of 10,000 contacts and 50 labels in virtual time, for a trace of reads and writes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.applications import Starlette

from gateway.crm.events import Addressee, Inbox, OwnHistory
from gateway.crm.mailroom import Mailroom, Pigeonhole
from gateway.edge import webhooks
from gateway.edge.webhooks import Reception, Sender
from gateway.sandbox.access.credentials import INSTANCE_ID, SITE_ID
from gateway.sandbox.app import Sandbox
from gateway.sandbox.transport import SandboxTransport
from gateway.sandbox.webhooks.events import Subscription
from gateway.wix.signatures import Signatures, read_keys
from tests.support.listening import Overheard
from tests.support.sandboxes import client_of
from tests.support.site import Site, opened
from tests.support.trace import Ask, Response
from tests.support.virtual_time import LoopTime

CONTACTS, LABELS = 10_000, 50
LATENCY = 0.05
EVENT_LATENCY = 0.2
DEADLINE = 10.0


class Distant(httpx.AsyncBaseTransport):
    """Somebody whose answers take their time."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self._seconds / 2)
        response = await self._inner.handle_async_request(request)
        await asyncio.sleep(self._seconds / 2)
        return response


def distant_sandbox(sandbox: Sandbox) -> Distant:
    """Put a sandbox where Wix is."""
    return Distant(SandboxTransport(sandbox), LATENCY)


@asynccontextmanager
async def busy_site(*, announced: bool) -> AsyncIterator[Site]:
    """Open the site; when `announced`, it tells the gateway of changes by webhooks."""
    ears = Starlette()
    client = httpx.AsyncClient(transport=Distant(Overheard(ears), EVENT_LATENCY))
    async with opened(
        CONTACTS, time=LoopTime(), sleep=asyncio.sleep, network=distant_sandbox, subscriber=client
    ) as site:
        await furnish(client_of(site.sandbox), asyncio.sleep)
        url = "http://gateway" + webhooks.PATH
        site.sandbox.outbox.clear()
        if announced:
            site.sandbox.outbox.subscribe(Subscription(url))
            ears.router.routes.extend(_ears(site))
            site.sandbox.outbox.wake = site.sandbox.courier.wake
        site.sandbox.calls.clear()
        site.sandbox.limiter.limit = 200
        yield site


async def furnish(wix: httpx.AsyncClient, sleep: Callable[[float], Any]) -> None:
    """Give a site its 50 labels, the new ones on 50 contacts each."""
    paths = {"labels": "/contacts/v4/labels", "contacts": "/contacts/v4/contacts"}
    async with wix:
        held = (await wix.get(paths["labels"])).json()["labels"]
        people = (await wix.get(paths["contacts"], params={"paging.limit": 1_000})).json()
        ids = [each["id"] for each in people["contacts"]]
        for number in range(LABELS - len(held)):
            made = await wix.post(paths["labels"], json={"displayName": f"Group {number}"})
            chosen = {"id": {"$in": ids[number * 10 : number * 10 + 50]}}
            keys = [made.json()["label"]["key"]]
            order = {"filter": chosen, "labelKeysToAdd": keys}
            await wix.post("/contacts/v4/bulk/contacts/add-remove-labels", json=order)
        await sleep(2.0)
        await wix.get(paths["labels"])


def labels_of(site: Site) -> list[str]:
    """Tell the keys of all labels, for no call."""
    rows = site.sandbox.store.db.execute(
        "SELECT key FROM definitions WHERE kind = 'label' ORDER BY position"
    )
    return [row["key"] for row in rows]


def asker(site: Site) -> Ask:
    """Run operations as the gateway's edge does, each with its deadline."""

    async def ask(document: str, **variables: Any) -> Response:
        with site.within(DEADLINE):
            answer = await site.run(document, **variables)
        site.contexts.clear()
        return {"data": answer.data, "errors": answer.errors}

    return ask


def _ears(site: Site) -> list[Any]:
    inbox = Inbox(
        site.services.freshness,
        OwnHistory(clock=site.time.monotonic),
        addressee=Addressee(INSTANCE_ID, SITE_ID),
        now=site.time.wall,
    )
    keys = read_keys(site.sandbox.signer.public_pem)
    signatures = Signatures(lambda: keys, now=lambda: site.time.wall().timestamp())
    pigeonhole = Pigeonhole(SITE_ID, Addressee(INSTANCE_ID, SITE_ID), inbox)
    sender = Sender(signatures, Mailroom([pigeonhole]))
    return webhooks.routes(Reception([sender], body_bytes=1_048_576))
