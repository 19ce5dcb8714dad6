"""The real endpoint around a small schema, for tests of the way there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import strawberry
from starlette.types import Receive, Scope, Send

from gateway.edge.admission import Admission, anybody
from gateway.edge.exchange import header
from gateway.edge.execution import Executions
from gateway.edge.front import Front, access
from gateway.edge.graphql import GraphQLEndpoint
from gateway.edge.idempotency import Idempotency
from gateway.edge.known.library import Library
from gateway.edge.limits import Limits
from gateway.edge.live.answering import Answering
from gateway.edge.live.gathering import Gathering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.standing import Standing
from gateway.edge.live.streaming import Streaming
from gateway.edge.live.subscriptions import Subscriptions
from gateway.edge.operations import OperationContext, Operations
from gateway.edge.origins import Origins
from gateway.edge.outcomes import OutcomesInProcess, OutcomeStore
from gateway.edge.overload import Shedder
from gateway.edge.pricing import Pricing
from gateway.edge.routers.proofs import NoProof, RouterProof
from gateway.edge.sites import Sites
from gateway.edge.tracing import Tracing
from gateway.edge.windows import NoWindows, Windows
from gateway.model.principal import SCOPES, Caller
from tests.support.listening import Overheard
from tests.support.small_schema import CAUSE, Stage, small_schema

SITE = "site"
ANYBODY = Caller("anonymous", SCOPES, sites=None, expires_at=None)
BRIEF = 1e-6
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def _whose(scope: Scope) -> str:
    """Take everybody for who he says he is."""
    return header(scope, b"x-caller") or "anonymous"


class ManualBudget:
    """A site's calls, a few of them used up."""

    limit = 200

    def remaining(self) -> int:
        return 190

    def resets_in(self) -> float:
        return 30.0


async def nothing_else(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer 404 to everything."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@dataclass
class Served:
    """The endpoint behind its front, and a client to it."""

    stage: Stage
    executions: Executions
    front: Front
    client: httpx.AsyncClient

    async def post(self, query: Any, *, accept: str = "*/*", **more: Any) -> httpx.Response:
        """Post one operation."""
        body = {"query": query, **more}
        return await self.client.post("/graphql", json=body, headers={"accept": accept})

    def background(self, query: str) -> asyncio.Task[httpx.Response]:
        """Post one operation, and do not wait for its answer."""
        return asyncio.create_task(self.post(query))


@asynccontextmanager
async def served(
    limits: Limits | None = None,
    *,
    outcomes: OutcomeStore | None = None,
    reported: bool = False,
    ceiling: int = 200,
    concurrent: int = 256,
    caller: Caller = ANYBODY,
    windows: Windows | None = None,
    origins: Iterable[str] = (),
    page_shown: bool = True,
    library: Library | None = None,
    routers: RouterProof | None = None,
    log: Any = None,
    schema: strawberry.Schema | None = None,
    new_context: Callable[[], OperationContext] | None = None,
) -> AsyncIterator[Served]:
    """Serve the small schema, or another whose context is `new_context`."""
    stage = Stage()
    if outcomes is None:
        outcomes = OutcomesInProcess(limit=65_536, clock=time.monotonic)

    async def make_context(_scope: Scope) -> OperationContext:
        if stage.refuses:
            raise RuntimeError(CAUSE)
        return stage if new_context is None else new_context()

    schema = schema or small_schema()
    executions = Executions()
    shedder = Shedder(executions, most=concurrent, each=BRIEF, processor=lambda: 0.0)
    pricing = Pricing(
        schema._schema,
        lambda _: ManualBudget(),
        ceiling=ceiling,
        reported=reported,
        now=lambda: NOW,
    )
    tracing = Tracing(lambda scope: header(scope, b"x-may-trace") == "yes")
    operations = Operations(
        schema,
        make_context,
        limits=limits or Limits(),
        executions=executions,
        idempotency=Idempotency(lambda _: outcomes, _whose),
        pricing=pricing,
        tracing=tracing,
        library=library or Library(),
        routers=routers or NoProof(),
    )
    windows, admit = windows or NoWindows(), Admission(anybody(caller), Sites([SITE]))
    subscriptions = Subscriptions(
        schema,
        make_context,
        pricing=pricing,
        windows=windows,
        standing=Standing(admit),
        seconds=(limits or Limits()).seconds,
    )
    answering = Answering(
        operations,
        subscriptions,
        pricing=pricing,
        windows=windows,
        shedder=shedder,
        limits=limits or Limits(),
    )
    live = LiveLimits()
    endpoint = GraphQLEndpoint(
        operations,
        admit=admit,
        limits=limits or Limits(),
        pricing=pricing,
        tracing=tracing,
        windows=windows,
        shedder=shedder,
        origins=Origins(origins),
        streaming=Streaming(answering, Gathering(live.connections), live),
        page_shown=page_shown,
    )
    front = Front(
        graphql=endpoint,
        rest=nothing_else,
        new_id=lambda: "made-up",
        shedder=shedder,
        origins=Origins(origins),
        log=log or access,
    )
    transport = Overheard(front)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield Served(stage, executions, front, client)


def scope_of(method: str = "POST", path: str = "/graphql", **headers: str) -> dict[str, Any]:
    """Write an ASGI scope as a server does; header names are given with underscores."""
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }


class Line:
    """A raw ASGI connection that a test can hang up."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.hung_up = asyncio.Event()
        self.sent: list[MutableMapping[str, Any]] = []

    async def receive(self) -> MutableMapping[str, Any]:
        """Hand over the body, then wait for the caller to hang up."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Keep what is answered."""
        self.sent.append(message)
