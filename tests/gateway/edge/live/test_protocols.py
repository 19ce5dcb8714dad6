"""What uvicorn's protocols do beyond uvicorn."""

import asyncio
import socket
from io import StringIO
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from gateway.edge.connections import KEY as CONNECTIONS
from gateway.edge.connections import Connections, Patience
from gateway.edge.live.gathering import KEY, Gathering
from gateway.edge.live.limits import LiveLimits
from gateway.edge.live.protocols import HandingOverWebSocket
from gateway.edge.patient_protocol import PatientProtocol
from gateway.telemetry import logs
from tests.support.told import until
from tests.support.virtual_time import in_virtual_time

HANDSHAKE = (
    b"GET /graphql HTTP/1.1\r\nhost: gateway\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n"
)
PING = bytes.fromhex("8980 00000000")
PONG = bytes.fromhex("8a00")
TEXT = bytes.fromhex("8186 00000000") + b"canary"
"""Frames of RFC 6455, 5.2, without content, and one with; what is sent is masked by zeros."""
PATIENCE = LiveLimits().reading_seconds


class Wire(asyncio.Transport):
    """A transport that notes how it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[str] = []
        self.written = b""

    def abort(self) -> None:
        self.ended.append("aborted")

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep what is written."""
        self.written += bytes(data)

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Have no buffer that could be limited."""

    def pause_reading(self) -> None:
        """Have nothing that could be read."""

    def resume_reading(self) -> None:
        """Have nothing that could be read."""

    def close(self) -> None:
        self.ended.append("closed")

    def is_closing(self) -> bool:
        return bool(self.ended)


async def _app(_scope: Any, receive: Any, send: Any) -> None:
    """Take a WebSocket in, and say nothing."""
    await receive()
    await send({"type": "websocket.accept"})
    await receive()


def _made(kind: type[Any]) -> tuple[Any, Wire, Gathering]:
    config, gathering, wire = Config(_app, log_config=None), Gathering(10), Wire()
    config.load()
    protocol = kind(config, ServerState(), {KEY: gathering, CONNECTIONS: Connections(Patience())})
    protocol.connection_made(wire)
    return protocol, wire, gathering


@pytest.mark.parametrize(
    ("seconds", "ended"), [(PATIENCE - 0.1, []), (PATIENCE + 0.1, ["aborted"])]
)
def test_a_websocket_whose_other_side_does_not_read_is_given_up(
    seconds: float, ended: list[str]
) -> None:
    async def wait() -> list[str]:
        protocol, wire, _ = _made(HandingOverWebSocket)
        protocol.pause_writing()
        await asyncio.sleep(seconds)
        return wire.ended

    assert in_virtual_time(wait()) == ended


def test_one_that_reads_on_is_kept() -> None:
    async def wait() -> list[str]:
        protocol, wire, _ = _made(HandingOverWebSocket)
        for _ in range(3):
            protocol.pause_writing()
            await asyncio.sleep(PATIENCE - 1)
            protocol.resume_writing()
        await asyncio.sleep(PATIENCE + 1)
        return wire.ended

    assert in_virtual_time(wait()) == []


@pytest.mark.parametrize("kind", [PatientProtocol, HandingOverWebSocket])
async def test_when_the_server_stops_all_that_stays_open_hears_of_it(kind: type[Any]) -> None:
    protocol, _, gathering = _made(kind)
    left: list[str] = []
    with gathering.joined(lambda: left.append("left")):
        protocol.shutdown()
    assert left == ["left"]


async def test_what_is_written_waits_as_soon_as_the_other_side_does_not_read() -> None:
    ours, theirs = socket.socketpair()
    protocol, _, _ = _made(HandingOverWebSocket)
    with theirs:
        transport, _ = await asyncio.get_running_loop().create_connection(
            lambda: protocol, sock=ours
        )
        while not transport.get_write_buffer_size():
            transport.write(b"x" * 1_024)
        assert transport.get_write_buffer_size() <= 1_024
        assert not protocol.writable.is_set()
        transport.abort()
        await protocol.writable.wait()  # for the connection is lost


async def test_pings_are_answered_only_as_long_as_the_answers_are_read() -> None:
    protocol, wire, _ = _made(HandingOverWebSocket)
    protocol.data_received(HANDSHAKE)
    await until(lambda: protocol.handshake_complete)
    before = len(wire.written)
    protocol.data_received(PING)
    assert wire.written[before:] == PONG
    protocol.pause_writing()
    protocol.data_received(PING * 10_000)
    assert wire.written[before:] == PONG
    protocol.resume_writing()
    protocol.data_received(PING)
    assert wire.written[before:] == PONG * 2
    protocol.connection_lost(None)


async def test_nothing_of_what_is_said_is_written_down_whatever_the_log_s_level_is() -> None:
    log = StringIO()
    Config(_app)  # which sets up uvicorn's own loggers, as its command does
    logs.configure(level="debug", form="json", stream=log)
    protocol, wire, _ = _made(HandingOverWebSocket)
    said = HANDSHAKE.replace(b"/graphql", b"/graphql?q=canary")
    protocol.data_received(said.replace(b"host:", b"authorization: canary\r\nhost:"))
    await until(lambda: b"101" in wire.written)
    protocol.data_received(TEXT)
    assert "canary" not in log.getvalue()
