"""Two sites in one process that look alike, but for a mark in every value: none may cross."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import create_app
from gateway.sandbox.access.credentials import Place
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.webhooks.events import Subscription
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.sandboxes import client_of

CONTACTS = 12
MARKS = ("north", "south")


@dataclass
class MarkedSite:
    """A site whose values all begin with its mark, and the gateway before it."""

    mark: str
    sandbox: Sandbox
    gateway: httpx.AsyncClient
    behind: httpx.AsyncClient
    """Changes the site behind the gateway's back, which webhooks tell it of."""
    contacts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """The contacts' ids and the labels' keys; the same on all marked sites."""

    async def ask(
        self, query: str, /, under: str | None = None, **variables: Any
    ) -> httpx.Response:
        """Run one operation, a mutation `under` an ``Idempotency-Key`` if one is given."""
        headers = {} if under is None else {"idempotency-key": under}
        body = {"query": query, "variables": variables}
        return await self.gateway.post("/graphql", json=body, headers=headers)

    async def change(self, path: str, body: dict[str, Any]) -> None:
        """Change something behind the gateway's back."""
        (await self.behind.patch(f"/contacts/v4{path}", json=body)).raise_for_status()

    async def put_marks(self) -> None:
        """Begin every custom label's name and every contact's company with the mark."""
        labels = (await self.behind.get("/contacts/v4/labels?paging.limit=100")).json()["labels"]
        keys = (label["key"] for label in labels)
        self.labels = tuple(key for key in keys if key.startswith("custom."))
        for key in self.labels:
            await self.change(f"/labels/{key}", {"label": {"displayName": f"{self.mark} {key}"}})
        found = await self.behind.post("/contacts/v4/contacts/query", json={})
        contacts = found.json()["contacts"]
        self.contacts = tuple(contact["id"] for contact in contacts)
        for contact in contacts:
            info = {"company": f"{self.mark} Ltd", "labelKeys": {"items": list(self.labels[:3])}}
            body = {"revision": contact["revision"], "info": info}
            await self.change(f"/contacts/{contact['id']}", body)
        await self.sandbox.courier.idle()


@asynccontextmanager
async def two_sites(
    *, site_ids: tuple[str, str] = MARKS, redis_url: str | None = None
) -> AsyncIterator[tuple[MarkedSite, MarkedSite]]:
    """Open two gateways in this process over two sandboxes of equal content."""
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(_marked(mark, site_id, redis_url))
            for mark, site_id in zip(MARKS, site_ids, strict=True)
        ]
        assert (first.contacts, first.labels) == (second.contacts, second.labels)
        yield first, second


@asynccontextmanager
async def _marked(mark: str, site_id: str, redis_url: str | None) -> AsyncIterator[MarkedSite]:
    late = _Late()
    sandbox = create_sandbox(
        SandboxOptions(contacts=CONTACTS, rate_limit=0, place=Place(site_id, f"app on {site_id}")),
        subscriber=httpx.AsyncClient(transport=Overheard(late)),
    )
    sandbox.outbox.subscribe(Subscription("http://gateway/webhooks/wix"))
    settings = Settings(
        wix_calls_per_minute=1_000_000,
        redis_url=None if redis_url is None else SecretStr(redis_url),
    )
    late.app = app = create_app(settings, sandbox=sandbox)
    transport = Overheard(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as gateway,
        client_of(sandbox) as behind,
    ):
        site = MarkedSite(mark, sandbox, gateway, behind)
        try:
            await site.put_marks()
            yield site
        finally:
            await app.state.gateway.aclose()
            await sandbox.aclose()


@dataclass
class _Late:
    """An application that is made after the sandbox that calls it."""

    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)
