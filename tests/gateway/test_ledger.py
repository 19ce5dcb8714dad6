"""The record of what a request spent upstream."""

import asyncio

from gateway import ledger
from gateway.ledger import Ledger, UpstreamCall


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
