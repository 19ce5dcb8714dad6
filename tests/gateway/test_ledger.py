"""The record of what a request spent upstream."""

import asyncio

from gateway import ledger
from gateway.ledger import Ledger, Remembered, Share, UpstreamCall


def call(operation: str) -> UpstreamCall:
    return UpstreamCall(operation, "POST", "/contacts", status=200, seconds=0.1, attempt=1)


def test_outside_of_a_request_nobody_keeps_books() -> None:
    assert ledger.current() is None


async def test_calls_are_kept_in_the_order_in_which_they_end() -> None:
    async def spend(operation: str, turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        book = ledger.current()
        assert book is not None
        book.record(call(operation))

    with ledger.opened(Ledger()) as book:
        await asyncio.gather(spend("slow", 2), spend("fast", 0))
    assert book.calls == [call("fast"), call("slow")]


def test_two_requests_keep_separate_books() -> None:
    outer, inner = Ledger(), Ledger()
    with ledger.opened(outer):
        with ledger.opened(inner):
            within = ledger.current()
        after = ledger.current()
    assert within is inner
    assert after is outer


def test_a_call_is_written_down_with_the_keys_that_it_was_made_for() -> None:
    with ledger.opened(Ledger()) as book:
        with ledger.asking_for(["a", "b"]):
            book.record(call("both"))
        book.record(call("all"))
    assert [each.keys for each in book.calls] == [{"a", "b"}, frozenset()]


def test_a_request_waits_for_a_load_once_however_many_of_its_fields_do() -> None:
    load, one, other = Ledger(), Ledger(), Ledger()
    for book in (one, one, other):
        book.wait_for(load)
    assert load.shares == [Share(frozenset())] * 2
    assert list(one.loads.values()) == [(load, Share(frozenset()))]


def test_a_request_that_waits_for_all_keys_of_a_load_waits_for_no_less() -> None:
    load, one, other = Ledger(), Ledger(), Ledger()
    for keys in (["a"], ["b"]):
        one.wait_for(load, keys)
    for keys in (["a"], [], ["b"]):
        other.wait_for(load, keys)
    assert load.shares == [Share(frozenset({"a", "b"})), Share(frozenset())]


def test_what_came_from_memory_is_told_by_kind_with_the_oldest_age() -> None:
    book = Ledger(remembered={})
    book.hit(kind="labels", seconds=4.0)
    book.hit(kind="labels", seconds=9.0, stale=True)
    book.hit(kind="contact", seconds=1.0)
    assert book.remembered == {
        "labels": Remembered(answers=2, stale=1, oldest=9.0),
        "contact": Remembered(answers=1, stale=0, oldest=1.0),
    }


def test_where_nobody_wants_to_know_memory_is_only_counted() -> None:
    book = Ledger()
    book.hit(kind="labels", seconds=4.0, stale=True)
    assert (book.cache_hits, book.stale, book.remembered) == (1, 1, None)
