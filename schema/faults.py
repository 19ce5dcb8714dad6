"""Top-level GraphQL errors: ours with their code, everything else masked."""

from typing import Any

from graphql import GraphQLError

from gateway.errors import CallerFault, Forbidden, GatewayError, Throttled
from schema.paths import in_callers_words

MASKED = "Something went wrong inside the gateway; the request id leads to the cause in its log."
INTERNAL = "INTERNAL"


def is_internal(error: GraphQLError) -> bool:
    """Tell whether an error is nobody's fault but ours, and must be logged and masked."""
    original = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original is not None and not isinstance(original, GatewayError)


def to_response(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Write an error as the response carries it (GraphQL specification, 7.1.2).

    Beside the specification's members, ``extensions`` holds ``code``, ``requestId``, and where
    known ``retryAfter`` in seconds, ``field``, a path in the field's own arguments, and the
    ``missingScopes`` of a caller who may not see it.
    """
    written = dict(error.formatted)
    extensions = {**(error.extensions or {}), **_extensions(error), "requestId": request_id}
    if extensions.get("code") == INTERNAL:
        written["message"] = MASKED
    return {**written, "extensions": extensions}


def _extensions(error: GraphQLError) -> dict[str, Any]:
    fault = error.original_error
    while isinstance(fault, GraphQLError):
        fault = fault.original_error
    if isinstance(fault, GatewayError):
        return {"code": fault.code, **_details(fault)}
    return {} if fault is None else {"code": INTERNAL}


def _details(fault: GatewayError) -> dict[str, Any]:
    if isinstance(fault, Throttled) and fault.retry_after is not None:
        return {"retryAfter": fault.retry_after}
    if isinstance(fault, Forbidden):
        asked_by = {"field": list(fault.at)} if fault.at else {}
        return {"missingScopes": list(fault.missing), **asked_by}
    if isinstance(fault, CallerFault) and fault.violations:
        path = in_callers_words(fault.violations[0].path)
        return {"field": path} if path else {}
    return {}
