"""Top-level errors as responses carry them: ours with their code, everything else masked."""

import pytest
from graphql import GraphQLError

from gateway.errors import (
    BadCursor,
    ContactNotFound,
    GatewayError,
    InvalidInput,
    Throttled,
    UpstreamForbidden,
    UpstreamTimeout,
    UpstreamUnauthenticated,
    UpstreamUnavailable,
    Violation,
)
from schema.faults import MASKED, is_internal, to_response


def located(fault: Exception, depth: int = 1) -> GraphQLError:
    """Wrap a fault as the executor does, so many times."""
    error = GraphQLError(str(fault), path=["contacts"], original_error=fault)
    for _ in range(depth - 1):
        error = GraphQLError(error.message, path=error.path, original_error=error)
    return error


@pytest.mark.parametrize(
    ("fault", "extensions"),
    [
        (Throttled("slow"), {"code": "THROTTLED"}),
        (Throttled("slow", retry_after=1.5), {"code": "THROTTLED", "retryAfter": 1.5}),
        (UpstreamTimeout("late"), {"code": "UPSTREAM_TIMEOUT"}),
        (UpstreamUnavailable("down"), {"code": "UPSTREAM_UNAVAILABLE"}),
        (UpstreamUnauthenticated("who"), {"code": "UPSTREAM_UNAUTHENTICATED"}),
        (UpstreamForbidden("no"), {"code": "UPSTREAM_FORBIDDEN"}),
        (ContactNotFound("gone"), {"code": "CONTACT_NOT_FOUND"}),
        (
            BadCursor("bad", violations=[Violation(("after",), "bad")]),
            {"code": "BAD_CURSOR", "field": ["after"]},
        ),
        (
            InvalidInput("bad", violations=[Violation(("filter", "firstName", "in"), "bad")]),
            {"code": "INVALID_INPUT", "field": ["filter", "firstName", "in"]},
        ),
        (
            InvalidInput("bad", violations=[Violation(("source_ids", "1"), "bad")]),
            {"code": "INVALID_INPUT", "field": ["sourceContactIds", "1"]},
        ),
        (
            InvalidInput("bad", violations=[Violation(("query", "paging", "limit"), "bad")]),
            {"code": "INVALID_INPUT"},
        ),
        (InvalidInput("bad", violations=[Violation((), "bad")]), {"code": "INVALID_INPUT"}),
    ],
)
@pytest.mark.parametrize("depth", [1, 3])
def test_a_fault_on_purpose_tells_its_code_and_what_helps(
    fault: GatewayError, extensions: dict[str, object], depth: int
) -> None:
    error = located(fault, depth)
    assert to_response(error, "r-1") == {
        "message": fault.message,
        "path": ["contacts"],
        "extensions": {**extensions, "requestId": "r-1"},
    }
    assert not is_internal(error)


@pytest.mark.parametrize("depth", [1, 2])
def test_a_fault_of_ours_is_masked_and_leads_to_the_log(depth: int) -> None:
    error = located(KeyError("the password is hunter2"), depth)
    assert to_response(error, "r-1") == {
        "message": MASKED,
        "path": ["contacts"],
        "extensions": {"code": "INTERNAL", "requestId": "r-1"},
    }
    assert is_internal(error)


def test_the_executors_own_errors_stay_as_they_are() -> None:
    error = GraphQLError("Cannot query field 'x'", extensions={"code": "GRAPHQL_VALIDATION_FAILED"})
    assert to_response(error, "r-1") == {
        "message": "Cannot query field 'x'",
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED", "requestId": "r-1"},
    }
    assert not is_internal(error)
