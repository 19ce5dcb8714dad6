"""What cannot be deferred, and how much can."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.edge.limits import Limits
from tests.support.endpoint import Served, served
from tests.support.parts import CURRENT, errors_in, parts_of


@pytest.fixture
async def free() -> AsyncIterator[Served]:
    """One in which nothing is slow."""
    async with served() as gateway:
        gateway.stage.release.set()
        yield gateway


def refusal_of(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"].startswith("application/json")
    return response.status_code, response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ hello @stream }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ rows @defer { hello } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ... @defer(when: true) { hello } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ ... @defer(label: 5) { hello } }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ ... @defer(if: "yes") { hello } }', "GRAPHQL_VALIDATION_FAILED"),
        ('{ rows @stream(initialCount: "2") { hello } }', "GRAPHQL_VALIDATION_FAILED"),
        ("query ($l: String) { ... @defer(label: $l) { hello } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            '{ ... @defer(label: "a") { hello } ... @defer(label: "a") { a: hello } }',
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{ ... @defer @defer { hello } }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { ... @defer { write } }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ rows @stream(initialCount: -1) { hello } }", "INITIAL_COUNT_INVALID"),
        ("{ rows @stream(initialCount: null) { hello } }", "INITIAL_COUNT_INVALID"),
        (
            "query ($n: Int = -1) { rows @stream(initialCount: $n) { hello } }",
            "INITIAL_COUNT_INVALID",
        ),
        (
            "{ rows @stream(initialCount: %s) { hello } }" % ("9" * 5_000),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{" + "... @defer { hello } " * 21 + "}", "TOO_MANY_DEFERRALS"),
        (
            "{" + "".join(f"a{n}: rows @stream {{ hello }} " for n in range(21)) + "}",
            "TOO_MANY_DEFERRALS",
        ),
    ],
)
@pytest.mark.parametrize("accept", [CURRENT + ", application/json", "application/json"])
async def test_what_cannot_be_deferred_is_refused(
    free: Served, query: str, code: str, accept: str
) -> None:
    assert refusal_of(await free.post(query, accept=accept)) == (200, code)


@pytest.mark.parametrize("count", [-1, -1.0, None])
async def test_a_variable_that_is_no_count_is_refused(free: Served, count: float | None) -> None:
    query = "query ($n: Int) { rows @stream(initialCount: $n) { hello } }"
    refused = await free.post(query, accept=f"{CURRENT}, application/json", variables={"n": count})
    assert refusal_of(refused) == (200, "INITIAL_COUNT_INVALID")
    left_out = await free.post(query, accept=CURRENT)
    assert parts_of(left_out.content)[0]["data"] == {"rows": []}


async def test_a_variable_of_another_type_is_answered_in_one(free: Served) -> None:
    query = "query ($n: Int) { rows @stream(initialCount: $n) { hello } }"
    answered = await free.post(
        query, accept=f"application/json, {CURRENT}", variables={"n": "many"}
    )
    assert refusal_of(answered) == (200, "BAD_USER_INPUT")


async def test_places_to_be_filled_later_are_bounded() -> None:
    query = "{ rows(first: 10) { hello ... @defer { number(value: 1) } } }"
    async with served(Limits(parts=10)) as gateway:
        assert len(parts_of((await gateway.post(query, accept=CURRENT)).content)) == 2
    async with served(Limits(parts=9)) as gateway:
        response = await gateway.post(query, accept=f"application/json, {CURRENT}")
        assert refusal_of(response) == (200, "TOO_MANY_PARTS")


async def test_entries_that_come_later_are_bounded() -> None:
    query = "{ rows(first: 10) @stream(initialCount: 1) { hello } }"
    async with served(Limits(parts=8)) as gateway:
        parts = parts_of((await gateway.post(query, accept=CURRENT)).content)
    assert [error["extensions"]["code"] for error in errors_in(parts)] == ["TOO_MANY_PARTS"]
