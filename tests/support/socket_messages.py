"""What is said over a WebSocket to the small schema of `tests.support.live`."""

from typing import Any

from tests.support.live import Live, Socket

SAID = "subscription { said { word } }"


def following(data: Any, *, to: str = "1") -> dict[str, Any]:
    """Write a result that leaves its operation open."""
    return {"id": to, "type": "next", "payload": {"data": data}}


def complete(to: str = "1") -> dict[str, Any]:
    """Write the end of an operation."""
    return {"id": to, "type": "complete"}


async def listening(live: Live, socket: Socket) -> None:
    """Listen as the only one, to what is said."""
    socket.subscribe(SAID)
    await live.stage.listeners(1)
