"""The production transport against a real server on loopback: what breaks, and what does not."""

import asyncio
import gc
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from gateway.budget.gate import Gate
from gateway.budget.window import SlidingWindow
from gateway.deadline import Deadline, within
from gateway.errors import UpstreamTimeout, UpstreamUnavailable
from gateway.model.changes import ContactInfo
from gateway.wix.api import Wix, connect
from gateway.wix.transports import aiohttp_transport
from tests.support.upstream import KEY

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"
BODY = b'{"contact":{"id":"8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11","revision":1}}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A server whose next answers are chosen by the test; it counts what it holds open."""

    port: int = 0
    behaviours: list[Behaviour] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    connections_ever: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        self.connections_ever += 1
        try:
            while await self._serve_one(reader, writer):
                pass
        except ConnectionError:
            pass
        finally:
            self.connections -= 1
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return False
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if length:
            await reader.readexactly(int(length))
        self.requests.append(head)
        behave = self.behaviours.pop(0) if self.behaviours else answer
        await behave(writer)
        return not writer.is_closing()


async def answer(writer: asyncio.StreamWriter) -> None:
    writer.write(WHOLE)
    await writer.drain()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()


async def cut_off(writer: asyncio.StreamWriter) -> None:
    writer.write(WHOLE[:-20])
    await writer.drain()
    writer.close()


async def talk_nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.test ESMTP\r\n\r\n")
    await writer.drain()
    writer.close()


async def stall(writer: asyncio.StreamWriter) -> None:
    writer.write(WHOLE[:-20])
    await writer.drain()
    await asyncio.Event().wait()


@asynccontextmanager
async def running(connections: int = 100) -> AsyncIterator[tuple[Server, Wix]]:
    server = Server()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(server.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listener = await asyncio.start_server(accept, "127.0.0.1", 0, backlog=2_048)
    server.port = listener.sockets[0].getsockname()[1]
    wix = client_of(server.port, connections)
    try:
        yield server, wix
    finally:
        await wix.aclose()
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def client_of(port: int, connections: int = 100) -> Wix:
    return connect(
        base_url=f"http://127.0.0.1:{port}",
        credentials=KEY,
        transport=aiohttp_transport(connections=connections),
        gate=Gate(
            SlidingWindow(limit=100_000, clock=time.monotonic),
            clock=time.monotonic,
            sleep=asyncio.sleep,
            concurrency=connections,
        ),
        rng=random.Random(7),  # noqa: S311 - jitter, no secret
    )


async def create(wix: Wix) -> None:
    await wix.contacts.create(ContactInfo(company="Engine Ltd"), allow_duplicates=False)


async def test_an_answer_comes_through_and_the_connection_is_kept() -> None:
    async with running() as (server, wix):
        for _ in range(3):
            assert (await wix.contacts.get(ID)).id == ID
        assert server.connections_ever == 1


async def test_an_id_reaches_the_server_as_it_was_quoted() -> None:
    async with running() as (server, wix):
        await wix.contacts.unlabel("a/../b %2e", ["custom.a+b c", "custom.ü&d"])
        assert server.requests[0].startswith(
            b"DELETE /contacts/v4/contacts/a%2F..%2Fb%20%252e/labels"
            b"?labelKeys=custom.a%2Bb+c&labelKeys=custom.%C3%BC%26d HTTP/1.1\r\n"
        )


@pytest.mark.parametrize("failure", [hang_up, cut_off, talk_nonsense])
async def test_a_broken_answer_is_unavailable_and_not_slow(failure: Behaviour) -> None:
    async with running() as (server, wix):
        server.behaviours = [failure]
        with pytest.raises(UpstreamUnavailable) as fault:
            await create(wix)
        assert fault.value.status is None
        assert len(server.requests) == 1


@pytest.mark.parametrize("failure", [hang_up, cut_off, talk_nonsense])
async def test_a_read_survives_a_broken_answer(failure: Behaviour) -> None:
    async with running() as (server, wix):
        server.behaviours = [failure]
        assert (await wix.contacts.get(ID)).id == ID
        assert len(server.requests) == 2


async def test_a_kept_connection_that_was_closed_is_not_written_to_twice_in_secret() -> None:
    async with running() as (server, wix):
        server.behaviours = [answer, hang_up, answer]
        await wix.contacts.get(ID)
        await wix.contacts.delete(ID)
        assert [head.split()[0] for head in server.requests] == [b"GET", b"DELETE", b"DELETE"]


async def test_nobody_listening_is_unavailable() -> None:
    async with running() as (server, _):
        port = server.port
    wix = client_of(port)
    with pytest.raises(UpstreamUnavailable) as fault:
        await create(wix)
    await wix.aclose()
    assert isinstance(fault.value.__cause__, httpx.ConnectError)


async def test_half_an_answer_and_then_silence_ends_with_the_deadline() -> None:
    async with running() as (server, wix):
        server.behaviours = [stall]
        with within(Deadline.after(0.05, time.monotonic)), pytest.raises(UpstreamTimeout):
            await wix.contacts.get(ID)


async def test_a_transport_that_gives_up_waiting_says_so() -> None:
    async with running() as (server, _):
        server.behaviours = [stall]
        transport = aiohttp_transport()
        request = httpx.Request(
            "GET", f"http://127.0.0.1:{server.port}/", extensions={"timeout": {"read": 0.01}}
        )
        with pytest.raises(httpx.ReadTimeout):
            await transport.handle_async_request(request)
        await transport.aclose()


async def test_a_storm_of_cancelled_callers_leaves_the_pool_whole() -> None:
    release = asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        await release.wait()
        await answer(writer)

    async with running(connections=20) as (server, wix):
        server.behaviours = [slow] * 2_000
        before = asyncio.all_tasks()
        callers = [asyncio.ensure_future(wix.contacts.get(ID)) for _ in range(2_000)]
        while len(server.requests) < 20:  # noqa: ASYNC110 - the server tells it by a list
            await asyncio.sleep(0)
        for caller in callers:
            caller.cancel()
        ends = await asyncio.gather(*callers, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ends)
        server.behaviours = []
        release.set()
        found = await asyncio.gather(*[wix.contacts.get(ID) for _ in range(100)])
        assert [contact.id for contact in found] == [ID] * 100
        assert len(server.requests) == 120
        left = {task for task in asyncio.all_tasks() - before if not is_of(server, task)}
        assert left == set()
        assert server.connections <= 20
    gc.collect()  # an unclosed socket or a forgotten failure would warn now, and warnings fail


def is_of(server: Server, task: asyncio.Task[object]) -> bool:
    """Tell whether a task is one of the server's, which is none of the client's business."""
    name = getattr(task.get_coro(), "__qualname__", "")
    return name == type(server).serve.__qualname__
