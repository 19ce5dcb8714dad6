"""Answers in parts: who gets them, in which form, and what is in them."""

from collections.abc import AsyncIterator

import pytest

from gateway.edge.limits import Limits
from tests.support.deferring import DEFERRED, Asking
from tests.support.endpoint import Served, served
from tests.support.parts import (
    CURRENT,
    DATED,
    V0_2,
    parts_of,
    put_dated_together,
    put_together,
)

COST = {
    "estimated": 0,
    "actual": 0,
    "cacheHits": 0,
    "stale": 0,
    "budget": {"limit": 200, "remaining": 190, "resetAt": "2026-11-21T09:00:30.000Z"},
}


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    async with served() as gateway:
        yield gateway


@pytest.fixture
async def free() -> AsyncIterator[Served]:
    """One in which nothing is slow."""
    async with served() as gateway:
        gateway.stage.release.set()
        yield gateway


async def test_the_first_part_leaves_before_what_is_deferred_is_there(gateway: Served) -> None:
    asking = Asking(gateway, DEFERRED)
    assert await asking.next() == {
        "data": {"hello": "hello world"},
        "pending": [{"id": "0", "path": [], "label": "late"}],
        "hasNext": True,
    }
    await gateway.stage.started.wait()
    assert len(gateway.executions) == 1
    gateway.stage.release.set()
    assert await asking.next() == {
        "hasNext": False,
        "incremental": [{"id": "0", "data": {"slow": "done"}}],
        "completed": [{"id": "0"}],
    }
    await asking.serving
    assert asking.line.sent[-1]["more_body"] is False
    assert (gateway.stage.closed, len(gateway.executions)) == (1, 0)


async def test_the_dated_form_tells_paths_and_labels_in_place_of_ids(gateway: Served) -> None:
    asking = Asking(gateway, DEFERRED, DATED)
    assert await asking.next() == {"data": {"hello": "hello world"}, "hasNext": True}
    gateway.stage.release.set()
    assert await asking.next() == {
        "hasNext": False,
        "incremental": [{"data": {"slow": "done"}, "path": [], "label": "late"}],
    }
    await asking.serving


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("multipart/mixed", 'multipart/mixed; boundary="-"'),
        ("application/json, multipart/mixed", 'multipart/mixed; boundary="-"'),
        (V0_2, 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'),
        (DATED, 'multipart/mixed; boundary="-"; deferSpec=20220824'),
        ("*/*", "application/json; charset=utf-8"),
        ("application/json", "application/json; charset=utf-8"),
        ("multipart/mixed;q=0, application/json", "application/json; charset=utf-8"),
        ("multipart/mixed;deferSpec=2030, application/json", "application/json; charset=utf-8"),
    ],
)
async def test_accept_tells_the_form(free: Served, accept: str, answered: str) -> None:
    response = await free.post(DEFERRED, accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, answered)
    assert (response.headers["vary"], response.headers["cache-control"]) == ("accept", "no-store")
    if answered.startswith("application/json"):
        assert response.json() == {"data": {"hello": "hello world", "slow": "done"}}


@pytest.mark.parametrize(
    "query",
    [
        "{ hello }",
        "{ hello ... @defer(if: false) { slow } }",
        "{ rows(first: 5) @stream(initialCount: 6) { hello } }",
        "query ($late: Boolean! = false) { hello ... @defer(if: $late) { slow } }",
    ],
)
async def test_what_comes_at_once_comes_in_one(free: Served, query: str) -> None:
    both = f"application/json, {CURRENT}"
    response = await free.post(query, accept=both)
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json() == (await free.post(query)).json()


async def test_a_list_is_streamed_after_so_many_entries(free: Served) -> None:
    query = "{ rows(first: 4) @stream(initialCount: 1) { hello } }"
    row = {"hello": "hello world"}
    assert parts_of((await free.post(query, accept=CURRENT)).content) == [
        {"data": {"rows": [row]}, "pending": [{"id": "0", "path": ["rows"]}], "hasNext": True},
        {
            "hasNext": False,
            "incremental": [{"id": "0", "items": [row, row, row], "path": ["rows", 1]}],
            "completed": [{"id": "0"}],
        },
    ]
    assert parts_of((await free.post(query, accept=DATED)).content) == [
        {"data": {"rows": [row]}, "hasNext": True},
        {"hasNext": False, "incremental": [{"items": [row, row, row], "path": ["rows", 1]}]},
    ]


NESTED = [
    "{ inner { hello ... @defer { inner { hello ... @defer { number(value: 1) } } } } }",
    "{ rows { hello ... @defer { rows(first: 2) @stream { hello ... @defer { slow } } } } }",
    """{ a: inner { hello } ... @defer { a: inner { slow } }
         ... @defer(label: "b") { a: inner { slow number(value: 2) } } }""",
    "{ rows @stream(initialCount: 2) { rows @stream(initialCount: 1) { hello slow } } }",
    "{ rows(first: 0) @stream { hello } ... @defer { hello } }",
]


@pytest.mark.parametrize("query", NESTED)
async def test_the_parts_together_are_the_whole(free: Served, query: str) -> None:
    whole = (await free.post(query)).json()["data"]
    assert put_together(parts_of((await free.post(query, accept=CURRENT)).content)) == whole
    assert put_dated_together(parts_of((await free.post(query, accept=DATED)).content)) == whole


async def test_the_dated_form_tells_of_each_fragment_by_its_label(free: Served) -> None:
    query = """{ hello ... @defer(label: "a") { number(value: 1) }
                 ... @defer(label: "b") { number(value: 1) } }"""
    _, last = parts_of((await free.post(query, accept=DATED)).content)
    assert [entry["label"] for entry in last["incremental"]] == ["a", "b"]


async def test_what_fails_later_fails_in_its_own_part(free: Served) -> None:
    query = "{ hello ... @defer { broken throttled } }"
    opening, last = parts_of((await free.post(query, accept=CURRENT)).content)
    assert opening["data"] == {"hello": "hello world"}
    assert last["incremental"][0]["data"] == {"broken": None, "throttled": None}
    codes = [(error["path"], error["extensions"]) for error in last["incremental"][0]["errors"]]
    assert codes == [
        (["broken"], {"code": "INTERNAL", "requestId": "made-up"}),
        (["throttled"], {"code": "THROTTLED", "requestId": "made-up"}),
    ]
    assert "hunter2" not in str(last)


async def test_a_fragment_that_cannot_be_null_fails_as_a_whole(free: Served) -> None:
    query = '{ hello ... @defer(label: "bad") { unbearable } }'
    _, last = parts_of((await free.post(query, accept=CURRENT)).content)
    (done,) = last["completed"]
    assert (last["hasNext"], "incremental" in last, done["id"]) == (False, False, "0")
    assert done["errors"][0]["extensions"] == {"code": "INTERNAL", "requestId": "made-up"}
    _, last = parts_of((await free.post(query, accept=DATED)).content)
    (entry,) = last["incremental"]
    assert (entry["data"], entry["path"], entry["label"]) == (None, [], "bad")
    assert entry["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_a_list_whose_entry_cannot_be_null_ends_there(free: Served) -> None:
    query = "{ rows(first: 3) @stream(initialCount: 0) { unbearable } }"
    opening, last = parts_of((await free.post(query, accept=CURRENT)).content)
    assert opening["data"] == {"rows": []}
    assert [each["id"] for each in last["completed"]] == ["0"]
    assert last["completed"][0]["errors"][0]["path"] == ["rows", 0, "unbearable"]
    _, last = parts_of((await free.post(query, accept=DATED)).content)
    assert (last["incremental"][0]["items"], last["incremental"][0]["path"]) == (None, ["rows", 0])


async def test_the_first_and_the_last_part_tell_the_cost() -> None:
    async with served(reported=True) as gateway:
        asking = Asking(gateway, "{ hello ... @defer { inner { hello ... @defer { slow } } } }")
        parts = [await asking.next(), await asking.next()]
        gateway.stage.release.set()
        parts.append(await asking.next())
        await asking.serving
    told = [part.get("extensions") for part in parts]
    assert told == [{"cost": COST}, None, {"cost": COST}]


async def test_a_trace_is_told_with_the_first_and_the_last_part(free: Served) -> None:
    headers = {"accept": CURRENT, "x-crm-trace": "1", "x-may-trace": "yes"}
    body = {"query": DEFERRED}
    response = await free.client.post("/graphql", json=body, headers=headers)
    traces = [part["extensions"]["trace"] for part in parts_of(response.content)]
    assert [trace["calls"] for trace in traces] == [[], []]


async def test_mutations_and_batches_are_answered_in_one() -> None:
    async with served(Limits(batch_operations=2)) as gateway:
        gateway.stage.release.set()
        write = "mutation { half { ... @defer { __typename } } }"
        answered = await gateway.post(write, accept=f"{CURRENT}, application/json")
        assert answered.json() == {"data": {"half": {"__typename": "HalfDone"}}}
        headers = {"accept": f"{CURRENT}, application/json"}
        batch = await gateway.client.post("/graphql", json=[{"query": DEFERRED}], headers=headers)
    assert batch.json() == [{"data": {"hello": "hello world", "slow": "done"}}]


async def test_a_get_is_answered_in_parts_as_well(free: Served) -> None:
    headers = {"accept": CURRENT, "x-apollo-operation-name": "Deferred"}
    response = await free.client.get("/graphql", params={"query": DEFERRED}, headers=headers)
    assert len(parts_of(response.content)) == 2
