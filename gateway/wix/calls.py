"""One call to Wix, written down as the request line and the body it will have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson

from gateway.errors import InvalidInput
from gateway.wix.operations import Operation

QueryValue = str | int | Sequence[str] | None
"""A query parameter: None is left out, a sequence repeats the name (contract 8.3)."""

_LONGEST_ID: Final = 512
"""No id or key of Wix's comes near it (contract 6.4: 80), and a URL has an end."""

_LONGEST_TARGET: Final = 60_000
"""Characters; servers and httpx stop reading near 64 Ki."""

_OTHER_PATHS: Final = frozenset({"", ".", "..", "query", "facets"})
"""Ids that would not name an entity but lead to another endpoint: nothing is called so."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, ready to be sent any number of times."""

    operation: Operation
    path: str
    """Below the host, quoted."""
    target: str
    """The path with its query string."""
    content: bytes | None
    """The JSON body; None when there is none."""


def write_call(
    operation: Operation,
    *,
    entity: str | None = None,
    query: Mapping[str, QueryValue] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Call:
    """Write one call down.

    Raises:
        NotFound: ``entity`` cannot be anything's id (the operation's own kind of NotFound).
        InvalidInput: The query is too long for a URL, or the body holds what JSON cannot, e.g.
            half a surrogate pair or a number beyond 64 bits.
    """
    path = operation.path if entity is None else _path_of(operation, entity)
    parameters = _encode_query(query) if query else ""
    target = f"{path}?{parameters}" if parameters else path
    if len(target) > _LONGEST_TARGET:
        raise InvalidInput("The values are too long for one request.")
    content = None if body is None else _encode_body(body)
    return Call(operation, path, target, content)


def _path_of(operation: Operation, entity: str) -> str:
    """Put the id into the template, so quoted that it stays one segment of the path."""
    try:
        quoted = quote(entity, safe="")
    except UnicodeEncodeError:
        quoted = ""
    if quoted in _OTHER_PATHS or len(entity) > _LONGEST_ID:
        missing = operation.missing
        if missing is None:
            raise AssertionError(f"{operation.name} takes no id")
        raise missing(f"Nothing has the id {entity[:80]!r}.")
    return operation.path.replace("{id}", quoted)


def _encode_query(query: Mapping[str, QueryValue]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in query.items():
        if isinstance(value, str | int):
            pairs.append((name, str(value)))
        elif value is not None:
            pairs.extend((name, entry) for entry in value)
    try:
        return urlencode(pairs)
    except UnicodeEncodeError as cause:
        raise InvalidInput("The text is not valid Unicode.") from cause


def _encode_body(body: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError as cause:
        raise InvalidInput(f"The value cannot be sent as JSON: {cause}.") from cause
