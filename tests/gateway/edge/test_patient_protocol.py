"""HTTP/1.1 connections: what is too slow, too large, or never read is ended; the rest is served."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn import Config
from uvicorn.server import ServerState

from gateway.edge.connections import KEY, Connections, Patience
from gateway.edge.overload import KEY as SHEDDER
from gateway.edge.overload import Shedder
from gateway.edge.patient_protocol import PatientProtocol
from tests.support.clock import ManualClock

PATIENCE = Patience(
    connections=10, head_seconds=10.0, body_seconds=12.0, reading_seconds=20.0, head_bytes=1_000
)
GET = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n"
ASKED = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n"


class Wire(asyncio.Transport):
    """The transport of one connection, as far as the protocol uses it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.written = b""
        self.unread = 0
        self.ended: str | None = None

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = "aborted"

    def is_closing(self) -> bool:
        return self.ended is not None

    def get_write_buffer_size(self) -> int:
        return self.unread

    def pause_reading(self) -> None:
        """Go on: nothing is read here but what a test hands over."""

    def resume_reading(self) -> None:
        """Go on: nothing is read here but what a test hands over."""


async def echo(_scope: Scope, receive: Receive, send: Send) -> None:
    """Answer once all of the request is here."""
    while (await receive()).get("more_body", False):
        pass
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


async def early(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer before the body is here."""
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 405, "headers": headers})
    await send({"type": "http.response.body", "body": b"no"})


class Crowd:
    """So many operations under way."""

    waiting = 0
    ended = 0

    def __init__(self) -> None:
        self.under_way = 0

    def __len__(self) -> int:
        return self.under_way


class Connection:
    """One connection to a server that serves `app`."""

    def __init__(self, app: Any = echo) -> None:
        self.clock = ManualClock()
        self.connections = Connections(PATIENCE, clock=self.clock)
        self.wire = Wire()
        self.state = ServerState()
        self.crowd = Crowd()
        shedder = Shedder(self.crowd, most=20, clock=self.clock)
        config = Config(app, interface="asgi3", log_config=None, ws="none")
        self.protocol = PatientProtocol(
            config, self.state, {KEY: self.connections, SHEDDER: shedder}
        )
        self.protocol.connection_made(self.wire)

    async def send(self, data: bytes) -> None:
        """Let data arrive, and the application do what it can."""
        self.protocol.data_received(data)
        for _ in range(10):
            await asyncio.sleep(0)

    def pass_time(self, seconds: float) -> str | None:
        """Let time pass; tell how the connection has ended, if it has."""
        self.clock.advance(seconds)
        self.connections.look()
        return self.wire.ended

    def statuses(self) -> list[bytes]:
        """Tell the statuses of the answers so far."""
        return [part[:3] for part in self.wire.written.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture
async def connection() -> Connection:
    return Connection()


async def test_a_mute_connection_is_closed_without_a_word(connection: Connection) -> None:
    assert connection.pass_time(9.9) is None
    assert connection.pass_time(0.1) == "closed"
    assert connection.wire.written == b""


async def test_headers_that_dribble_are_answered_with_408(connection: Connection) -> None:
    for byte in GET[:9]:
        await connection.send(bytes([byte]))
        assert connection.pass_time(1.0) is None
    assert connection.pass_time(1.0) == "closed"
    assert connection.statuses() == [b"408"]


async def test_a_body_that_dribbles_is_cut_off(connection: Connection) -> None:
    await connection.send(POST)
    for byte in b"abc":
        await connection.send(bytes([byte]))
        assert connection.pass_time(3.9) is None
    assert connection.pass_time(0.4) == "closed"


async def test_a_request_in_time_is_answered_and_the_next_one_waited_for(
    connection: Connection,
) -> None:
    for _ in range(3):
        await connection.send(POST + b"body")
        assert connection.pass_time(9.9) is None
    assert connection.statuses() == [b"200"] * 3
    assert connection.pass_time(0.1) == "closed"


async def test_pipelined_requests_are_answered_in_turn(connection: Connection) -> None:
    await connection.send((POST + b"body") * 3)
    assert connection.statuses() == [b"200"] * 3
    assert connection.pass_time(10.0) == "closed"


async def test_nobody_is_hurried_while_the_application_works() -> None:
    release = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await release.wait()
        await echo(scope, receive, send)

    connection = Connection(slow)
    await connection.send(GET)
    assert connection.pass_time(600.0) is None
    release.set()
    await connection.send(b"")
    assert connection.statuses() == [b"200"]


async def test_a_body_that_nobody_waits_for_has_an_end_too() -> None:
    connection = Connection(early)
    await connection.send(POST + b"b")
    assert connection.statuses() == [b"405"]
    assert connection.pass_time(11.9) is None
    assert connection.pass_time(0.1) == "closed"


async def test_after_an_early_answer_the_next_request_is_waited_for() -> None:
    connection = Connection(early)
    await connection.send(POST)
    await connection.send(b"body")
    assert connection.pass_time(9.9) is None
    assert connection.pass_time(0.1) == "closed"


async def test_an_answer_that_nobody_reads_is_thrown_away(connection: Connection) -> None:
    connection.wire.unread = 1_000_000
    await connection.send(GET)
    assert connection.pass_time(19.9) is None
    assert connection.pass_time(0.1) == "aborted"


async def test_a_reader_who_stops_in_the_middle_is_waited_for_so_long(
    connection: Connection,
) -> None:
    connection.protocol.pause_writing()
    assert connection.pass_time(19.9) is None
    connection.protocol.resume_writing()
    assert connection.pass_time(9.9) is None
    connection.protocol.pause_writing()
    connection.wire.unread = 1
    assert connection.pass_time(20.0) == "aborted"


async def test_a_connection_whose_end_nobody_reads_is_aborted(connection: Connection) -> None:
    connection.pass_time(10.0)
    assert connection.pass_time(20.0) == "aborted"
    assert len(connection.connections) == 0


OVERSIZED = {
    "header": b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * 1_000 + b"\r\n\r\n",
    "line": b"GET /" + b"a" * 1_000 + b" HTTP/1.1\r\nhost: a\r\n\r\n",
    "headers": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 500 + b"\r\n",
    "endless": b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * 5_000,
}


@pytest.mark.parametrize("data", OVERSIZED.values(), ids=OVERSIZED)
async def test_a_head_that_is_too_large_is_refused(connection: Connection, data: bytes) -> None:
    await connection.send(data)
    assert (connection.statuses(), connection.wire.ended) == ([b"431"], "closed")


async def test_headers_at_the_limit_are_served(connection: Connection) -> None:
    used = len(b"/") + len(b"hosta") + len(b"x")
    await connection.send(b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"a" * (1_000 - used) + b"\r\n\r\n")
    assert connection.statuses() == [b"200"]


async def test_what_is_no_request_is_a_400(connection: Connection) -> None:
    await connection.send(b"\x16\x03\x01 this is TLS\r\n\r\n")
    assert (connection.statuses(), connection.wire.ended) == ([b"400"], "closed")


async def test_a_connection_that_is_lost_is_forgotten(connection: Connection) -> None:
    connection.protocol.connection_lost(None)
    assert len(connection.connections) == 0


async def test_one_too_many_is_turned_away_before_it_is_read(connection: Connection) -> None:
    await connection.send(ASKED + b"body")
    connection.crowd.under_way = 20
    served = connection.state.total_requests
    await connection.send(ASKED)
    assert connection.statuses() == [b"200", b"503"]
    assert connection.state.total_requests == served + 1
    assert b"retry-after: 1\r\n" in connection.wire.written
    assert b'"code":"OVERLOADED"' in connection.wire.written
    await connection.send(b"body")
    await connection.send(ASKED + b"body")
    assert connection.statuses() == [b"200", b"503", b"503"]


async def test_who_was_turned_away_is_served_later(connection: Connection) -> None:
    await connection.send(ASKED + b"body")
    connection.crowd.under_way = 20
    await connection.send(ASKED + b"body")
    connection.crowd.under_way = 19
    await connection.send(ASKED + b"body")
    assert connection.statuses() == [b"200", b"503", b"200"]
    assert connection.pass_time(10.0) == "closed"


@pytest.mark.parametrize(
    "other",
    [GET, POST + b"body", ASKED.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n") + b"body"],
)
async def test_other_requests_are_the_application_s(connection: Connection, other: bytes) -> None:
    await connection.send(ASKED + b"body")
    connection.crowd.under_way = 20
    await connection.send(other)
    assert connection.statuses() == [b"200", b"200"]
