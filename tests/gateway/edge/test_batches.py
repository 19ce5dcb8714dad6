"""Several operations in one request: none unless allowed, then as many as allowed, in turn."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.edge.known.library import Found, Library
from gateway.edge.limits import Limits
from gateway.edge.parameters import Parameters
from gateway.edge.window_store import WindowsInProcess
from gateway.edge.windows import CallerWindows
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


async def test_each_operation_counts_as_a_request_of_its_caller() -> None:
    store = WindowsInProcess(clock=lambda: 0.0)
    windows = CallerWindows(lambda _scope: store, requests=4, calls=5)
    async with served(Limits(batch_operations=3), windows=windows) as gateway:
        first = await batch(gateway, "{ hello }", "{ unknown }", "{ hello }")
        second = await batch(gateway, "{ hello }", "{ hello }")
    assert first.headers["ratelimit"].startswith('"requests";r=1;')
    fine, throttled = second.json()
    assert fine == {"data": {"hello": "hello world"}}
    assert throttled["errors"][0]["extensions"]["code"] == "THROTTLED"


async def test_others_have_their_turn_while_a_batch_is_judged() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    class Counting(Library):
        """Notes how often others had their turn when a document is looked for."""

        def __init__(self) -> None:
            super().__init__()
            self.seen: list[int] = []

        async def find(self, asked: Parameters) -> Found:
            self.seen.append(turns)
            return await super().find(asked)

    library = Counting()
    async with served(Limits(batch_operations=3), library=library) as gateway:
        beside = asyncio.create_task(others())
        await batch(gateway, "{ hello }", "{ unknown }", "{ hello }")
        beside.cancel()
    assert len(set(library.seen)) == 3


async def test_batches_are_off_unless_they_are_allowed() -> None:
    async with served() as gateway:
        answer = await batch(gateway, "{ hello }")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
