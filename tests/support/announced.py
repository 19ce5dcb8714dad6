"""The whole gateway over a sandbox that tells it what changes there, by signed webhooks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.app import create_app
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.webhooks.events import Subscription
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.sandboxes import ManualTime, client_of

WEBHOOKS = "/webhooks/wix"


@dataclass
class _Late:
    """An application that is made after those who call it."""

    app: ASGIApp | None = None
    holding: bool = False
    """Whether webhooks are kept back: taken, and not passed on."""
    bodies: list[bytes] = field(default_factory=list)
    """What was posted."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        chunks: list[bytes] = []

        async def listen() -> Message:
            message = await receive()
            chunks.append(message.get("body", b""))
            return message

        if self.holding:
            await _taken(listen, send)
        else:
            await self.app(scope, listen, send)
        self.bodies.append(b"".join(chunks))


async def _taken(receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@dataclass
class Announced:
    """A gateway, its sandbox, a client of the one and a client of the other."""

    sandbox: Sandbox
    gateway: httpx.AsyncClient
    behind: httpx.AsyncClient
    """Changes the site behind the gateway's back."""
    bodies: list[bytes]
    """The webhooks sent so far."""

    async def ask(self, query: str, /, **variables: Any) -> Any:
        """Run one operation, in which nothing may fail."""
        body = {"query": query, "variables": variables}
        answer = (await self.gateway.post("/graphql", json=body)).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def change(self, method: str, path: str, **body: Any) -> Any:
        """Change the site behind the gateway's back, and wait until all events are delivered."""
        answer = await self.behind.request(method, f"/contacts/v4{path}", json=body or None)
        assert answer.status_code == 200, answer.text
        await self.sandbox.courier.idle()
        return answer.json()

    async def deliver(self, body: bytes) -> tuple[int, Any]:
        """Post a webhook; tell how it was answered."""
        answer = await self.gateway.post(WEBHOOKS, content=body)
        return answer.status_code, answer.json()

    def calls(self) -> int:
        """Tell how many calls the site has taken, of the gateway's and of those behind its back."""
        total: int = self.sandbox.calls.report()["total"]
        return total

    def outcomes(self) -> list[int | None]:
        """Tell how the deliveries so far were answered."""
        return [attempt.status for attempt in self.sandbox.outbox.attempts]


@asynccontextmanager
async def announced(
    *, subscribed: bool = True, untidy: bool = False, holding: bool = False
) -> AsyncIterator[Announced]:
    """Run both; the sandbox waits by a clock of its own, so that no delivery takes long.

    An `untidy` sandbox sends every event twice, and lets events overtake each other. With
    `holding` nothing is passed on, so that a test can deliver the bodies when it likes.
    """
    late, hours = _Late(holding=holding), ManualTime()
    sandbox = create_sandbox(
        SandboxOptions(contacts=12, rate_limit=0),
        monotonic=hours.monotonic,
        sleep=hours.sleep,
        subscriber=httpx.AsyncClient(transport=Overheard(late)),
    )
    if subscribed:
        url = f"http://gateway{WEBHOOKS}"
        sandbox.outbox.subscribe(Subscription(url, duplicates=untidy, disorder=untidy))
    late.app = app = create_app(Settings(), sandbox=sandbox)
    transport = Overheard(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as gateway,
        client_of(sandbox) as behind,
    ):
        try:
            yield Announced(sandbox, gateway, behind, late.bodies)
        finally:
            await app.state.gateway.aclose()
            await sandbox.aclose()
