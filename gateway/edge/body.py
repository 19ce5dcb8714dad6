"""Reads a request's body within its size and its time."""

import asyncio

from starlette.types import Receive

from gateway.edge.overload import overloaded
from gateway.edge.refusals import Refusal


class Arrivals:
    """How many bytes of bodies are here of requests that are not: of all connections together."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._held

    def hold(self, size: int) -> None:
        """Hold so many more.

        Raises:
            Refusal: 503 ``OVERLOADED``: there is no room.
        """
        if self._held + size > self._limit:
            raise overloaded()
        self._held += size

    def release(self, size: int) -> None:
        """Hold so many less."""
        self._held -= size


class HungUp(Exception):
    """The caller no longer listens: there is nobody to answer."""


async def read_body(
    receive: Receive,
    *,
    declared: str | None,
    limit: int,
    seconds: float,
    arrivals: Arrivals | None = None,
) -> bytes:
    """Read a body of at most `limit` bytes; `declared` is the Content-Length header, if any.

    It waits for at most `seconds`: the server itself has no clock on slow bodies. What is read of
    it counts among the `arrivals` until all of it is here.

    Raises:
        Refusal: 413 for a body over the limit, as soon as that is known; 408 for a slow one; 503
            for one too many at the same time.
        HungUp: The caller hung up.
    """
    if declared is not None and declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit, Arrivals(limit) if arrivals is None else arrivals)
    except TimeoutError:
        message = "The request's body did not arrive in time."
        raise Refusal(message, code="REQUEST_TIMEOUT", status=408) from None


async def _read(receive: Receive, limit: int, arrivals: Arrivals) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise HungUp
            chunk = message.get("body", b"")
            if size + len(chunk) > limit:
                raise _too_large(limit)
            arrivals.hold(len(chunk))
            size += len(chunk)
            chunks.append(chunk)
            if not message.get("more_body", False):
                return chunk if len(chunks) == 1 else b"".join(chunks)
    finally:
        arrivals.release(size)


def _too_large(limit: int) -> Refusal:
    return Refusal(
        f"The body is larger than {limit} bytes.",
        code="BODY_TOO_LARGE",
        status=413,
        headers={"connection": "close"},
    )
