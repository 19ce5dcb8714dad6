"""Two ways to ask the whole gateway for more than one answer, which tests read alike.

`next` gives a result as it was sent, or a word on how there are no more: ``complete``, the code
that a WebSocket was closed with, or ``cut`` where a stream ended without being complete.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, Final, Literal, Protocol

import orjson
from starlette.types import ASGIApp

from tests.support.endpoint import Line, scope_of
from tests.support.live import ACK, INIT, Socket
from tests.support.three_sites import IDS, ThreeSites

Way = Literal["socket", "stream"]
WAYS: Final[tuple[Way, ...]] = ("socket", "stream")
CUT: Final = "cut"
COMPLETE: Final = "complete"

_TURNS: Final = 10_000


class Told(Protocol):
    """What comes to one who asked."""

    async def next(self) -> Any:
        """Tell the next result, or how it ended."""
        ...


class _Stream(Line):
    """An answer over HTTP, read as it comes."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(orjson.dumps(body))
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue()
        self._over = False
        """Whether there was one answer, which is no stream."""

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """Keep what is answered, for `next` to read."""
        await super().send(message)
        if message["type"] == "http.response.body":
            self._pieces.put_nowait(message["body"])

    async def next(self) -> Any:
        """Tell the next result, or how it ended."""
        if self._over:
            return COMPLETE
        piece = await self._pieces.get()
        if piece.startswith(b":"):
            return await self.next()
        if piece.startswith(b"event: complete"):
            return COMPLETE
        self._over = piece.startswith(b"{")
        return orjson.loads(piece.removeprefix(b"event: next\ndata: ")) if piece else CUT


class _OverSocket:
    """An operation over a WebSocket of its own."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self._over = False
        """Whether there was an error instead of results, which ends an operation by itself."""

    async def begin(self, body: Mapping[str, Any], greeting: Mapping[str, str]) -> None:
        """Show who asks, and ask."""
        assert (await self.socket.next())["type"] == "websocket.accept"
        self.socket.send({**INIT, "payload": greeting})
        self.socket.send({"type": "subscribe", "id": "1", "payload": body})

    async def next(self) -> Any:
        """Tell the next result, or how it ended."""
        if self._over:
            return COMPLETE
        message = await self.socket.next()
        if message["type"] == "websocket.close":
            return str(message["code"])
        content = orjson.loads(message["text"])
        match content:
            case {"type": "next"}:
                return content["payload"]
            case {"type": "error"}:
                self._over = True
                return {"errors": content["payload"]}
            case {"type": "complete"}:
                return COMPLETE
        assert content == ACK
        return await self.next()


@asynccontextmanager
async def asked(
    app: ASGIApp,
    way: Way,
    body: Mapping[str, Any],
    *,
    credential: str | None = None,
    site: str | None = None,
    **headers: str,
) -> AsyncIterator[Told]:
    """Ask for something; a WebSocket's credentials are in its greeting, `headers` are not."""
    shown = {} if credential is None else {"authorization": f"Bearer {credential}"}
    if site is not None:
        shown["x-wix-site-id"] = IDS.get(site, site)
    if way == "socket":
        async with Socket(app, headers) as socket:
            told = _OverSocket(socket)
            await told.begin(body, shown)
            yield told
        return
    stream = _Stream(body)
    wanted = {"content-type": "application/json", "accept": "text/event-stream"}
    scope = scope_of(**wanted, **shown, **headers)
    answering = asyncio.ensure_future(app(scope, stream.receive, stream.send))
    yield stream
    stream.hung_up.set()
    await answering


async def answer_to(app: ASGIApp, way: Way, body: Mapping[str, Any], **more: Any) -> list[Any]:
    """Ask for something that ends by itself; tell all of it."""
    everything: list[Any] = []
    async with asked(app, way, body, **more) as told:
        while not everything or not isinstance(everything[-1], str):
            everything.append(await told.next())
    return everything


async def first(sites: ThreeSites, way: Way, caller: str, /, **body: Any) -> Any:
    """Tell the first result that one of the callers has."""
    async with asked(sites.app, way, body, credential=sites.keys[caller]) as told:
        return await told.next()


def codes_in(result: Any) -> list[str]:
    """Tell the codes of a result's errors."""
    return [error["extensions"]["code"] for error in result["errors"]]


def listeners(sites: ThreeSites, site: str) -> int:
    """Tell how many listen to what happens on a site."""
    return len(sites.app.state.gateway.sites[IDS[site]].services.live)


async def until(true: Callable[[], bool]) -> None:
    """Let others go on until something is true."""
    for _ in range(_TURNS):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("It never comes to that.")
