"""Reads a request's body within its size and its time."""

import asyncio

from starlette.types import Receive

from gateway.edge.refusals import Refusal


class HungUp(Exception):
    """The caller no longer listens: there is nobody to answer."""


async def read_body(receive: Receive, *, declared: str | None, limit: int, seconds: float) -> bytes:
    """Read a body of at most `limit` bytes; `declared` is the Content-Length header, if any.

    It waits for at most `seconds`: the server itself has no clock on slow bodies.

    Raises:
        Refusal: 413 for a body over the limit, as soon as that is known; 408 for a slow one.
        HungUp: The caller hung up.
    """
    if declared is not None and declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit)
    except TimeoutError:
        message = "The request's body did not arrive in time."
        raise Refusal(message, code="REQUEST_TIMEOUT", status=408) from None


async def _read(receive: Receive, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HungUp
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunk if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> Refusal:
    return Refusal(
        f"The body is larger than {limit} bytes.",
        code="BODY_TOO_LARGE",
        status=413,
        headers={"connection": "close"},
    )
