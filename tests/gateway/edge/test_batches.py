"""Several operations in one request: none unless allowed, then as many as allowed, in turn."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.edge.limits import Limits
from tests.support.endpoint import Served, served


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served(Limits(batch_operations=3)) as gateway:
        yield gateway


async def batch(gateway: Served, *queries: Any, **headers: str) -> httpx.Response:
    body = [{"query": query} for query in queries]
    return await gateway.client.post("/graphql", json=body, headers=headers)


async def test_a_batch_is_answered_in_its_order(gateway: Served) -> None:
    answer = await batch(gateway, "{ hello }", '{ hello(name: "Ada") }')
    assert (answer.status_code, answer.json()) == (
        200,
        [{"data": {"hello": "hello world"}}, {"data": {"hello": "hello Ada"}}],
    )


async def test_one_that_is_refused_does_not_take_its_neighbours_along(gateway: Served) -> None:
    answer = await batch(gateway, "{ unknown }", "{ hello }")
    refused, fine = answer.json()
    assert refused["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert fine == {"data": {"hello": "hello world"}}


async def test_mutations_of_a_batch_are_carried_out_one_after_the_other(gateway: Served) -> None:
    gateway.stage.release.set()
    answer = await batch(gateway, "mutation { write }", "mutation { write }")
    assert answer.json() == [{"data": {"write": 1}}, {"data": {"write": 2}}]


@pytest.mark.parametrize("body", [[], [7], [[{"query": "{ hello }"}]], [{"query": 1}]])
async def test_a_batch_of_something_else_is_refused_whole(gateway: Served, body: Any) -> None:
    answer = await gateway.client.post("/graphql", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_a_key_stands_for_one_operation(gateway: Served) -> None:
    gateway.stage.release.set()
    answer = await batch(gateway, "mutation { write }", **{"idempotency-key": "k"})
    assert answer.json()["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_INVALID"
    assert gateway.stage.written == 0


async def test_batches_are_off_unless_they_are_allowed() -> None:
    async with served() as gateway:
        answer = await batch(gateway, "{ hello }")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
