"""How much one process, and one connection, may have of what stays open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LiveLimits:
    """Upper bounds on connections that carry more than one answer."""

    connections: int = 2_000
    """WebSockets and event streams of this process."""
    operations: int = 100
    """Under way at the same time over one WebSocket."""
    message_bytes: int = 1_048_576
    """Size of one message over a WebSocket."""
    greeting_seconds: float = 5.0
    """From the opening of a WebSocket to its ``connection_init``."""
    idle_seconds: float = 60.0
    """How long a WebSocket may stay open without an operation."""
    reading_seconds: float = 15.0
    """How long what is sent over a WebSocket may wait to be read."""
    ping_seconds: float = 12.0
    """Between two signs of life over an event stream."""
