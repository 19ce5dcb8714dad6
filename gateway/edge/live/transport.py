"""The server's side of graphql-transport-ws, without any input or output.

It follows the protocol's text in the repository of graphql-ws, PROTOCOL.md: which message may come
when, and with which code a connection ends on one that may not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from gateway.edge.caps import check_json
from gateway.edge.limits import Limits
from gateway.edge.live.limits import LiveLimits
from gateway.edge.refusals import Refusal

PROTOCOL: Final = "graphql-transport-ws"

_LONGEST_REASON: Final = 123
"""Bytes of a reason in a closing frame (RFC 6455, 5.5)."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection."""

    code: int
    reason: str

    def __post_init__(self) -> None:
        cut = self.reason.encode()[:_LONGEST_REASON].decode(errors="ignore")
        object.__setattr__(self, "reason", cut)


@dataclass(frozen=True, slots=True)
class Greet:
    """Find out who it is; call `Transport.greeted` when that is known."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin an operation; call `Transport.over` when it has ended."""

    id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """Give up an operation: nobody wants its results any more."""

    id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Send a message."""

    text: bytes


Act = Close | Greet | Begin | Stop | Reply
"""What a message asks for."""

ACKNOWLEDGED: Final = b'{"type":"connection_ack"}'
PONG: Final = b'{"type":"pong"}'
UNAUTHORIZED: Final = Close(4401, "Unauthorized")
GREETED_TWICE: Final = Close(4429, "Too many initialisation requests")
GREETED_LATE: Final = Close(4408, "Connection initialisation timeout")
IDLE: Final = Close(1000, "Idle")
_TOO_BIG: Final = Close(1009, "Message too big")


class Transport:
    """One connection's state; `clock` counts seconds."""

    def __init__(
        self, limits: LiveLimits, *, json_limits: Limits, clock: Callable[[], float]
    ) -> None:
        self._limits = limits
        self._json_limits = json_limits
        self._clock = clock
        self._began = clock()
        self._idle_since = self._began
        self._greeting = False
        self._greeted = False
        self._active: set[str] = set()

    def take(self, message: str | None) -> Act | None:
        """Take a message, None for one that is no text; tell what it asks for."""
        if message is None:
            return Close(4400, "Messages are text.")
        text = message.encode()
        if len(text) > self._limits.message_bytes:
            return _TOO_BIG
        try:
            check_json(text, self._json_limits)
            content = orjson.loads(text)
        except (Refusal, orjson.JSONDecodeError):
            return Close(4400, "A message is a JSON object.")
        if not isinstance(content, dict) or not isinstance(content.get("payload", {}), dict | None):
            return Close(4400, "A message is a JSON object, and so is its payload.")
        return self._act(content)

    def greeted(self) -> Reply:
        """Let the other side begin operations."""
        self._greeted = True
        self._idle_since = self._clock()
        return Reply(ACKNOWLEDGED)

    def over(self, operation: str) -> None:
        """Take note that an operation has ended."""
        self._active.discard(operation)
        self._idle_since = self._clock()

    def due(self) -> float | None:
        """Tell when the other side has waited too long; None where nothing is expected of it."""
        if not self._greeted:
            return self._began + self._limits.greeting_seconds
        return None if self._active else self._idle_since + self._limits.idle_seconds

    def late(self) -> Close | None:
        """Tell how the connection ends when `due` has passed; None when it has not."""
        due = self.due()
        if due is None or self._clock() < due:
            return None
        return IDLE if self._greeted else GREETED_LATE

    def _act(self, content: Mapping[str, Any]) -> Act | None:
        payload = content.get("payload") or {}
        match content.get("type"):
            case "connection_init":
                return self._greet(payload)
            case "ping":
                return Reply(PONG)
            case "pong":
                return None
            case "subscribe":
                return self._begin(content.get("id"), payload)
            case "complete":
                return self._stop(content.get("id"))
        return Close(4400, "There is no message of this type.")

    def _greet(self, payload: Mapping[str, Any]) -> Act:
        if self._greeting:
            return GREETED_TWICE
        self._greeting = True
        return Greet(payload)

    def _begin(self, operation: object, payload: Mapping[str, Any]) -> Act:
        if not self._greeted:
            return UNAUTHORIZED
        if not isinstance(operation, str) or not operation:
            return Close(4400, "An operation has an id.")
        if operation in self._active:
            return Close(4409, f"Subscriber for {operation} already exists")
        if len(self._active) >= self._limits.operations:
            return Reply(errors(operation, [_too_many(self._limits.operations)]))
        self._active.add(operation)
        return Begin(operation, payload)

    def _stop(self, operation: object) -> Act | None:
        if not isinstance(operation, str):
            return Close(4400, "An operation has an id.")
        if operation not in self._active:
            return None  # it has ended by itself, and that crossed with this
        self.over(operation)
        return Stop(operation)


def following(operation: str, body: bytes) -> bytes:
    """Write a result, whose body is JSON already."""
    return b'{"id":%b,"type":"next","payload":%b}' % (orjson.dumps(operation), body)


def complete(operation: str) -> bytes:
    """Write that an operation has ended."""
    return orjson.dumps({"id": operation, "type": "complete"})


def errors(operation: str, reasons: list[dict[str, Any]]) -> bytes:
    """Write that an operation cannot be executed."""
    return orjson.dumps({"id": operation, "type": "error", "payload": reasons})


def _too_many(most: int) -> dict[str, Any]:
    message = f"At most {most} operations can be under way over one connection."
    return {"message": message, "extensions": {"code": "TOO_MANY_CONCURRENT_OPERATIONS"}}
