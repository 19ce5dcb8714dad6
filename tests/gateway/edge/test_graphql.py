"""GraphQL over HTTP, as the specification's draft of it and its audits want it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.edge.limits import Limits
from gateway.edge.media import GRAPHQL_RESPONSE, JSON
from tests.support.endpoint import Served, served

BOTH = pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
ID = {"requestId": "made-up"}
ASKED = {"apollo-require-preflight": "1"}


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served() as gateway:
        yield gateway


def only_error(body: dict[str, Any]) -> dict[str, Any]:
    assert body.keys() == {"errors"}
    assert len(body["errors"]) == 1
    error: dict[str, Any] = body["errors"][0]
    return error


@BOTH
async def test_an_operation_is_answered_in_the_type_that_was_asked_for(
    gateway: Served, accept: str
) -> None:
    answer = await gateway.post("{ hello }", accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert answer.json() == {"data": {"hello": "hello world"}}


async def test_variables_and_the_operation_s_name_reach_the_schema(gateway: Served) -> None:
    answer = await gateway.post(
        "query A { hello } query B($n: String!) { hello(name: $n) }",
        operationName="B",
        variables={"n": "Zoë 🏃"},
    )
    assert answer.json() == {"data": {"hello": "hello Zoë 🏃"}}


async def test_a_query_may_come_in_the_query_string(gateway: Served) -> None:
    parameters = {"query": "query($n: String!) { hello(name: $n) }", "variables": '{"n": "Ada"}'}
    answer = await gateway.client.get("/graphql", params=parameters, headers=ASKED)
    assert answer.status_code == 200
    assert answer.json() == {"data": {"hello": "hello Ada"}}


async def test_a_mutation_may_not(gateway: Served) -> None:
    answer = await gateway.client.get(
        "/graphql", params={"query": "mutation { write }"}, headers=ASKED
    )
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert only_error(answer.json()) == {
        "message": "Send mutations by POST.",
        "extensions": {"code": "METHOD_NOT_ALLOWED", **ID},
    }
    assert gateway.stage.written == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "QUERY"])
async def test_other_methods_are_refused(gateway: Served, method: str) -> None:
    answer = await gateway.client.request(method, "/graphql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_type_that_is_not_spoken_is_not_acceptable(gateway: Served, method: str) -> None:
    answer = await gateway.client.request(
        method, "/graphql", headers={"accept": "application/xml"}, params={"query": "{ hello }"}
    )
    assert answer.status_code == 406
    assert only_error(answer.json())["extensions"] == {"code": "NOT_ACCEPTABLE", **ID}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": "text/plain"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/json", "content-encoding": "gzip"},
        {"content-type": "application/x-www-form-urlencoded"},
    ],
)
async def test_a_body_of_another_type_is_refused(gateway: Served, headers: dict[str, str]) -> None:
    answer = await gateway.client.post("/graphql", content=b'{"query":"{hello}"}', headers=headers)
    assert answer.status_code == 415
    assert only_error(answer.json())["extensions"] == {"code": "UNSUPPORTED_MEDIA_TYPE", **ID}


@BOTH
async def test_a_body_that_is_no_request_is_a_400_in_either_type(
    gateway: Served, accept: str
) -> None:
    answer = await gateway.client.post(
        "/graphql",
        content=b"{",
        headers={"content-type": "application/json", "accept": accept},
    )
    assert answer.status_code == 400
    assert only_error(answer.json())["extensions"] == {"code": "BAD_REQUEST", **ID}


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL_RESPONSE, 400)])
@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (("{", {}), "GRAPHQL_PARSE_FAILED"),
        (("{ unknown }", {}), "GRAPHQL_VALIDATION_FAILED"),
        (("query A { hello } query B { hello }", {}), "GRAPHQL_VALIDATION_FAILED"),
        (("query($v: Int!) { number(value: $v) }", {}), "BAD_USER_INPUT"),
        (("query($v: Int!) { number(value: $v) }", {"v": 10**12}), "BAD_USER_INPUT"),
        (("query($v: Weekday!) { weekday(value: $v) }", {"v": "sunday"}), "BAD_USER_INPUT"),
        (("subscription { hello }", {}), "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_request_whose_document_fails_has_no_data(
    gateway: Served, asked: tuple[str, dict[str, Any]], code: str, accept: str, status: int
) -> None:
    query, variables = asked
    answer = await gateway.post(query, variables=variables, accept=accept)
    assert answer.status_code == status
    assert only_error(answer.json())["extensions"] == {"code": code, **ID}


@BOTH
async def test_a_field_that_fails_leaves_its_neighbours(gateway: Served, accept: str) -> None:
    answer = await gateway.post("{ hello throttled }", accept=accept)
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {"hello": "hello world", "throttled": None},
        "errors": [
            {
                "message": "The site's calls are used up.",
                "path": ["throttled"],
                "locations": [{"line": 1, "column": 9}],
                "extensions": {"code": "THROTTLED", **ID},
            }
        ],
    }


@pytest.mark.parametrize("query", ["{ broken }", "{ unbearable }"])
async def test_the_cause_of_a_fault_stays_inside(gateway: Served, query: str) -> None:
    answer = await gateway.post(query)
    assert answer.status_code == 200
    body = answer.json()
    assert "hunter2" not in answer.text
    assert body["errors"][0]["extensions"] == {"code": "INTERNAL", **ID}
    assert "data" in body


async def test_a_context_that_cannot_be_built_is_a_masked_500(gateway: Served) -> None:
    gateway.stage.refuses = True
    answer = await gateway.post("{ hello }")
    assert answer.status_code == 500
    assert "hunter2" not in answer.text
    assert only_error(answer.json())["extensions"] == {"code": "INTERNAL", **ID}


async def test_the_context_is_closed_after_each_operation(gateway: Served) -> None:
    await gateway.post("{ hello }")
    await gateway.post("{ broken }")
    assert gateway.stage.closed == 2


async def test_a_body_over_the_limit_is_a_413() -> None:
    async with served(Limits(body_bytes=100)) as gateway:
        answer = await gateway.post("{ hello }" + " " * 100)
    assert answer.status_code == 413
    assert only_error(answer.json())["extensions"] == {"code": "BODY_TOO_LARGE", **ID}


async def test_json_that_orjson_cannot_write_is_written_all_the_same(gateway: Served) -> None:
    gateway.stage.echoes = 2**70
    answer = await gateway.post("{ echo }")
    assert answer.json() == {"data": {"echo": 2**70}}


async def test_a_document_is_executed_the_same_when_it_is_recalled(gateway: Served) -> None:
    answers = [await gateway.post("{ hello inner { hello } }") for _ in range(3)]
    assert {answer.text for answer in answers} == {
        '{"data":{"hello":"hello world","inner":{"hello":"hello world"}}}'
    }


async def test_a_browser_gets_the_page(gateway: Served) -> None:
    headers = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    answer = await gateway.client.get("/graphql", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "GraphiQL" in answer.text


async def test_a_browser_that_asks_something_gets_the_answer(gateway: Served) -> None:
    headers = {"accept": "text/html,*/*;q=0.8", "sec-fetch-site": "same-origin"}
    answer = await gateway.client.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json() == {"data": {"hello": "hello world"}}


async def test_answers_are_not_stored_on_the_way(gateway: Served) -> None:
    answer = await gateway.post("{ hello }")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "accept"
