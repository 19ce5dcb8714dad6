"""Reading a body: never more than the limit, never longer than the deadline."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.edge.body import Arrivals, HungUp, read_body
from gateway.edge.refusals import Refusal

Receive = Callable[[], Awaitable[dict[str, Any]]]


def arriving(*chunks: bytes) -> Receive:
    last = len(chunks) - 1
    messages = iter(
        {"type": "http.request", "body": chunk, "more_body": index < last}
        for index, chunk in enumerate(chunks)
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    return receive


async def never() -> dict[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("chunks", [(b"abcdef",), (b"abc", b"def"), (b"", b"abcdef", b"")])
async def test_a_body_arrives_in_any_number_of_pieces(chunks: tuple[bytes, ...]) -> None:
    assert await read_body(arriving(*chunks), declared=None, limit=6, seconds=60.0) == b"abcdef"


@pytest.mark.parametrize("chunks", [(b"abcdefg",), (b"abc", b"def", b"g"), (b"abcdefg", b"h")])
async def test_a_larger_body_is_refused(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(Refusal, match="The body is larger than 6 bytes") as caught:
        await read_body(arriving(*chunks), declared=None, limit=6, seconds=60.0)
    assert (caught.value.status, caught.value.code) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("declared", ["7", "9" * 5_000])
async def test_a_body_declared_larger_is_refused_unread(declared: str) -> None:
    with pytest.raises(Refusal, match="The body is larger than 6 bytes"):
        await read_body(never, declared=declared, limit=6, seconds=60.0)


@pytest.mark.parametrize("declared", ["6", "-7", "x", "", "1e9"])
async def test_a_declaration_is_only_believed_when_it_says_too_much(declared: str) -> None:
    assert (
        await read_body(arriving(b"abcdef"), declared=declared, limit=6, seconds=60.0) == b"abcdef"
    )


async def test_a_body_that_does_not_come_in_time_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        await read_body(never, declared=None, limit=6, seconds=0.0)
    assert (caught.value.status, caught.value.code) == (408, "REQUEST_TIMEOUT")


async def test_a_caller_who_hangs_up_is_noticed() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(HungUp):
        await read_body(receive, declared=None, limit=6, seconds=60.0)


async def test_what_has_arrived_of_all_bodies_together_is_bounded() -> None:
    arrivals = Arrivals(10)
    halves = [Half(b"abcde") for _ in range(3)]
    reading = [
        asyncio.create_task(
            read_body(half, declared=None, limit=10, seconds=60.0, arrivals=arrivals)
        )
        for half in halves
    ]
    await asyncio.sleep(0)
    assert len(arrivals) == 10
    with pytest.raises(Refusal) as caught:
        await reading[2]
    assert (caught.value.code, caught.value.status) == ("OVERLOADED", 503)
    for half in halves:
        half.rest.set()
    assert await asyncio.gather(*reading[:2]) == [b"abcde"] * 2
    assert len(arrivals) == 0


class Half:
    """A body whose end waits until a test says so."""

    def __init__(self, beginning: bytes) -> None:
        self.rest = asyncio.Event()
        self._beginning: bytes | None = beginning

    async def __call__(self) -> dict[str, Any]:
        beginning, self._beginning = self._beginning, None
        if beginning is None:
            await self.rest.wait()
        return {
            "type": "http.request",
            "body": beginning or b"",
            "more_body": beginning is not None,
        }
