"""A small schema that tells what a test says, behind the real connections that stay open."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

import orjson
import strawberry
from graphql import GraphQLError
from starlette.types import ASGIApp, Scope
from strawberry.schema.config import StrawberryConfig

from gateway.crm.listening import ListenerTooSlow
from gateway.edge.exchange import exchange_of, header
from gateway.edge.execution import Executions
from gateway.edge.idempotency import Idempotency
from gateway.edge.known.library import Library
from gateway.edge.limits import Limits
from gateway.edge.live.answering import Answering
from gateway.edge.live.gathering import Gathering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.sockets import Sockets
from gateway.edge.live.standing import Standing
from gateway.edge.live.streaming import Streaming
from gateway.edge.live.subscriptions import Subscriptions
from gateway.edge.operations import Operations
from gateway.edge.origins import Origins
from gateway.edge.outcomes import OutcomesInProcess
from gateway.edge.overload import Shedder
from gateway.edge.pricing import Pricing
from gateway.edge.refusals import Refusal
from gateway.edge.routers.proofs import NoProof
from gateway.edge.tracing import Tracing
from gateway.edge.windows import NoWindows, Windows
from gateway.errors import UpstreamForbidden
from gateway.model.principal import Principal
from tests.support.endpoint import NOW, SITE, ManualBudget

PROTOCOL: Final = "graphql-transport-ws"
REQUEST_ID: Final = "made-up"
INIT: Final = {"type": "connection_init"}
ACK: Final = {"type": "connection_ack"}

FAULTS: Final = {
    "too slow": ListenerTooSlow("You do not keep up."),
    "forbidden": UpstreamForbidden("Wix does not tell."),
    "broken": RuntimeError("the database password is hunter2"),
}
"""Words that are not told, but raised."""


@dataclass
class Stage:
    """What the small schema's resolvers reach, and what tests see of them."""

    words: list[asyncio.Queue["Said"]] = field(default_factory=list)
    """A queue for each listener to `said`."""
    executed: int = 0
    withheld: list[GraphQLError] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def arrive(self, queue: asyncio.Queue["Said"]) -> None:
        """Take a listener in."""
        async with self._arrived:
            self.words.append(queue)
            self._arrived.notify_all()

    async def listeners(self, count: int) -> None:
        """Wait until so many listen."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.words) == count)

    def say(self, word: str) -> None:
        """Tell all who listen."""
        said = Said(word=word)
        for queue in self.words:
            queue.put_nowait(said)

    def close(self) -> None:
        """End nothing."""


_Info = strawberry.Info[Stage, None]


@strawberry.type
class Query:
    """One answer."""

    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    async def slow(self) -> str:
        await asyncio.Event().wait()
        return "never"


@strawberry.type
class Said:
    """A word."""

    word: str

    @strawberry.field
    def loud(self, info: _Info) -> str:
        info.context.executed += 1
        return self.word.upper()


@strawberry.type
class Subscription:
    """What is told while it happens: here, whatever the test says."""

    @strawberry.subscription
    async def said(self, info: _Info) -> AsyncIterator[Said]:
        queue: asyncio.Queue[Said] = asyncio.Queue()
        await info.context.arrive(queue)
        try:
            while True:
                said = await queue.get()
                if said.word in FAULTS:
                    raise FAULTS[said.word]
                yield said
        finally:
            info.context.words.remove(queue)

    @strawberry.subscription
    async def counted(self, upto: int) -> AsyncIterator[int]:
        for number in range(1, upto + 1):
            yield number


async def admit(scope: Scope) -> Principal:
    """Let in whoever does not say that he is a stranger; ``until N`` is a token that ends."""
    shown = header(scope, b"authorization") or ""
    if shown == "stranger":
        raise Refusal("Nobody knows you.", code="UNAUTHENTICATED", status=401)
    word, _, seconds = shown.partition(" ")
    end = NOW.timestamp() + float(seconds) if word == "until" else None
    principal = Principal("ada", SITE, frozenset(), end)
    exchange_of(scope).principal = principal
    return principal


class Live:
    """The small schema over WebSockets and over event streams."""

    def __init__(
        self,
        limits: LiveLimits | None = None,
        *,
        windows: Windows | None = None,
        concurrent: int = 256,
        reported: bool = False,
        library: Library | None = None,
        allowed: Iterable[str] = (),
    ) -> None:
        config = StrawberryConfig(enable_experimental_incremental_execution=True)
        schema = strawberry.Schema(Query, subscription=Subscription, config=config)
        self.stage = Stage()
        self.limits = limits or LiveLimits()
        self.gathering = Gathering(self.limits.connections)
        json_limits = Limits(seconds=0.2)
        pricing = Pricing(schema._schema, lambda _: ManualBudget(), ceiling=200, reported=reported)
        executions, windows = Executions(), windows or NoWindows()
        shedder = Shedder(executions, most=concurrent, clock=lambda: 0.0)
        outcomes = OutcomesInProcess(limit=65_536, clock=time.monotonic)
        self.operations = Operations(
            schema,
            self.make_context,
            limits=json_limits,
            executions=executions,
            idempotency=Idempotency(lambda _: outcomes, lambda _: "ada"),
            pricing=pricing,
            tracing=Tracing(lambda _: False),
            library=library or Library(),
            routers=NoProof(),
        )
        subscriptions = Subscriptions(
            schema,
            self.make_context,
            pricing=pricing,
            windows=windows,
            standing=Standing(admit),
            seconds=1.0,
        )
        answering = Answering(
            self.operations,
            subscriptions,
            pricing=pricing,
            windows=windows,
            shedder=shedder,
            limits=json_limits,
        )
        self.streaming = Streaming(answering, self.gathering, self.limits, wall=NOW.timestamp)
        self.sockets = Sockets(
            answering,
            admit=admit,
            path="/graphql",
            gathering=self.gathering,
            new_id=lambda: REQUEST_ID,
            limits=self.limits,
            json_limits=json_limits,
            allows=Origins(allowed).allows,
            wall=NOW.timestamp,
        )

    async def make_context(self, _scope: Scope) -> Stage:
        """Hand out the stage."""
        return self.stage

    def socket(self, **headers: str) -> "Socket":
        """Open a WebSocket."""
        return Socket(self.sockets, headers)


class Socket:
    """The other side of a WebSocket; use it as a context manager."""

    def __init__(self, sockets: ASGIApp, headers: dict[str, str]) -> None:
        self._sockets = sockets
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": [PROTOCOL],
        }
        self._inbound: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self._outbound: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
        self.readable = asyncio.Event()
        """Cleared where the other side does not read."""
        self.readable.set()

    async def __aenter__(self) -> Self:
        self._inbound.put_nowait({"type": "websocket.connect"})
        serving = self._sockets(self.scope, self._inbound.get, self._take)
        self._task = asyncio.ensure_future(serving)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._inbound.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self._task

    async def _take(self, message: MutableMapping[str, Any]) -> None:
        await self.readable.wait()
        self._outbound.put_nowait(message)

    async def next(self) -> MutableMapping[str, Any]:
        """Tell the next message of ASGI."""
        return await self._outbound.get()

    async def greet(self, **payload: Any) -> None:
        """Begin as clients do."""
        assert (await self.next())["type"] == "websocket.accept"
        self.send({**INIT, "payload": payload})
        assert await self.read() == ACK

    def send(self, message: Any) -> None:
        """Send a message, written as JSON."""
        self.send_raw(text=orjson.dumps(message).decode())

    def send_raw(self, **content: Any) -> None:
        """Send a text, or bytes."""
        self._inbound.put_nowait({"type": "websocket.receive", **content})

    def subscribe(self, query: str, *, to: str = "1", **variables: Any) -> None:
        """Begin an operation."""
        payload = {"query": query, "variables": variables}
        self.send({"type": "subscribe", "id": to, "payload": payload})

    async def read(self) -> Any:
        """Read a message that must be one of the protocol's."""
        message = await self.next()
        assert message["type"] == "websocket.send"
        return orjson.loads(message["text"])

    async def closed(self) -> tuple[int, str]:
        """Tell how it is closed, which must be next."""
        message = await self.next()
        assert message["type"] == "websocket.close"
        return message["code"], message.get("reason", "")
