"""An operation's trace: what it asked of Wix, and what memory spared it."""

import asyncio
from typing import Any

import pytest

from gateway import ledger
from gateway.edge.tracing import Tracing
from gateway.ledger import Ledger, UpstreamCall
from tests.support.clock import ManualClock
from tests.support.endpoint import scope_of, served

ASKED = {"x_crm_trace": "1"}


def call(operation: str, *, sent_at: float, waited: float = 0.0, attempt: int = 1) -> UpstreamCall:
    return UpstreamCall(operation, "POST", "/x", 200, 0.25, attempt, waited, sent_at)


def report_of(book: Ledger, *spent: UpstreamCall) -> dict[str, Any]:
    """Trace an operation that began at 100 s and took half a second."""
    clock = ManualClock(100.0)
    with ledger.opened(book):
        tracing = Tracing(lambda _scope: True, clock=clock)
        tracing.begin(scope_of(**ASKED))
        for each in spent:
            book.record(each)
        book.hit(kind="labels", seconds=3.0)
        book.hit(kind="labels", seconds=7.5, stale=True)
        clock.advance(0.5)
        report: dict[str, Any] = tracing.report()["trace"]
        return report


def test_a_trace_tells_each_call_and_how_old_the_rest_was() -> None:
    found = report_of(Ledger(), call("labels.list", sent_at=100.2, waited=0.1, attempt=2))
    assert found == {
        "milliseconds": 500.0,
        "calls": [
            {
                "operation": "labels.list",
                "method": "POST",
                "path": "/x",
                "status": 200,
                "attempt": 2,
                "beganAt": 100.0,
                "queued": 100.0,
                "milliseconds": 250.0,
                "sharedWith": 0,
            }
        ],
        "memory": [{"kind": "labels", "answers": 2, "stale": 1, "oldestSeconds": 7.5}],
    }


def test_calls_come_in_the_order_in_which_they_were_sent() -> None:
    found = report_of(Ledger(), call("second", sent_at=100.2), call("first", sent_at=100.1))
    assert [each["operation"] for each in found["calls"]] == ["first", "second"]


def test_a_call_that_others_wait_for_is_told_to_all_of_them() -> None:
    load, mine, others = Ledger(), Ledger(), [Ledger(), Ledger()]
    for book in (mine, mine, *others):
        book.wait_for(load)
    load.record(call("labels.list", sent_at=99.9))
    mine.take_over(load.calls)
    for book in (mine, *others):
        (told,) = report_of(book)["calls"]
        assert (told["operation"], told["sharedWith"], told["beganAt"]) == ("labels.list", 2, -100)


def test_a_load_within_a_load_is_shared_by_all_who_wait_for_either() -> None:
    inner, outer, mine, other = Ledger(), Ledger(), Ledger(), Ledger()
    outer.wait_for(inner)
    other.wait_for(inner)
    mine.wait_for(outer)
    inner.record(call("labels.list", sent_at=100.0))
    (told,) = report_of(mine)["calls"]
    assert told["sharedWith"] == 1


def test_of_a_batch_nobody_is_told_what_was_asked_for_others_alone() -> None:
    load, mine, other = Ledger(), Ledger(), Ledger()
    mine.wait_for(load, ["a"])
    other.wait_for(load, ["b"])
    for keys in (["a", "b"], ["a"], ["b"]):
        with ledger.asking_for(keys):
            load.record(call(" ".join(keys), sent_at=100.0))
    told = report_of(mine)["calls"]
    assert [(each["operation"], each["sharedWith"]) for each in told] == [("a b", 1), ("a", 0)]


@pytest.mark.parametrize("headers", [{}, {"x_crm_trace": "0"}, {"x_crm_trace": "yes"}])
def test_what_does_not_ask_is_not_traced_and_notes_nothing(headers: dict[str, str]) -> None:
    with ledger.opened(Ledger()) as book:
        tracing = Tracing(lambda _scope: True)
        tracing.begin(scope_of(**headers))
        book.hit(kind="labels", seconds=3.0)
        assert (tracing.report(), book.remembered) == ({}, None)


def test_who_may_not_see_it_gets_none() -> None:
    with ledger.opened(Ledger()) as book:
        tracing = Tracing(lambda _scope: False)
        tracing.begin(scope_of(**ASKED))
        assert (tracing.report(), book.remembered) == ({}, None)


def test_outside_of_a_request_there_is_nothing_to_trace() -> None:
    tracing = Tracing(lambda _scope: True)
    tracing.begin(scope_of(**ASKED))
    assert tracing.report() == {}


def test_a_second_operation_of_a_request_goes_on_with_its_trace() -> None:
    clock = ManualClock(100.0)
    tracing = Tracing(lambda _scope: True, clock=clock)
    with ledger.opened(Ledger()) as book:
        tracing.begin(scope_of(**ASKED))
        book.hit(kind="labels", seconds=3.0)
        clock.advance(0.25)
        tracing.begin(scope_of(**ASKED))
        found = tracing.report()["trace"]
    assert (found["milliseconds"], [known["kind"] for known in found["memory"]]) == (
        250,
        ["labels"],
    )


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"x-crm-trace": "1", "x-may-trace": "yes"}, True),
        ({"x-crm-trace": "1"}, False),
        ({"x-may-trace": "yes"}, False),
    ],
)
async def test_an_answer_holds_the_trace_where_it_is_asked_for(
    headers: dict[str, str], *, told: bool
) -> None:
    async with served() as endpoint:
        answer = await endpoint.client.post(
            "/graphql", json={"query": "{ hello }"}, headers=headers
        )
    assert ("trace" in answer.json().get("extensions", {})) is told


async def test_two_requests_at_once_are_traced_apart() -> None:
    seen: list[list[str]] = []

    async def request(operation: str) -> None:
        with ledger.opened(Ledger()) as book:
            tracing = Tracing(lambda _scope: True)
            tracing.begin(scope_of(**ASKED))
            await asyncio.sleep(0)
            book.record(call(operation, sent_at=0.0))
            seen.append([each["operation"] for each in tracing.report()["trace"]["calls"]])

    await asyncio.gather(request("one"), request("other"))
    assert sorted(seen) == [["one"], ["other"]]
