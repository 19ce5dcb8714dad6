"""Dribbling and mute connections: closed in time, and nobody else notices them.

`make soak` has 300 of them for 60 s, with the patience that is the default.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.load import Asked, Line, percentile, request
from tests.support.servers import Server, running_gateway

CONNECTIONS = int(os.environ.get("SOAK_CONNECTIONS", "60"))
SECONDS = float(os.environ.get("SOAK_SLOW_SECONDS", "5"))
PATIENCE = os.environ.get("SOAK_PATIENCE", "2.0")
CLOSED_WITHIN = 30.0
HONEST_PAUSE = 0.05
HONEST_SECONDS = 0.5

HONEST = request("{ labels(first: 3) { nodes { key displayName } } }")
HEAD = HONEST.partition(b"\r\n\r\n")[0]
LONG = HONEST.replace(b"content-length: ", b"content-length: 9")


def _bytes_of(data: bytes) -> Iterator[bytes]:
    return (data[at : at + 1] for at in range(len(data)))


def _endless_header() -> Iterator[bytes]:
    yield HEAD + b"\r\nx-endless: "
    while True:
        yield b"a"


def _slow_body() -> Iterator[bytes]:
    yield LONG[: len(HEAD) + 5]
    while True:
        yield b" "


KINDS = (
    lambda: iter(()),
    lambda: _bytes_of(HONEST),
    _endless_header,
    _slow_body,
    lambda: iter((HONEST[:20],)),
)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    settings = {"GATEWAY_HEAD_SECONDS": PATIENCE, "GATEWAY_REQUEST_SECONDS": PATIENCE}
    with running_gateway(settings=settings) as server:
        yield server


async def _hold(port: int, number: int, end: float) -> list[float]:
    """Hold a connection open as long as it can be, and then the next, until the end."""
    held = []
    while time.perf_counter() < end:
        line = await Line.open(port)
        held.append(await line.dribble(KINDS[number % len(KINDS)](), CLOSED_WITHIN))
        await line.close()
    return held


async def _ask_honestly(port: int, end: float) -> list[Asked]:
    asked = []
    while time.perf_counter() < end:
        line = await Line.open(port)
        asked.append(await line.ask(HONEST))
        await line.close()
        await asyncio.sleep(HONEST_PAUSE)
    return asked


async def test_slow_connections_are_closed_and_honest_callers_served(
    gateway: Server, record_property: Callable[[str, object], None]
) -> None:
    port, end = gateway.port, time.perf_counter() + SECONDS
    holding = [asyncio.create_task(_hold(port, n, end)) for n in range(CONNECTIONS)]
    honest = await asyncio.gather(*(_ask_honestly(port, end) for _ in range(4)))
    held = [seconds for each in await asyncio.gather(*holding) for seconds in each]
    asked = [each for some in honest for each in some]
    figures = (
        f"{len(held)} slow connections, closed after {min(held):.1f} to {max(held):.1f} s; "
        f"{len(asked)} honest requests, p99 {percentile(asked, 0.99) * 1_000:.0f} ms"
    )
    record_property("figures", figures)
    assert {each.status for each in asked} == {200}, figures
    assert percentile(asked, 0.99) < HONEST_SECONDS, figures
    assert max(held) < CLOSED_WITHIN, figures
