"""Trees of conditions, custom fields, and the filters of bulk calls and facets."""

from datetime import date
from typing import Any

import pytest

from gateway.errors import FilterRequired, InvalidInput
from gateway.model.queries import And, Condition, Filter, Not, Operator, Or
from gateway.wix.filterable import FIELDS, LABELS, Entity
from gateway.wix.filters import FilterCompiler
from gateway.wix.query import compile_bulk_filter, compile_contact_filter, compile_facet_filter

TIER = "extended_field:custom.tier"


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (Operator.EQ, "gold", "gold"),
        (Operator.EQ, 7, 7),
        (Operator.EQ, date(2026, 1, 2), "2026-01-02"),
        (Operator.GT, 7.5, {"$gt": 7.5}),
        (Operator.LTE, date(2026, 1, 2), {"$lte": "2026-01-02"}),
        (Operator.IN, ("gold", "silver"), {"$in": ["gold", "silver"]}),
    ],
)
def test_a_custom_field_takes_what_some_data_type_takes(
    operator: Operator, value: Any, expected: Any
) -> None:
    assert compile_contact_filter(Condition(TIER, operator, value)) == {
        "info.extendedFields.custom.tier": expected
    }


@pytest.mark.parametrize(
    "conditions",
    [
        [(Operator.GT, "gold")],
        [(Operator.STARTS_WITH, 7)],
        [(Operator.IN, (7,))],
        [(Operator.STARTS_WITH, "g"), (Operator.GT, 7)],
        [(Operator.STARTS_WITH, "2"), (Operator.LT, "2026-01-02")],
        [(Operator.IN, ("gold",)), (Operator.LTE, date(2026, 1, 2))],
        [(Operator.EQ, 7), (Operator.EQ, "gold")],
        [(Operator.GT, 7), (Operator.LT, "2026-01-02")],
    ],
)
def test_a_custom_field_refuses_what_no_data_type_takes(
    conditions: list[tuple[Operator, Any]],
) -> None:
    tree = Or(tuple(Condition(TIER, operator, value) for operator, value in conditions))
    with pytest.raises(InvalidInput, match=r"extendedField custom.tier does not take the operator"):
        compile_contact_filter(tree)


def test_conditions_on_two_custom_fields_do_not_mix() -> None:
    tree = And(
        (
            Condition(TIER, Operator.STARTS_WITH, "g"),
            Condition("extended_field:custom.points", Operator.GT, 7),
        )
    )
    assert compile_contact_filter(tree) == {
        "$and": [
            {"info.extendedFields.custom.tier": {"$startsWith": "g"}},
            {"info.extendedFields.custom.points": {"$gt": 7}},
        ]
    }


ADA = Condition("first_name", Operator.EQ, "Ada")
ADA_JSON = {"info.name.first": "Ada"}
COUNTESS = Condition("job_title", Operator.NE, "Countess")
COUNTESS_JSON = {"info.jobTitle": {"$ne": "Countess"}}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (And(()), {}),
        (And((And(()), And(()))), {}),
        (And((ADA,)), ADA_JSON),
        (And((And(()), ADA)), ADA_JSON),
        (And((ADA, COUNTESS)), {"$and": [ADA_JSON, COUNTESS_JSON]}),
        (Or((ADA,)), ADA_JSON),
        (Or((ADA, COUNTESS)), {"$or": [ADA_JSON, COUNTESS_JSON]}),
        (Not(ADA), {"$not": ADA_JSON}),
        (Not(Or((ADA, COUNTESS))), {"$not": {"$or": [ADA_JSON, COUNTESS_JSON]}}),
    ],
)
def test_trees_become_nested_objects(tree: Filter, expected: dict[str, Any]) -> None:
    assert compile_contact_filter(tree) == expected


@pytest.mark.parametrize("tree", [Or(()), Or((ADA, And(()))), Not(And(()))])
def test_saying_nothing_where_it_would_say_everything_is_refused(tree: Filter) -> None:
    with pytest.raises(InvalidInput):
        compile_contact_filter(tree)


def test_trees_have_a_deepest_level() -> None:
    tree: Filter = ADA
    for _ in range(1_000):
        tree = Not(tree)
    with pytest.raises(InvalidInput, match="nests more than 32 levels"):
        compile_contact_filter(tree)


def test_a_bulk_call_needs_a_condition() -> None:
    with pytest.raises(FilterRequired):
        compile_bulk_filter(And(()))
    assert compile_bulk_filter(ADA) == ADA_JSON


@pytest.mark.parametrize(
    ("name", "operator", "value", "expected"),
    [
        ("email_subscription", Operator.NOT_IN, ("PENDING",), {"$nin": ["PENDING"]}),
        (
            "extended_field:emailSubscriptions.deliverabilityStatus",
            Operator.NE,
            "BOUNCED",
            {"$ne": "BOUNCED"},
        ),
        (
            "extended_field:emailSubscriptions.effectiveEmail",
            Operator.EXISTS,
            False,
            {"$exists": False},
        ),
    ],
)
def test_facets_are_filtered_by_email_subscriptions(
    name: str, operator: Operator, value: Any, expected: Any
) -> None:
    (compiled,) = compile_facet_filter(Condition(name, operator, value)).values()
    assert compiled == expected


@pytest.mark.parametrize(
    "name", ["first_name", "extended_field:custom.x", "extended_field:members.membershipStatus"]
)
def test_facets_are_filtered_by_nothing_else(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be filtered by"):
        compile_facet_filter(Condition(name, Operator.EQ, "x"))


def test_an_entity_knows_its_own_fields_only() -> None:
    entities: tuple[Entity, ...] = (LABELS, FIELDS)
    for entity in entities:
        with pytest.raises(InvalidInput, match="firstName cannot be filtered by"):
            FilterCompiler(entity).compile(ADA)
