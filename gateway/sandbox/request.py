"""A call as the emulated routes see it: who calls, the path's parameters, query string and body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope

from gateway.sandbox.ports import Identity
from gateway.sandbox.refusals import not_an_object, plain

_SITE = Identity("api_key")
"""Who calls when no layer above has told: somebody who may do everything."""

_DEEPEST = 100
"""Levels a body may have, as in protocol buffers' own JSON; it is also what can be stored again."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call, decoded but not yet checked."""

    identity: Identity = _SITE
    params: Mapping[str, str] = field(default_factory=dict)
    """What the path's placeholders stand for."""
    query: Sequence[tuple[str, str]] = ()
    """The query string's pairs in their order; names repeat for lists (contract 8.3)."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The JSON body; empty if there is none."""

    def texts(self, name: str) -> list[str]:
        """Give every value of a list parameter."""
        return [value for key, value in self.query if key == name]

    def comma_texts(self, name: str) -> list[str]:
        """Give every value of a list parameter that may also be comma-joined (contract 9, 11)."""
        return [part for value in self.texts(name) for part in value.split(",") if part]

    def group(self, *names: str) -> dict[str, str]:
        """Give the named parameters that are there; of a repeated one the last."""
        return {key: value for key, value in self.query if key in names}

    def nested(self, name: str) -> dict[str, str]:
        """Give an object that the query string flattens with dots: ``paging.limit=10``."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): value for key, value in self.query if key.startswith(prefix)
        }

    def object(self, name: str) -> dict[str, Any]:
        """Give an object of the body; empty if it is left out or null.

        Raises:
            Refusal: 400, it is something else.
        """
        value = self.body.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise not_an_object()
        return value


def query_of(scope: Scope) -> list[tuple[str, str]]:
    """Decode a query string; what is no UTF-8 becomes replacement characters."""
    return parse_qsl(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True)


async def body_of(receive: Receive, *, most: int) -> Mapping[str, Any]:
    """Read a body of at most that many bytes as one JSON object.

    Raises:
        Refusal: 413 for a larger body, 400 for one that is not JSON or no object.
    """
    raw = await _read(receive, most)
    if not raw.strip():
        return {}
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise plain(400, "Invalid JSON") from None
    if not isinstance(body, dict):
        raise not_an_object()
    if not _is_shallow(body, _DEEPEST):
        raise plain(400, "JSON is nested too deeply")
    return body


def _is_shallow(value: Any, depth: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return not isinstance(value, dict | list) or (
        depth > 0 and all(_is_shallow(each, depth - 1) for each in inner)
    )


async def _read(receive: Receive, most: int) -> bytes:
    read = bytearray()
    more = True
    while more:
        message = await receive()
        read += message.get("body", b"")
        more = message.get("more_body", False)
        if len(read) > most:
            raise plain(413, "Request body too large")
    return bytes(read)
