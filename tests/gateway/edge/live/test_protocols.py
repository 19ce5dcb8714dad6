"""What uvicorn's protocols do beyond uvicorn."""

import asyncio
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
from tests.support.virtual_time import in_virtual_time

PATIENCE = LiveLimits().reading_seconds


class Wire(asyncio.Transport):
    """A transport that notes how it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[str] = []

    def abort(self) -> None:
        self.ended.append("aborted")

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Lose what is written."""

    def close(self) -> None:
        self.ended.append("closed")

    def is_closing(self) -> bool:
        return bool(self.ended)


async def _app(_scope: Any, _receive: Any, _send: Any) -> None:
    """Serve nothing."""


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
