"""Filters and orders judged here mean what they mean at Wix."""

from typing import Any

import pytest

from gateway.crm.judging import CONTACTS
from gateway.model.contacts import Contact, Email, FieldEntry, Name
from gateway.model.queries import And, Condition, Filter, Not, Operator, Or, Order

ADA = Contact(
    "ada",
    3,
    name=Name("Ada", "Lovelace"),
    emails=(Email("Ada@example.com"),),
    label_keys=("custom.vip", "custom.news"),
    extended_fields=(FieldEntry("custom.visits", 12.5), FieldEntry("custom.since", "2024-05-01")),
)


def where(field: str, operator: str, value: Any) -> Condition:
    return Condition(field, Operator(operator), value)


VISITS = "extended_field:custom.visits"


@pytest.mark.parametrize(
    ("tree", "verdict"),
    [
        (None, True),
        (where("first_name", "eq", "Ada"), True),
        (where("first_name", "eq", "ada"), False),
        (where("first_name", "startsWith", "aD"), True),
        (where("email", "eq", "ADA@EXAMPLE.COM"), True),
        (where("email", "in", ("b@example.com", "ADA@example.com")), True),
        (where("company", "ne", "Acme"), True),
        (where("company", "exists", value=False), True),
        (where("company", "gt", "a"), False),
        (where("labels", "hasSome", ("custom.vip", "custom.no")), True),
        (where("labels", "hasAll", ("custom.vip", "custom.no")), False),
        (where(VISITS, "gte", 12.5), True),
        (where(VISITS, "lt", "text"), None),
        (where("unheard_of", "eq", 1), None),
        (Not(where("unheard_of", "eq", 1)), None),
        (Not(where("first_name", "eq", "Ada")), False),
        (And((where("unheard_of", "eq", 1), where("first_name", "eq", "Bob"))), False),
        (And((where("unheard_of", "eq", 1), where("first_name", "eq", "Ada"))), None),
        (Or((where("unheard_of", "eq", 1), where("first_name", "eq", "Ada"))), True),
        (Or((where("unheard_of", "eq", 1), where("first_name", "eq", "Bob"))), None),
    ],
    ids=repr,
)
def test_a_filter_is_judged_as_far_as_it_can_be(tree: Filter | None, verdict: bool | None) -> None:  # noqa: FBT001 - a table's column
    assert CONTACTS.matches(tree, ADA) is verdict


def named(first: str | None) -> Contact:
    return Contact(first or "nobody", 1, name=Name(first))


@pytest.mark.parametrize(
    ("one", "other", "descending", "verdict"),
    [
        ("Ada", "bob", False, True),
        ("bob", "Ada", False, False),
        ("bob", "Ada", True, True),
        ("Ada", None, True, True),
        (None, "Ada", False, False),
        ("Ada", "ada", False, False),
    ],
)
def test_what_has_no_value_comes_last_and_case_does_not_count(
    one: str | None, other: str | None, *, descending: bool, verdict: bool
) -> None:
    order = Order("first_name", descending=descending)
    assert CONTACTS.precedes(named(one), named(other), order) is verdict


def test_an_order_we_cannot_read_is_wixs_to_tell() -> None:
    assert CONTACTS.precedes(ADA, ADA, Order("unheard_of")) is None
