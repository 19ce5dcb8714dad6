"""Generates load: keep-alive connections that each ask again as soon as they are answered."""

import asyncio
import time
from urllib.parse import urlsplit

from tests.bench.operations import assert_answered

ANSWER_SECONDS = 30.0


class Connection:
    """One keep-alive HTTP/1.1 connection that posts to ``/graphql``."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def post(self, body: bytes) -> bytes:
        """Return the body of the answer, whatever its status."""
        self._writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        _, _, length = head.partition(b"content-length:")
        return await self._reader.readexactly(int(length.split(b"\r\n", 1)[0]))

    async def close(self) -> None:
        """Close the connection."""
        self._writer.close()
        await self._writer.wait_closed()


async def load(origin: str, body: bytes, connections: int, seconds: float) -> list[float]:
    """Post `body` to the server at `origin` over `connections` for `seconds`; return durations."""
    address = urlsplit(origin)
    opened = [
        Connection(*await asyncio.open_connection(address.hostname, address.port))
        for _ in range(connections)
    ]
    try:
        for connection in opened:
            assert_answered(await connection.post(body))
        async with asyncio.timeout(seconds + ANSWER_SECONDS):
            runs = await asyncio.gather(*(_repeat(each, body, seconds) for each in opened))
    finally:
        for connection in opened:
            await connection.close()
    return [duration for run in runs for duration in run]


async def _repeat(connection: Connection, body: bytes, seconds: float) -> list[float]:
    durations = []
    end = time.perf_counter() + seconds
    while (began := time.perf_counter()) < end:
        await connection.post(body)
        durations.append(time.perf_counter() - began)
    assert_answered(await connection.post(body))
    return durations
