"""Turns what execution left behind into the bytes and the status of an answer."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import orjson
import structlog
from graphql import GraphQLError
from starlette.types import Send
from strawberry.types import ExecutionResult

from gateway.edge.discretion import without_values
from gateway.edge.media import GRAPHQL_RESPONSE
from gateway.edge.refusals import Refusal
from gateway.errors import OutcomeUnknown, UpstreamTimeout
from schema.faults import INTERNAL, MASKED, is_internal, to_response

MORE_ERRORS: Final = "MORE_ERRORS"

_BAD_INPUT: Final = "BAD_USER_INPUT"
_MOST_ERRORS: Final = 200
_NOTHING: Mapping[str, Any] = MappingProxyType({})

log = structlog.get_logger(source=__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    body: bytes
    status: int
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)

    async def send(self, send: Send) -> None:
        """Write the answer out."""
        headers = [
            (b"content-type", f"{self.media_type}; charset=utf-8".encode()),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"vary", b"accept"),
            *((name.encode(), value.encode()) for name, value in self.headers.items()),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@dataclass(frozen=True, slots=True)
class Style:
    """How this request wants to be answered."""

    media_type: str
    request_id: str


def executed(result: ExecutionResult, style: Style) -> Answer:
    """Answer with an execution's result.

    A result without data whose errors name no field never began to execute: wrong variables,
    for one. It has no ``data`` entry then, and is a 400 where the media type allows that
    (GraphQL-over-HTTP section 6.4.2).
    """
    body: dict[str, Any] = {}
    began = result.data is not None or any(error.path for error in result.errors or ())
    if result.errors:
        body["errors"] = written(result.errors, style.request_id)
    if began:
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    status = 200 if began else _status_without_data(body.get("errors", ()), style)
    return Answer(encode(body), status, style.media_type)


def refused(refusal: Refusal, style: Style, also: Mapping[str, Any] = _NOTHING) -> Answer:
    """Answer a request that is not executed; `also` is for the answer's own ``extensions``."""
    errors: Iterable[Mapping[str, Any]] = refusal.errors or ({"message": refusal.message},)
    extensions = {"code": refusal.code, "requestId": style.request_id, **refusal.details}
    body: dict[str, Any] = {"errors": [{**error, "extensions": extensions} for error in errors]}
    if also:
        body["extensions"] = also
    well_formed = refusal.in_document and style.media_type != GRAPHQL_RESPONSE
    status = 200 if well_formed else refusal.status
    return Answer(encode(body), status, style.media_type, refusal.headers)


def expired(style: Style, also: Mapping[str, Any] = _NOTHING, *, goes_on: bool) -> Answer:
    """Answer an execution some time after its deadline; `also` as above.

    One that `goes_on` was not given up, so nobody knows yet what will have come of it.
    """
    code = OutcomeUnknown.code if goes_on else UpstreamTimeout.code
    extensions = {"code": code, "requestId": style.request_id}
    error = {"message": "The request's time is up.", "extensions": extensions}
    body: dict[str, Any] = {"errors": [error], "data": None}
    if also:
        body["extensions"] = also
    return Answer(encode(body), 200, style.media_type)


def unknown(style: Style) -> Answer:
    """Answer a request whose twin was executed, when nobody knows what came of it."""
    extensions = {"code": OutcomeUnknown.code, "requestId": style.request_id}
    message = "This request was sent before, and what came of it is not known."
    error = {"message": message, "extensions": extensions}
    return Answer(encode({"errors": [error], "data": None}), 200, style.media_type)


def broken(style: Style) -> Answer:
    """Answer a request that met a fault of ours; its cause is for the log only."""
    error = {"message": MASKED, "extensions": {"code": INTERNAL, "requestId": style.request_id}}
    return Answer(encode({"errors": [error]}), 500, style.media_type)


def _status_without_data(errors: Iterable[Mapping[str, Any]], style: Style) -> int:
    if any(error["extensions"]["code"] == INTERNAL for error in errors):
        return 500
    return 400 if style.media_type == GRAPHQL_RESPONSE else 200


def written(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Format errors for the caller; the last tells how many there are beyond the most."""
    formatted = [_formatted(error, request_id) for error in errors[:_MOST_ERRORS]]
    left_out = len(errors) - len(formatted)
    if left_out:
        extensions = {"code": MORE_ERRORS, "requestId": request_id}
        message = f"{left_out} more errors were left out."
        formatted.append({"message": message, "extensions": extensions})
    return formatted


def _formatted(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Format an error for the caller; a fault of ours is masked, and its cause is logged."""
    if error.path is None and isinstance(error.original_error, GraphQLError):
        # A scalar refused a variable: what it raised is the caller's to read, not a fault of ours.
        error = GraphQLError(error.message, error.nodes)
    if is_internal(error):
        log.error("a resolver failed", exc_info=error.original_error, path=error.path)
    formatted = to_response(error, request_id)
    if "code" not in formatted["extensions"]:
        formatted["extensions"]["code"] = _BAD_INPUT
        formatted["message"] = without_values(formatted["message"])
    return formatted


def encode(body: Any) -> bytes:
    """Write a body in JSON."""
    try:
        return orjson.dumps(body)
    except TypeError:  # integers over 64 bits, lone surrogates: valid JSON all the same
        return json.dumps(body).encode()
