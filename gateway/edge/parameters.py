"""The four parameters of a GraphQL request, from a body or from a query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from gateway.edge.caps import check_json
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

_NAMES = frozenset({"query", "operationName", "variables", "extensions"})


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a caller asks to have executed (GraphQL-over-HTTP section 5.1)."""

    query: str
    """The document's text."""
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def from_body(body: bytes, limits: Limits) -> Parameters:
    """Read the parameters from the JSON body of a POST.

    Raises:
        Refusal: 400 for anything that is no GraphQL request.
    """
    payload = _decode(body, limits, "The body")
    if isinstance(payload, list):
        raise Refusal("Send one operation per request: batches are not served.")
    if not isinstance(payload, dict):
        raise Refusal("The body must be a JSON object.")
    return from_object(payload)


def from_query_string(query_string: bytes, limits: Limits) -> Parameters:
    """Read the parameters from the query string of a GET (GraphQL-over-HTTP section 5.3).

    Raises:
        Refusal: 400 for anything that is no GraphQL request.
    """
    pairs = _pairs(query_string, limits)
    payload: dict[str, Any] = dict(pairs)
    if len(payload) < len(pairs):
        raise Refusal("A parameter appears twice in the query string.")
    for name in ("variables", "extensions"):
        text = payload.get(name)
        payload[name] = _decode(text.encode(), limits, f"Parameter {name!r}") if text else None
    payload["operationName"] = payload.get("operationName") or None
    return from_object(payload)


def _pairs(query_string: bytes, limits: Limits) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=limits.query_parameters,
        )
    except ValueError:
        raise Refusal("The query string is not URL-encoded UTF-8, or too long.") from None
    return [(name, value) for name, value in pairs if name in _NAMES]


def _decode(text: bytes, limits: Limits, what: str) -> Any:
    check_json(text, limits)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refusal(f"{what} is not JSON in UTF-8: {error}.") from None


def from_object(payload: Mapping[str, Any]) -> Parameters:
    """Read the parameters from an object that was JSON.

    Raises:
        Refusal: 400 where they are not what they have to be.
    """
    query = payload.get("query")
    extensions = _typed(payload, "extensions", dict, "a JSON object")
    if query is None and extensions and "persistedQuery" in extensions:
        raise Refusal("PersistedQueryNotSupported", code="PERSISTED_QUERY_NOT_SUPPORTED")
    if not isinstance(query, str) or not query.strip():
        raise Refusal("Parameter 'query' must be the text of a GraphQL document.")
    return Parameters(
        query=query,
        operation_name=_typed(payload, "operationName", str, "a string"),
        variables=_typed(payload, "variables", dict, "a JSON object"),
        extensions=extensions,
    )


def _typed(payload: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    value = payload.get(name)
    if value is not None and not isinstance(value, kind):
        raise Refusal(f"Parameter {name!r} must be {what} or null.")
    return value
