"""The store: ages, changes, bounds."""

import pytest

from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.store import Age, Held, Store, Subject
from tests.support.clock import ManualClock

RED, BLUE = Tag("site", "red"), Tag("site", "blue")


def subject(name: str = "one", *tags: Tag, site: str = "site", on_error: float = 0) -> Subject:
    return Subject(Key(site, "thing", name), tags or (RED,), Period(10, 20), on_error)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(clock: ManualClock) -> Store:
    return Store(limit_bytes=10_000, clock=clock, generations=Generations())


def test_an_answer_ages_and_ends(store: Store, clock: ManualClock) -> None:
    store.keep(subject(on_error=5), "value", since=0)
    ages = []
    for seconds in (0, 9, 1, 19, 1, 4):
        clock.advance(seconds)
        held = store.find(subject().key)
        ages.append(held.age if held else None)
    assert ages == [Age.FRESH, Age.FRESH, Age.STALE, Age.STALE, Age.SPENT, Age.SPENT]
    clock.advance(1)
    assert store.find(subject().key) is None
    assert len(store) == store.size == 0


def test_a_change_takes_what_carries_its_tag(store: Store) -> None:
    store.keep(subject("red", RED), 1, since=0)
    store.keep(subject("blue", BLUE), 2, since=0)
    store.keep(subject("both", RED, BLUE), 3, since=0)
    store.change([RED])
    held = {name: store.find(subject(name).key) for name in ("red", "blue", "both")}
    assert held == {"red": None, "blue": Held(2, Age.FRESH, 0), "both": None}


def test_what_was_read_before_a_change_is_not_kept_after_it(store: Store) -> None:
    began = store.generations.now()
    store.change([RED])
    store.keep(subject(), "old", since=began)
    store.keep(subject("other", BLUE), "untouched", since=began)
    assert store.find(subject().key) is None
    assert store.find(subject("other").key) == Held("untouched", Age.FRESH, 0)


def test_two_sites_share_nothing(store: Store) -> None:
    store.keep(subject(site="here"), "here", since=0)
    assert store.find(subject(site="there").key) is None


def test_a_miss_is_an_answer(store: Store) -> None:
    store.keep(subject(), None, since=0)
    assert store.find(subject().key) == Held(None, Age.FRESH, 0)


def test_the_bytes_are_bounded_and_the_least_used_goes_first(store: Store) -> None:
    for number in range(5):
        store.keep(subject(str(number)), "x" * 1_800, since=0)
        store.find(subject("0").key)
    assert store.size <= 10_000
    kept = [number for number in range(5) if store.find(subject(str(number)).key)]
    assert kept == [0, 2, 3, 4]


def test_what_is_larger_than_the_store_is_not_kept(store: Store) -> None:
    store.keep(subject(), "x" * 20_000, since=0)
    assert store.find(subject().key) is None


def test_forgotten_tags_count_as_changed() -> None:
    generations = Generations(most=2)
    tags = [Tag("site", "kind", str(number)) for number in range(3)]
    for tag in tags:
        generations.change([tag])
    assert [
        generations.unchanged([tag], since) for tag, since in zip(tags, (0, 1, 1), strict=True)
    ] == [False, False, False]
    assert generations.unchanged([tags[0]], 1)
    assert generations.unchanged([BLUE], 1)
