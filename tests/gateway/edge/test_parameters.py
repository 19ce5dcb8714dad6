"""The parameters of a request (GraphQL-over-HTTP section 5)."""

from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from gateway.edge.limits import Limits
from gateway.edge.parameters import Parameters, from_body, from_query_string
from gateway.edge.refusals import Refusal

LIMITS = Limits()
QUERY = "{ hello }"


def refusal_of_body(body: bytes) -> Refusal:
    with pytest.raises(Refusal) as caught:
        from_body(body, LIMITS)
    return caught.value


def refusal_of_query_string(query_string: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        from_query_string(query_string.encode(), LIMITS)
    return caught.value


def test_a_body_holds_all_four_parameters() -> None:
    body = {
        "query": QUERY,
        "operationName": "A",
        "variables": {"x": 1},
        "extensions": {"y": 2},
        "unknown": "ignored",
    }
    assert from_body(orjson.dumps(body), LIMITS) == Parameters(QUERY, "A", {"x": 1}, {"y": 2})


def test_all_but_the_query_may_be_null_or_absent() -> None:
    nulls = {"query": QUERY, "operationName": None, "variables": None, "extensions": None}
    expected = Parameters(QUERY, None, None, None)
    assert from_body(orjson.dumps(nulls), LIMITS) == expected
    assert from_body(orjson.dumps({"query": QUERY}), LIMITS) == expected


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        *[("query", bad, "Parameter 'query' must be") for bad in ({"a": 1}, 0, False, [1], None)],
        *[("query", bad, "Parameter 'query' must be") for bad in ("", " \n")],
        *[("operationName", bad, "must be a string") for bad in ({"a": 1}, 0, False, ["A"])],
        *[("variables", bad, "must be a JSON object") for bad in ("{}", 0, False, [1])],
        *[("extensions", bad, "must be a JSON object") for bad in ("{}", 0, False, [1])],
    ],
)
def test_a_parameter_of_the_wrong_type_is_refused(name: str, value: Any, message: str) -> None:
    refusal = refusal_of_body(orjson.dumps({"query": QUERY, name: value}))
    assert message in refusal.message
    assert (refusal.status, refusal.code, refusal.in_document) == (400, "BAD_REQUEST", False)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "The body is not JSON"),
        (b'{"query', "The body is not JSON"),
        (b'{"query": "\xff"}', "The body is not JSON"),
        (b'{"query": "\\ud800"}', "The body is not JSON"),
        (b'{"query": NaN}', "The body is not JSON"),
        (b"[" * 2_000 + b"]" * 2_000, "At most 64 levels of nesting"),
        (b'{"query": ' + b"1" * 5_000 + b"}", "At most 64 digits"),
        (b"null", "must be a JSON object"),
        (b"7", "must be a JSON object"),
        (b'"{ hello }"', "must be a JSON object"),
        (b'[{"query": "{ hello }"}]', "batches are not served"),
        (b"[]", "batches are not served"),
    ],
)
def test_a_body_that_is_no_request_is_refused(body: bytes, message: str) -> None:
    refusal = refusal_of_body(body)
    assert message in refusal.message
    assert refusal.status == 400


def test_a_document_can_be_named_in_place_of_sent() -> None:
    by_id = from_body(b'{"documentId": "a"}', LIMITS)
    assert by_id == Parameters(None, None, None, None, document_id="a")
    hashed = {"persistedQuery": {"version": 1}}
    by_extension = from_body(orjson.dumps({"extensions": hashed}), LIMITS)
    assert by_extension == Parameters(None, None, None, hashed)
    assert from_query_string(b"documentId=a", LIMITS) == by_id


def test_a_query_string_holds_variables_and_extensions_as_json() -> None:
    query_string = urlencode(
        {"query": QUERY, "operationName": "A", "variables": '{"x": "é"}', "extensions": '{"y":2}'}
    )
    expected = Parameters(QUERY, "A", {"x": "é"}, {"y": 2})
    assert from_query_string(query_string.encode(), LIMITS) == expected


def test_empty_parameters_of_a_query_string_are_absent() -> None:
    query_string = urlencode(
        {"query": QUERY, "operationName": "", "variables": "", "extensions": "", "utm": "a"}
    )
    assert from_query_string(query_string.encode(), LIMITS) == Parameters(QUERY, None, None, None)


@pytest.mark.parametrize(
    ("query_string", "message"),
    [
        ("", "Parameter 'query' must be"),
        ("query=", "Parameter 'query' must be"),
        ("query={a}&query={b}", "appears twice"),
        ("query={a}&variables={}&variables={}", "appears twice"),
        ("query={a}&variables={", "Parameter 'variables' is not JSON"),
        ("query={a}&variables=[]", "Parameter 'variables' must be"),
        ("query={a}&extensions=7", "Parameter 'extensions' must be"),
        ("query={a}&variables=" + "[" * 100, "At most 64 levels of nesting"),
        ("query=%ff", "not URL-encoded UTF-8"),
        ("query=%ed%a0%80", "not URL-encoded UTF-8"),
        ("query=é", "not URL-encoded UTF-8"),
    ],
)
def test_a_query_string_that_is_no_request_is_refused(query_string: str, message: str) -> None:
    refusal = refusal_of_query_string(query_string)
    assert message in refusal.message
    assert refusal.status == 400


def test_as_many_parameters_as_may_be_are_read_and_one_more_is_refused() -> None:
    most = LIMITS.query_parameters
    others = "&".join(f"p{n}=1" for n in range(most - 1))
    at_limit = f"query=%7B+hello+%7D&{others}"
    assert from_query_string(at_limit.encode(), LIMITS) == Parameters(QUERY, None, None, None)
    refusal = refusal_of_query_string(f"{at_limit}&one=more")
    assert (refusal.code, refusal.status, refusal.details) == (
        "TOO_MANY_PARAMETERS",
        400,
        {"limit": most},
    )
