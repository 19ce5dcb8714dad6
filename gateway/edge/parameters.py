"""The parameters of a GraphQL request, from a body or from a query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from gateway.edge.caps import check_json
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

_NAMES = frozenset({"query", "documentId", "operationName", "variables", "extensions"})
_NAMING = (b"query=", b"documentId=", b"extensions=")
"""What the query string of a GET holds that asks for something."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a caller asks to have executed (GraphQL-over-HTTP section 5.1)."""

    query: str | None
    """The document's text; None while it is only named."""
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None
    document_id: str | None = None
    """What the document is named by, unless an extension does."""


Batch = tuple[Parameters, ...]
"""Several operations that came in one body, as an array."""


def from_body(body: bytes, limits: Limits) -> Parameters | Batch:
    """Read the parameters from the JSON body of a POST.

    Raises:
        Refusal: 400 for anything that is no GraphQL request, or a batch that is not served.
    """
    payload = _decode(body, limits, "The body")
    if isinstance(payload, list) and limits.batch_operations:
        return _batch(payload, limits.batch_operations)
    if isinstance(payload, list):
        raise Refusal("Send one operation per request: batches are not served.")
    return from_object(payload)


def are_in(query_string: bytes) -> bool:
    """Tell whether a GET asks for something to be executed, rather than for the page."""
    return any(name in query_string for name in _NAMING)


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
    for name in ("operationName", "documentId"):
        payload[name] = payload.get(name) or None
    return _parameters(payload)


def _pairs(query_string: bytes, limits: Limits) -> list[tuple[str, str]]:
    most = limits.query_parameters
    if query_string.count(b"&") >= most:
        message = f"At most {most} parameters in the query string are allowed."
        raise Refusal(message, code="TOO_MANY_PARAMETERS", details={"limit": most})
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict")
    except ValueError:
        raise Refusal("The query string is not URL-encoded UTF-8.") from None
    return [(name, value) for name, value in pairs if name in _NAMES]


def _decode(text: bytes, limits: Limits, what: str) -> Any:
    check_json(text, limits)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refusal(f"{what} is not JSON in UTF-8: {error}.") from None


def _batch(payload: list[Any], most: int) -> Batch:
    if len(payload) > most:
        message = f"At most {most} operations per request are served."
        raise Refusal(message, code="BATCH_TOO_LARGE", details={"limit": most})
    if not payload:
        raise Refusal("The batch is empty.")
    return tuple(map(from_object, payload))


def from_object(payload: Any) -> Parameters:
    """Read the parameters from what was JSON.

    Raises:
        Refusal: 400 where it is no GraphQL request.
    """
    if not isinstance(payload, dict):
        raise Refusal("The body must be a JSON object.")
    return _parameters(payload)


def _parameters(payload: Mapping[str, Any]) -> Parameters:
    query, document_id = payload.get("query"), _typed(payload, "documentId", str, "a string")
    extensions = _typed(payload, "extensions", dict, "a JSON object")
    named = document_id is not None or (extensions or {}).get("persistedQuery") is not None
    if not (query is None and named) and (not isinstance(query, str) or not query.strip()):
        raise Refusal("Parameter 'query' must be the text of a GraphQL document.")
    return Parameters(
        query=query,
        operation_name=_typed(payload, "operationName", str, "a string"),
        variables=_typed(payload, "variables", dict, "a JSON object"),
        extensions=extensions,
        document_id=document_id,
    )


def _typed(payload: Mapping[str, Any], name: str, kind: type, what: str) -> Any:
    value = payload.get(name)
    if value is not None and not isinstance(value, kind):
        raise Refusal(f"Parameter {name!r} must be {what} or null.")
    return value
