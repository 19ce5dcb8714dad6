"""From a result to an answer."""

import orjson
import pytest
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from gateway.edge import answers
from gateway.edge.answers import Style
from gateway.edge.media import GRAPHQL_RESPONSE, JSON

STYLE = Style(JSON, "abc")


def test_extensions_of_a_result_are_part_of_the_answer() -> None:
    result = ExecutionResult(data={"a": 1}, errors=None, extensions={"cost": 2})
    answer = answers.executed(result, STYLE)
    assert orjson.loads(answer.body) == {"data": {"a": 1}, "extensions": {"cost": 2}}


def test_data_that_a_field_s_error_nulled_is_null_and_not_absent() -> None:
    error = GraphQLError("no", path=["a"], extensions={"code": "THROTTLED"})
    answer = answers.executed(ExecutionResult(data=None, errors=[error]), STYLE)
    assert answer.status == 200
    assert orjson.loads(answer.body) == {
        "errors": [
            {
                "message": "no",
                "path": ["a"],
                "extensions": {"code": "THROTTLED", "requestId": "abc"},
            }
        ],
        "data": None,
    }


def test_a_fault_before_any_field_is_a_masked_500_in_either_type() -> None:
    fault = RuntimeError("the database password is hunter2")
    result = ExecutionResult(data=None, errors=[GraphQLError("x", original_error=fault)])
    for media_type in (JSON, GRAPHQL_RESPONSE):
        answer = answers.executed(result, Style(media_type, "abc"))
        assert answer.status == 500
        assert b"hunter2" not in answer.body
        (error,) = orjson.loads(answer.body)["errors"]
        assert error["extensions"] == {"code": "INTERNAL", "requestId": "abc"}


@pytest.mark.parametrize(("count", "told"), [(200, 200), (201, 201), (5_000, 201)])
def test_errors_are_told_up_to_a_number(count: int, told: int) -> None:
    errors = [GraphQLError(f"error {n}", path=["field", n]) for n in range(count)]
    answer = answers.executed(ExecutionResult(data={}, errors=errors), STYLE)
    assert len(orjson.loads(answer.body)["errors"]) == told


def test_the_last_tells_how_many_there_are_beyond() -> None:
    errors = [GraphQLError(f"error {n}", path=["field", n]) for n in range(1_000)]
    answer = answers.executed(ExecutionResult(data={}, errors=errors), STYLE)
    assert orjson.loads(answer.body)["errors"][-1] == {
        "message": "800 more errors were left out.",
        "extensions": {"code": "MORE_ERRORS", "requestId": "abc"},
    }
