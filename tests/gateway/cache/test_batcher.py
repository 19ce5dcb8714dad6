"""Batches: who leaves when, who is waited for, and what a caller who leaves takes along."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from gateway import deadline, ledger
from gateway.cache.batcher import Batcher, Gathering
from gateway.cache.flight import Flights
from gateway.cache.generations import Generations
from gateway.cache.keys import Tag
from gateway.deadline import Deadline
from gateway.errors import UpstreamForbidden, UpstreamTimeout
from gateway.ledger import Ledger, UpstreamCall
from tests.support.clock import ManualClock


def tags_of(key: str) -> tuple[Tag, ...]:
    return (Tag("site", "key", key),)


class Batches:
    """A batcher whose loads a test answers one by one."""

    def __init__(self, gathering: Gathering) -> None:
        self.generations = Generations()
        self.flights = Flights(seconds=10, clock=ManualClock())
        self.asked: list[Sequence[str]] = []
        self.answers: list[asyncio.Future[None]] = []
        self.batcher: Batcher[str, str] = Batcher(
            self._load,
            flights=self.flights,
            generations=self.generations,
            tags=tags_of,
            gathering=gathering,
        )

    async def _load(self, keys: Sequence[str]) -> Mapping[str, str]:
        self.asked.append(keys)
        answer: asyncio.Future[None] = asyncio.Future()
        self.answers.append(answer)
        await answer
        return {key: key.upper() for key in keys}

    def load(self, *keys: str) -> "asyncio.Task[dict[str, str]]":
        return asyncio.create_task(self.batcher.load(keys))

    async def settle(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)


def batches(**rules: float) -> Batches:
    return Batches(Gathering(**{"patience": 60.0, **rules}))  # type: ignore[arg-type]


async def test_the_first_leaves_at_once_and_others_gather_until_it_lands() -> None:
    it = batches()
    loads = [it.load("a")]
    await it.settle()
    loads += [it.load("b"), it.load("c", "b")]
    await it.settle()
    assert it.asked == [("a",)]
    it.answers[0].set_result(None)
    await it.settle()
    assert it.asked == [("a",), ("b", "c")]
    it.answers[1].set_result(None)
    found = await asyncio.gather(*loads)
    assert found[0] == {"a": "A"}
    assert all(each.items() <= {"b": "B", "c": "C"}.items() for each in found[1:])


async def test_a_key_under_way_is_waited_for_unless_it_changed() -> None:
    it = batches()
    first = it.load("a")
    await it.settle()
    second = it.load("a")
    await it.settle()
    it.generations.change(tags_of("a"))
    third = it.load("a")
    await it.settle()
    it.answers[0].set_result(None)
    assert await first == await second == {"a": "A"}
    await it.settle()
    assert not third.done()
    assert it.asked == [("a",), ("a",)]
    it.answers[1].set_result(None)
    assert await third == {"a": "A"}


async def test_a_full_batch_waits_for_nobody() -> None:
    it = batches(most=2)
    loads = [it.load("a"), it.load("b", "c", "d")]
    await it.settle()
    assert it.asked == [("a", "b"), ("c", "d")]
    for answer in it.answers:
        answer.set_result(None)
    await asyncio.gather(*loads)


async def test_a_batch_that_hangs_is_not_waited_for_forever() -> None:
    it = batches(patience=0.0)
    hanging = it.load("a")
    await it.settle()
    other = it.load("b")
    while len(it.asked) < 2:  # noqa: ASYNC110 - the loop turns until the timer strikes
        await asyncio.sleep(0)
    it.answers[1].set_result(None)
    assert await other == {"b": "B"}
    hanging.cancel()
    await asyncio.wait({hanging})


async def test_a_caller_who_leaves_takes_nothing_from_the_others() -> None:
    it = batches()
    leaving, staying = it.load("a"), it.load("a", "b")
    await it.settle()
    leaving.cancel()
    await it.settle()
    it.answers[0].set_result(None)
    assert await staying == {"a": "A", "b": "B"}


async def test_when_all_have_left_the_next_leaves_at_once() -> None:
    it = batches()
    for leaving in (it.load("a"), it.load("b")):
        await it.settle()
        leaving.cancel()
        await it.settle()
    late = it.load("c")
    await it.settle()
    assert it.asked[-1] == ("c",)
    it.answers[-1].set_result(None)
    assert await late == {"c": "C"}


async def test_callers_who_leave_before_the_batch_does_leave_no_trace() -> None:
    it = batches()
    gone = it.load("a")
    await asyncio.sleep(0)
    gone.cancel()
    await it.settle()
    late = it.load("b")
    await it.settle()
    it.answers[-1].set_result(None)
    assert await late == {"b": "B"}


async def test_a_fault_is_everybodys_own() -> None:
    it = batches()
    loads = [it.load("a"), it.load("a")]
    await it.settle()
    it.answers[0].set_exception(UpstreamForbidden("no", status=403))
    faults = await asyncio.gather(*loads, return_exceptions=True)
    assert [type(fault) for fault in faults] == [UpstreamForbidden] * 2
    assert faults[0] is not faults[1]
    assert {getattr(fault, "status", None) for fault in faults} == {403}


async def test_a_caller_without_time_begins_nothing() -> None:
    it = batches()
    with deadline.within(Deadline.after(0, ManualClock())), pytest.raises(UpstreamTimeout):
        await it.batcher.load(["a"])
    assert it.asked == []


async def test_what_is_begun_for_nobody_runs_to_its_end() -> None:
    it = batches()
    it.batcher.begin(["a"])
    await it.settle()
    joined = it.load("a")
    await it.settle()
    assert it.asked == [("a",)]
    it.answers[0].set_result(None)
    assert await joined == {"a": "A"}
    await it.flights.aclose()


async def test_each_call_of_a_batch_is_charged_to_the_first_who_asked_for_what_it_brings() -> None:
    async def load(keys: Sequence[str]) -> Mapping[str, str]:
        book = ledger.current()
        assert book is not None
        for together in ("a", "bc"):
            with ledger.asking_for(together):
                book.record(UpstreamCall(together, "GET", "/", 200, 0.0, 1))
        book.record(UpstreamCall("all", "GET", "/", 200, 0.0, 1))
        return {key: key.upper() for key in keys}

    async def asking(*keys: str) -> tuple[list[str], int]:
        with ledger.opened(Ledger()) as book:
            await batcher.load(keys)
        return [call.operation for call in book.calls], book.shared

    batcher = Batcher[str, str](
        load,
        flights=Flights(seconds=10, clock=ManualClock()),
        generations=Generations(),
        tags=tags_of,
    )
    told = await asyncio.gather(asking("c"), asking("a"), asking("b"), asking("a", "b"))
    assert list(told) == [(["bc", "all"], 0), (["a"], 1), ([], 2), ([], 3)]
