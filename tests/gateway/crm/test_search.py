"""Free text compiled into documented operators, and limits checked before any call."""

import pytest

from gateway.crm.limits import require_size
from gateway.crm.search import both, search_filter
from gateway.errors import InvalidInput, Violation
from gateway.model.queries import And, Condition, Operator, Or

LEFT = Condition("company", Operator.EQ, "x")
RIGHT = Condition("city", Operator.EQ, "y")


def test_a_search_is_a_prefix_of_any_name_email_or_phone() -> None:
    assert search_filter("  Ada ") == Or(
        tuple(
            Condition(field, Operator.STARTS_WITH, "Ada")
            for field in ("first_name", "last_name", "email", "phone", "e164")
        )
    )


@pytest.mark.parametrize("nothing", ["", " ", "\t\n"])
def test_a_blank_search_asks_nothing(nothing: str) -> None:
    assert search_filter(nothing) is None


def test_only_the_text_itself_counts_for_its_length() -> None:
    assert search_filter(" " * 50 + "x" * 100) is not None
    with pytest.raises(InvalidInput) as refusal:
        search_filter("x" * 101)
    assert refusal.value.violations == (Violation(("search",), "is longer than 100 characters"),)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        (None, None, None),
        (LEFT, None, LEFT),
        (None, RIGHT, RIGHT),
        (LEFT, RIGHT, And((LEFT, RIGHT))),
    ],
)
def test_two_filters_must_both_hold(
    first: Condition | None, second: Condition | None, joined: Condition | And | None
) -> None:
    assert both(first, second) == joined


@pytest.mark.parametrize(("held", "least"), [(1, 1), (3, 1), (0, 0)])
def test_a_list_of_the_right_size_passes(held: int, least: int) -> None:
    require_size("x" * held, most=3, path=("keys",), least=least)


@pytest.mark.parametrize("held", [0, 4])
def test_a_list_too_short_or_too_long_is_refused_with_both_bounds(held: int) -> None:
    message = f"takes 1 to 3 entries, got {held}"
    with pytest.raises(InvalidInput, match=f"keys {message}") as refusal:
        require_size("x" * held, most=3, path=("list", "keys"))
    assert refusal.value.violations == (Violation(("list", "keys"), message),)
