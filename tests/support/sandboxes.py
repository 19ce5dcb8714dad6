"""Sandboxes for tests: in process, under a clock that a test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.transport import SandboxTransport

ORIGIN = "http://sandbox.test"
KEY = {
    "authorization": "sandbox-key",
    "wix-site-id": "11111111-1111-4111-8111-111111111111",
}
APP = {
    "client_id": "22222222-2222-4222-8222-222222222222",
    "client_secret": "sandbox-secret",
}
INSTANCE = "33333333-3333-4333-8333-333333333333"
LABELS = "/contacts/v4/labels"
CONTACTS = "/contacts/v4/contacts"

EMPTY = SandboxOptions(contacts=0)


class ManualTime:
    """Time of day and elapsed seconds, both moved by ``advance``; sleeping moves them too."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.slept: list[float] = []

    def advance(self, seconds: float) -> None:
        self.elapsed += seconds

    def wall(self) -> datetime:
        return datetime(2026, 11, 21, 9, 0, tzinfo=UTC) + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Site:
    """A sandbox, its time, and a client that holds the API key."""

    sandbox: Sandbox
    time: ManualTime
    client: httpx.AsyncClient

    async def control(self, method: str, path: str = "", **document: Any) -> Any:
        """Call a control route that is expected to succeed, and return what it answers."""
        answer = await self.client.request(method, f"/_sandbox{path}", json=document)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def statuses(self, how_many: int, path: str = LABELS) -> list[int]:
        """Make the same call several times."""
        return [(await self.client.get(path)).status_code for _ in range(how_many)]


@asynccontextmanager
async def running(
    options: SandboxOptions = EMPTY, subscriber: httpx.AsyncClient | None = None
) -> AsyncIterator[Site]:
    """Run a sandbox for the length of the block."""
    time = ManualTime()
    sandbox = create_sandbox(
        options,
        clock=time.wall,
        monotonic=time.monotonic,
        sleep=time.sleep,
        subscriber=subscriber,
    )
    client = client_of(sandbox)
    try:
        yield Site(sandbox, time, client)
    finally:
        await client.aclose()
        await sandbox.aclose()


def client_of(sandbox: Sandbox) -> httpx.AsyncClient:
    """Make a client that calls the sandbox with the API key, on the site that it is."""
    headers = KEY | {"wix-site-id": sandbox.place.site_id}
    return httpx.AsyncClient(transport=SandboxTransport(sandbox), base_url=ORIGIN, headers=headers)
