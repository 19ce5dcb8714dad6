"""Answers over server-sent events: the distinct connections mode of graphql-sse.

Each operation has a stream of its own (PROTOCOL.md in the repository of graphql-sse): ``next`` for
each result, then ``complete``. A stream that ends without ``complete`` has not ended by itself, and
is to be asked for again.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Final

import orjson
import structlog
from starlette.types import Receive, Send

from gateway.crm.listening import ListeningFault
from gateway.edge import answers
from gateway.edge.answers import Style
from gateway.edge.live.gathering import Gathering
from gateway.edge.media import EVENT_STREAM

_HEADERS: Final = [
    (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode()),
    (b"cache-control", b"no-store"),
    (b"vary", b"accept"),
    (b"x-accel-buffering", b"no"),  # lest a proxy waits for more
]
_COMPLETE: Final = b"event: complete\ndata: \n\n"
_SIGN_OF_LIFE: Final = b":\n\n"

log = structlog.get_logger(source="gateway.live")


def as_event(body: bytes) -> bytes:
    """Write a result, whose body is JSON in one line."""
    return b"event: next\ndata: %b\n\n" % body


class EventStream:
    """An answer that goes on until there is nothing more to tell, or nobody to tell it to."""

    def __init__(
        self,
        bodies: AsyncGenerator[bytes, None],
        *,
        style: Style,
        gathering: Gathering,
        ping_seconds: float,
        lasts: float | None = None,
    ) -> None:
        self._bodies = bodies
        self._style = style
        self._gathering = gathering
        self._ping_seconds = ping_seconds
        self._lasts = lasts
        """Seconds until the caller's token ends; None where it never does."""

    async def run(self, receive: Receive, send: Send) -> None:
        """Write the stream until it ends, the caller hangs up, or he has to come again.

        Raises:
            Refusal: No more connections can stay open; nothing was written.
        """
        over = asyncio.Event()
        with self._gathering.joined(over.set):
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            write = _writing(send)
            await write(_SIGN_OF_LIFE)
            actors = [
                asyncio.create_task(actor)
                for actor in (self._tell(write), self._ping(write), _hung_up(receive), over.wait())
            ]
            try:
                await asyncio.wait(actors, timeout=self._lasts, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for actor in actors:
                    actor.cancel()
                await asyncio.gather(*actors, return_exceptions=True)
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b""})

    async def _tell(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        try:
            async with aclosing(self._bodies) as bodies:
                async for body in bodies:
                    await write(as_event(body))
            await write(_COMPLETE)
        except ListeningFault as fault:
            await write(as_event(self._sent_away(fault)))
        except OSError:
            return
        except Exception:
            log.exception("an event stream failed", request_id=self._style.request_id)
            await write(as_event(answers.broken(self._style).body))
            await write(_COMPLETE)

    async def _ping(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Show now and then that the connection lives, to proxies as well."""
        while True:
            await asyncio.sleep(self._ping_seconds)
            await write(_SIGN_OF_LIFE)

    def _sent_away(self, fault: ListeningFault) -> bytes:
        extensions = {"code": fault.code, "requestId": self._style.request_id}
        return orjson.dumps({"errors": [{"message": fault.message, "extensions": extensions}]})


def _writing(send: Send) -> Callable[[bytes], Awaitable[None]]:
    async def write(text: bytes) -> None:
        await send({"type": "http.response.body", "body": text, "more_body": True})

    return write


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
