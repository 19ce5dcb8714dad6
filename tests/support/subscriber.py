"""A subscriber to the sandbox's webhooks, and a look into what it is sent."""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.sandbox.app import SandboxOptions
from tests.support.sandboxes import EMPTY, LABELS, Site, running

FIRST = 1_795_251_600_000
"""Where sequences begin: the manual clock's time in milliseconds."""
URL = "http://subscriber.example.com/hooks"


@dataclass
class Subscriber:
    """Keeps what it is sent, and answers what it is told to; an exception is raised instead."""

    answers: Callable[[int], int | Exception] = lambda _: 200
    """From the number of the request, beginning with 1, to a status."""
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers(len(self.requests))
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The domain events received, innermost level."""
        return [json.loads(envelope_of(request)["data"]) for request in self.requests]


class Sleeper(httpx.AsyncBaseTransport):
    """A subscriber that never answers."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError(request)


def claims_of(request: httpx.Request) -> dict[str, Any]:
    """Read the claims of the token that is the body, without checking its signature."""
    _, claims, _ = request.content.decode().split(".")
    decoded: dict[str, Any] = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    return decoded


def envelope_of(request: httpx.Request) -> dict[str, Any]:
    """Read the outermost of the three levels."""
    envelope: dict[str, Any] = json.loads(claims_of(request)["data"])
    return envelope


@asynccontextmanager
async def subscribed(
    subscriber: Subscriber, options: SandboxOptions = EMPTY, **wishes: Any
) -> AsyncIterator[Site]:
    """Run a sandbox that tells the subscriber of what happens."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(subscriber))
    async with running(options, client) as site:
        await site.control("PUT", "/webhooks", url=URL, **wishes)
        yield site


async def make_label(site: Site, name: str) -> str:
    """Cause an event; return the new label's key."""
    answer = await site.client.post(LABELS, json={"displayName": name})
    key: str = answer.json()["label"]["key"]
    return key
