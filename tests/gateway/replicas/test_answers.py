"""Answers in writing: what is read is what was written, and nonsense is nothing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.second import Shared
from gateway.crm.invalidation import (
    CONTACT,
    CONTACT_PAGES,
    FACETS,
    FIELD_PAGES,
    FIELDS,
    LABEL_PAGES,
    LABELS,
)
from gateway.model.contacts import Contact
from gateway.model.facets import Facet
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.replicas import answers
from gateway.replicas.answers import is_shared, name_of
from gateway.replicas.shapes import VERSION

NAIVE = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - a zone is added
st.register_type_strategy(datetime, NAIVE.map(lambda moment: moment.replace(tzinfo=UTC)))
st.register_type_strategy(date, st.dates(date(1900, 1, 1)))
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))

contacts, labels = st.from_type(Contact), st.from_type(Label)
fields = st.from_type(ExtendedField)


def pages(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[Page[Any]]:
    some = st.lists(rows, max_size=3).map(tuple)
    return st.builds(Page, some, st.integers(0, 10_000), st.none() | st.integers(0, 10_000))


def by_key(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(rows, max_size=3).map(lambda some: {row.key: row for row in some})


VALUES: dict[str, st.SearchStrategy[Any]] = {
    CONTACT: st.none() | contacts,
    CONTACT_PAGES: pages(contacts),
    LABELS: by_key(labels),
    LABEL_PAGES: pages(labels),
    FIELDS: by_key(fields),
    FIELD_PAGES: pages(fields),
    FACETS: st.lists(st.from_type(Facet), max_size=3).map(tuple),
}
seconds = st.floats(0, 1e6)
shared = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.tuples(
        st.just(Key("site", kind, "one")),
        st.builds(Shared, VALUES[kind], seconds, st.builds(Period, seconds, seconds), seconds),
    )
)


@given(shared)
def test_what_is_read_is_what_was_written(case: tuple[Key, Shared]) -> None:
    key, answer = case
    body = answers.written(key, answer)
    assert body is not None
    assert answers.read(key, body, seconds=0.0) == answer


@given(shared, st.sampled_from(sorted(VALUES)), st.binary(max_size=40), st.integers(0, 400))
def test_nonsense_is_nothing(case: tuple[Key, Shared], other: str, junk: bytes, place: int) -> None:
    """Anything may come out but an exception, and what is torn off or foreign is nothing."""
    key, answer = case
    body = answers.written(key, answer) or b""
    assert answers.read(key, junk, seconds=0.0) is None
    assert answers.read(key, body[: min(place, len(body) - 1)], seconds=0.0) is None
    assert isinstance(answers.read(Key("site", other), body, seconds=0.0), Shared | None)
    assert isinstance(
        answers.read(key, body[:place] + junk + body[place:], seconds=0.0), Shared | None
    )


def head(*ages: float, version: str = VERSION) -> bytes:
    return f'["{version}",{",".join(map(str, ages))}]\n'.encode()


def test_the_writing_of_a_gateway_with_other_shapes_is_nothing() -> None:
    key, here = Key("site", CONTACT), head(0, 1, 2, 3) + b"null"
    assert answers.read(key, here, seconds=0) == Shared(None, 0, Period(1, 2), 3)
    elsewhere = head(0, 1, 2, 3, version="another") + b"null"
    assert answers.read(key, elsewhere, seconds=0) is None


@pytest.mark.parametrize("value", ["[]", "null", '{"custom.vip":{"key":1}}', "NaN", '"x"', ""])
def test_another_shape_is_nothing(value: str) -> None:
    assert answers.read(Key("site", LABELS), head(0, 1, 2, 3) + value.encode(), seconds=0) is None


@pytest.mark.parametrize("ages", ["-1,1,2,3", "0,1,2", "0,1,null,3", '"0",1,2,3', "0,NaN,2,3"])
def test_impossible_ages_are_nothing(ages: str) -> None:
    assert (
        answers.read(Key("site", CONTACT), f'["{VERSION}",{ages}]\nnull'.encode(), seconds=0)
        is None
    )


def test_time_on_the_board_is_added_to_the_age() -> None:
    body = answers.written(Key("site", CONTACT), Shared(None, 2.0, Period(1, 2), 3))
    assert body is not None
    assert answers.read(Key("site", CONTACT), body, seconds=5.0) == Shared(
        None, 7.0, Period(1, 2), 3
    )


def test_what_cannot_be_written_is_not() -> None:
    torn = Contact(id="\ud800", revision=1)
    assert answers.written(Key("site", CONTACT), Shared(torn, 0, Period(1, 2))) is None


def test_names_differ_as_what_they_name() -> None:
    things: list[Key | Tag] = [
        Key("site", CONTACT_PAGES),
        Key("site", CONTACT_PAGES, "Query(one)"),
        Key("site", CONTACT_PAGES, "Query(two)"),
        Tag("site", CONTACT, "one"),
        Tag("site", CONTACT),
    ]
    assert len({name_of(thing) for thing in things}) == len(things)


def test_kinds_that_nobody_can_read_are_not_shared() -> None:
    assert [is_shared(Key("site", kind)) for kind in ("successor", *VALUES)] == [
        False,
        *(True for _ in VALUES),
    ]
