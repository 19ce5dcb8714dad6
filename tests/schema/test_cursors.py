"""Cursors: opaque, bound to their list, and never an internal error."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import BadCursor
from gateway.model.queries import And, Condition, Filter, Not, Operator, Or, Order
from schema import cursors

POSITIONS = st.integers(0, 2**32 - 1)
CONDITIONS = st.builds(
    Condition,
    st.sampled_from(["first_name", "labels", "extended_field:custom.tier"]),
    st.sampled_from(Operator),
    st.one_of(st.text(), st.booleans(), st.datetimes(timezones=st.just(UTC)), st.integers()),
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda parts: st.one_of(
        st.builds(Not, parts),
        st.builds(And, st.lists(parts, min_size=1).map(tuple)),
        st.builds(Or, st.lists(parts, min_size=1).map(tuple)),
    ),
    max_leaves=5,
)
ORDERS = st.builds(Order, st.sampled_from(["created_at", "company"]), st.booleans())
QUESTIONS = st.tuples(
    st.sampled_from(["Contact", "Label"]), st.none() | FILTERS, st.none() | ORDERS
)
Question = tuple[str, Filter | None, Order | None]

ASKED = cursors.digest("Contact", None, None)


@given(QUESTIONS, POSITIONS)
def test_a_cursor_leads_back_to_its_position(question: Question, position: int) -> None:
    asked = cursors.digest(*question)
    assert cursors.decode(cursors.encode(asked, position), asked) == position


@given(QUESTIONS, QUESTIONS, POSITIONS)
def test_a_cursor_of_another_question_is_refused(
    one: Question, other: Question, position: int
) -> None:
    cursor = cursors.encode(cursors.digest(*one), position)
    if one == other:
        assert cursors.decode(cursor, cursors.digest(*other)) == position
        return
    with pytest.raises(BadCursor) as refusal:
        cursors.decode(cursor, cursors.digest(*other))
    assert [violation.path for violation in refusal.value.violations] == [("after",)]


def test_where_the_condition_stood_does_not_change_the_question() -> None:
    when = datetime(2026, 3, 4, tzinfo=UTC)
    here = Condition("created_at", Operator.GT, when, ("filter", "createdAt", "gt"))
    there = Condition("created_at", Operator.GT, when, ("filter", "and", "0", "createdAt", "gt"))
    assert cursors.digest("Contact", here, None) == cursors.digest("Contact", there, None)


@given(st.text(max_size=60) | st.binary(max_size=40).map(lambda b: base64.b64encode(b).decode()))
def test_garbage_is_refused_as_a_bad_cursor(garbage: str) -> None:
    with pytest.raises(BadCursor):
        cursors.decode(garbage, ASKED)


@pytest.mark.parametrize(
    "garbage",
    ["", "=", "A", "AAAA", "é" * 18, "\ud800", "A" * 100_000, "AAAA AAAA", "AAAA\n"],
    ids=["empty", "padding", "one", "short", "accents", "surrogate", "huge", "space", "line"],
)
def test_what_was_never_a_cursor_is_refused(garbage: str) -> None:
    with pytest.raises(BadCursor):
        cursors.decode(garbage, ASKED)


def test_a_cursor_of_another_version_is_refused() -> None:
    packed = base64.urlsafe_b64decode(cursors.encode(ASKED, 5) + "==")
    newer = base64.urlsafe_b64encode(b"\x02" + packed[1:]).decode().rstrip("=")
    with pytest.raises(BadCursor):
        cursors.decode(newer, ASKED)


def test_a_cursor_can_stand_in_an_address() -> None:
    characters = {each for place in range(500) for each in cursors.encode(ASKED, place * 8191)}
    assert characters <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
