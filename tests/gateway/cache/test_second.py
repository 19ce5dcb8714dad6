"""Reading with a memory that is shared: asked before Wix, believed no longer than it deserves."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway import ledger
from gateway.cache.flight import Flights
from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.reader import Reader
from gateway.cache.second import Shared, Subject
from gateway.cache.store import Age, Held, Store
from gateway.ledger import Ledger
from tests.support.clock import ManualClock

THING = Key("site", "thing", "one")
TAG = Tag("site", "thing")
PERIOD = Period(10, 20)


@dataclass
class Others:
    """What other gateways know."""

    known: dict[Key, Shared] = field(default_factory=dict)
    asked: list[list[Key]] = field(default_factory=list)
    offered: dict[Key, Any] = field(default_factory=dict)
    meanwhile: Callable[[], None] = lambda: None
    """What happens while they are asked."""

    async def find(self, subjects: Sequence[Subject]) -> Mapping[Key, Shared]:
        self.asked.append([each.key for each in subjects])
        await asyncio.sleep(0)
        self.meanwhile()
        return self.known

    def keep(self, subject: Subject, value: Any) -> None:
        self.offered[subject.key] = value


@dataclass
class Here:
    """One gateway's memory, and how often Wix was asked."""

    clock: ManualClock
    others: Others
    store: Store
    flights: Flights
    reader: Reader
    loads: int = 0

    async def read(self, subject: Subject, **more: Any) -> str:
        async def load() -> str:
            self.loads += 1
            return f"loaded {self.loads}"

        return await self.reader.read(lambda: subject, load, **more)


@pytest.fixture
def here() -> Here:
    clock, others = ManualClock(), Others()
    store = Store(limit_bytes=10_000, clock=clock, generations=Generations())
    store.second = others
    flights = Flights(seconds=10, clock=clock)
    return Here(clock, others, store, flights, Reader(store, flights))


def thing(period: Period = PERIOD, on_error: float = 0.0) -> Subject:
    return Subject(THING, (TAG,), period, on_error)


async def test_what_another_has_read_is_given_out_and_wix_is_not_asked(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    with ledger.opened(Ledger()) as book:
        assert [await here.read(thing()) for _ in range(3)] == ["theirs"] * 3
    assert (here.loads, here.others.asked, book.cache_hits) == (0, [[THING]], 3)
    assert here.store.find(THING) == Held("theirs", Age.FRESH, 3)


async def test_what_nobody_knows_is_loaded_and_offered_to_the_others(here: Here) -> None:
    assert await here.read(thing()) == "loaded 1"
    assert here.others.offered == {THING: "loaded 1"}


async def test_what_came_from_the_others_is_not_offered_back_to_them(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    await here.read(thing())
    assert here.others.offered == {}


async def test_what_is_not_to_be_kept_is_neither_looked_for_nor_offered(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    assert await here.read(thing(Period(0, 0))) == "loaded 1"
    assert (here.others.asked, here.others.offered) == ([], {})


async def test_many_who_ask_at_once_look_once(here: Here) -> None:
    answers = await asyncio.gather(*(here.read(thing()) for _ in range(100)))
    assert set(answers) == {"loaded 1"}
    assert here.others.asked == [[THING]]


async def test_a_stale_answer_of_another_is_given_out_once_more_and_fetched_anew(
    here: Here,
) -> None:
    here.others.known[THING] = Shared("theirs", 12, PERIOD)
    assert await here.read(thing()) == "theirs"
    await asyncio.gather(*here.flights._tasks)
    assert await here.read(thing()) == "loaded 1"


async def test_a_refresh_takes_what_another_has_fetched_meanwhile(here: Here) -> None:
    await here.read(thing())
    here.clock.advance(12)
    here.others.known[THING] = Shared("theirs", 1, PERIOD)
    assert await here.read(thing()) == "loaded 1"
    await asyncio.gather(*here.flights._tasks)
    assert await here.read(thing()) == "theirs"
    assert here.loads == 1


@pytest.mark.parametrize(
    ("ours", "theirs"), [(PERIOD, Period(5, 0)), (Period(5, 0), PERIOD)], ids=["theirs", "ours"]
)
async def test_the_shorter_period_counts(here: Here, ours: Period, theirs: Period) -> None:
    here.others.known[THING] = Shared("theirs", 4, theirs)
    assert await here.read(thing(ours)) == "theirs"
    here.clock.advance(1)
    here.others.known.clear()
    assert await here.read(thing(ours)) == "loaded 1"


async def test_an_answer_older_than_what_is_wanted_does_not_do(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    assert await here.read(thing(), oldest=2) == "loaded 1"


async def test_a_younger_answer_of_ones_own_is_not_given_up_for_theirs(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    here.others.meanwhile = lambda: here.store.keep(thing(), "ours", since=0)
    assert await here.read(thing()) == "ours"


async def test_what_was_found_before_a_change_is_not_taken_over_after_it(here: Here) -> None:
    here.others.known[THING] = Shared("theirs", 3, PERIOD)
    here.others.meanwhile = lambda: here.store.change([TAG])
    assert await here.read(thing()) == "loaded 1"


async def test_after_a_change_of_everything_nothing_is_held(here: Here) -> None:
    began = here.store.generations.now()
    here.store.keep(thing(), "kept", since=began)
    here.store.change_all()
    here.store.keep(thing(), "late", since=began)
    assert here.store.find(THING) is None
