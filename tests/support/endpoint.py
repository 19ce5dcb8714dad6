"""A small schema behind the real endpoint, for tests of the way there."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, NewType

import httpx
import strawberry
from graphql import GraphQLError
from starlette.types import Receive, Scope, Send
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

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
from gateway.errors import OutcomeUnknown, Throttled
from gateway.model.principal import SCOPES, Caller
from tests.support.listening import Overheard

SITE = "site"
ANYBODY = Caller("anonymous", SCOPES, sites=None, expires_at=None)
BRIEF = 1e-6
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@dataclass
class Stage:
    """What the small schema's resolvers reach, and what tests see of them."""

    release: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0
    written: int = 0
    tried: int = 0
    closed: int = 0
    echoes: Any = None
    refuses: bool = False
    withheld: list[GraphQLError] = field(default_factory=list)

    def close(self) -> None:
        self.closed += 1

    async def wait(self) -> None:
        self.started.set()
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


CAUSE: Final = "the database password is hunter2"
"""What exceptions say. It stands here, for a traceback shows the lines that raise them."""


def _parse_weekday(value: object) -> str:
    if value != "monday":
        raise ValueError("there is only monday")
    return value


Weekday = NewType("Weekday", str)
_WEEKDAY = strawberry.scalar(name="Weekday", parse_value=_parse_weekday)


_Info = strawberry.Info[Stage, None]


@strawberry.enum
class Colour(Enum):
    """Words that a caller may misspell."""

    GREEN = "green"


@strawberry.type
class Query:
    """Answers of every kind."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def number(self, value: int) -> int:
        return value

    @strawberry.field
    def echo(self, info: _Info, value: JSON | None = None) -> JSON | None:
        return info.context.echoes if value is None else value

    @strawberry.field
    def weekday(self, value: Weekday) -> str:
        return value

    @strawberry.field
    def colour(self, value: Colour) -> str:
        return str(value.value)

    @strawberry.field
    def inner(self) -> "Query":
        return Query()

    @strawberry.field
    def rows(self, first: int | None = 5) -> list["Query"]:
        return [Query()] * (first or 0)

    @strawberry.field
    async def slow(self, info: _Info) -> str:
        await info.context.wait()
        return "done"

    @strawberry.field
    def broken(self) -> str | None:
        raise RuntimeError(CAUSE)

    @strawberry.field
    def unbearable(self) -> str:
        raise RuntimeError(CAUSE)

    @strawberry.field
    def throttled(self) -> str | None:
        raise Throttled("The site's calls are used up.")


@strawberry.type
class HalfDone:
    """What was written, and cannot be read."""

    @strawberry.field
    def throttled(self) -> str:
        raise Throttled("The site's calls are used up.")


@strawberry.type
class Mutation:
    """One write, as slow as the test wants, and some that fail."""

    @strawberry.mutation
    async def write(self, info: _Info) -> int:
        await info.context.wait()
        info.context.written += 1
        return info.context.written

    @strawberry.mutation
    def throttled(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise Throttled("The site's calls are used up.")

    @strawberry.mutation
    def unknown(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise OutcomeUnknown("Nobody knows.")

    @strawberry.mutation
    def broken(self, info: _Info) -> int | None:
        info.context.tried += 1
        raise RuntimeError(CAUSE)

    @strawberry.mutation
    def unbearable(self, info: _Info) -> int:
        info.context.tried += 1
        raise RuntimeError(CAUSE)

    @strawberry.mutation
    def half(self, info: _Info) -> HalfDone | None:
        info.context.tried += 1
        return HalfDone()


def _whose(scope: Scope) -> str:
    """Take everybody for who he says he is."""
    return header(scope, b"x-caller") or "anonymous"


class _Schema(strawberry.Schema):
    """Leaves errors to the edge, as the gateway's schema does."""

    def process_errors(self, *_args: Any, **_kwargs: Any) -> None:
        """Log nothing."""


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

    config = StrawberryConfig(
        scalar_map={Weekday: _WEEKDAY}, enable_experimental_incremental_execution=True
    )
    schema = schema or _Schema(Query, Mutation, config=config)
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
