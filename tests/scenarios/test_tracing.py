"""What a trace tells of whole operations: calls, their sharing, and what memory spared."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.applications import calling

COUNTS = "{ labels(first: 3) { nodes { key contactCount } } }"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    sandbox = create_sandbox(SandboxOptions(contacts=20))
    app = create_app(Settings(), sandbox=sandbox)
    async with calling(app) as client:
        yield client
    await sandbox.aclose()


async def extensions(client: httpx.AsyncClient, query: str, **headers: str) -> dict[str, Any]:
    answer = await client.post("/graphql", json={"query": query}, headers=headers)
    found: dict[str, Any] = answer.json()["extensions"]
    return found


async def trace(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    found: dict[str, Any] = (await extensions(client, query, **{"x-crm-trace": "1"}))["trace"]
    return found


async def test_each_call_is_told_as_it_went_over_the_wire(client: httpx.AsyncClient) -> None:
    told = (await trace(client, COUNTS))["calls"]
    assert [(call["method"], call["path"], call["status"]) for call in told] == [
        ("POST", "/contacts/v4/labels/query", 200),
        ("GET", "/contacts/v4/contacts/facets", 200),
    ]
    assert all(call["beganAt"] >= 0 and call["milliseconds"] > 0 for call in told)


async def test_what_is_known_is_told_by_kind_and_makes_no_call(client: httpx.AsyncClient) -> None:
    await trace(client, COUNTS)
    again = await trace(client, COUNTS)
    assert again["calls"] == []
    assert [(known["kind"], known["answers"]) for known in again["memory"]] == [
        ("label-pages", 1),
        ("facets", 1),
    ]


async def test_all_who_wait_for_a_call_are_told_of_it_and_of_each_other(
    client: httpx.AsyncClient,
) -> None:
    traces = await asyncio.gather(*(trace(client, COUNTS) for _ in range(3)))
    shared = [[call["sharedWith"] for call in each["calls"]] for each in traces]
    assert shared == [[2, 2]] * 3


async def test_two_fields_that_wait_for_one_call_count_as_one_request(
    client: httpx.AsyncClient,
) -> None:
    told = await trace(client, f"{{ a: {COUNTS[2:-2]} b: {COUNTS[2:-2]} }}")
    assert [call["sharedWith"] for call in told["calls"]] == [0, 0]


async def test_a_write_is_told_like_any_call(client: httpx.AsyncClient) -> None:
    told = await trace(
        client,
        """mutation {
          findOrCreateLabel(input: { displayName: "Traced" }) { label { key } }
        }""",
    )
    assert [call["operation"] for call in told["calls"]] == ["labels.find_or_create"]


async def test_an_operation_that_does_not_ask_is_told_its_cost_only(
    client: httpx.AsyncClient,
) -> None:
    assert list(await extensions(client, COUNTS)) == ["cost"]
