"""Asks over raw HTTP/1.1 connections, honestly or not."""

import asyncio
import json
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

ANSWER_SECONDS = 30.0
_BYTE_SECONDS = 0.5
"""Between two bytes of one who dribbles."""


@dataclass(frozen=True)
class Asked:
    """One request that was answered."""

    status: int
    seconds: float


def request(query: str) -> bytes:
    """Write a request for an operation."""
    body = json.dumps({"query": query}).encode()
    return (
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n%b" % (len(body), body)
    )


class Line:
    """One keep-alive connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> "Line":
        """Connect to a port of this machine."""
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, data: bytes) -> Asked:
        """Send a request and wait for its answer."""
        began = time.perf_counter()
        self._writer.write(data)
        async with asyncio.timeout(ANSWER_SECONDS):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            await self._reader.readexactly(int(length))
        return Asked(int(head[9:12]), time.perf_counter() - began)

    async def dribble(self, data: Iterable[bytes], seconds: float) -> float:
        """Send piece after piece, slowly, then nothing; tell after how many seconds it ended.

        Raises:
            TimeoutError: It had not ended after `seconds`.
        """
        began = time.perf_counter()
        async with asyncio.timeout(seconds):
            ended = asyncio.ensure_future(self._until_closed())
            for piece in data:
                self._writer.write(piece)
                done, _ = await asyncio.wait((ended,), timeout=_BYTE_SECONDS)
                if done:
                    break
            await ended
        return time.perf_counter() - began

    async def _until_closed(self) -> None:
        with suppress(ConnectionError):
            while await self._reader.read(65_536):
                pass

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


def percentile(asked: Iterable[Asked], share: float) -> float:
    """Tell the seconds within which a share of requests was answered."""
    seconds = sorted(each.seconds for each in asked)
    return seconds[min(len(seconds) - 1, int(share * len(seconds)))]
