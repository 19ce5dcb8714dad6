"""Filter inputs on their way into the model: nothing a caller wrote is lost or widened."""

from typing import Any

import pytest
from strawberry import ID
from strawberry.scalars import JSON

from gateway.model.enums import LabelType, SubscriptionStatus
from gateway.model.queries import And, Condition, Not, Operator, Or
from schema.contacts.filters import ContactFilter
from schema.filters import to_filter
from schema.labels.filters import LabelFilter
from schema.operators import (
    ExtendedFieldValueFilter,
    LabelKeysFilter,
    StringFilter,
    SubscriptionStatusFilter,
)
from tests.support.site import Site

LISTED = "query ($filter: ContactFilter) { contacts(first: 100, filter: $filter) { nodes { id } } }"


def is_called(name: str) -> ContactFilter:
    return ContactFilter(company=StringFilter(eq=name))


def called(name: str) -> Condition:
    return Condition("company", Operator.EQ, name)


@pytest.mark.parametrize("nothing", [None, ContactFilter(), ContactFilter(company=None)])
def test_no_filter_and_an_empty_one_hold_no_condition(nothing: ContactFilter | None) -> None:
    assert to_filter(nothing) is None


def test_one_condition_stands_by_itself() -> None:
    assert to_filter(is_called("a")) == called("a")


def test_conditions_beside_each_other_must_all_hold() -> None:
    given = ContactFilter(
        company=StringFilter(ne="b", eq="a"), last_name=StringFilter(exists=False), city=None
    )
    assert to_filter(given) == And(
        (
            Condition("last_name", Operator.EXISTS, value=False),
            called("a"),
            Condition("company", Operator.NE, "b"),
        )
    )


def test_and_or_and_not_nest() -> None:
    given = ContactFilter(
        and_=[is_called("a"), ContactFilter(or_=[is_called("b"), is_called("c")])],
        or_=[ContactFilter(not_=ContactFilter(and_=[is_called("d")])), is_called("e")],
        not_=ContactFilter(company=StringFilter(eq="f", starts_with="g")),
    )
    assert to_filter(given) == And(
        (
            And((called("a"), Or((called("b"), called("c"))))),
            Or((Not(And((called("d"),))), called("e"))),
            Not(And((called("f"), Condition("company", Operator.STARTS_WITH, "g")))),
        )
    )


def test_operands_and_names_are_the_models() -> None:
    given = ContactFilter(
        label_keys=LabelKeysFilter(has_all=[ID("custom.a"), ID("custom.b")]),
        email_subscription=SubscriptionStatusFilter(not_in=[SubscriptionStatus.PENDING]),
        extended_field=ExtendedFieldValueFilter(
            key=ID("custom.tier"), in_=[JSON("gold")], gt=JSON(5)
        ),
    )
    assert to_filter(given) == And(
        (
            Condition("labels", Operator.HAS_ALL, ("custom.a", "custom.b")),
            Condition("email_subscription", Operator.NOT_IN, (SubscriptionStatus.PENDING,)),
            Condition("extended_field:custom.tier", Operator.IN, ("gold",)),
            Condition("extended_field:custom.tier", Operator.GT, 5),
        )
    )


def test_a_bare_word_means_equality() -> None:
    given = LabelFilter(type=LabelType.SYSTEM)
    assert to_filter(given) == Condition("type", Operator.EQ, LabelType.SYSTEM)


def test_each_condition_knows_where_it_was_written() -> None:
    given = ContactFilter(
        or_=[
            is_called("a"),
            ContactFilter(not_=ContactFilter(first_name=StringFilter(starts_with="b"))),
        ]
    )
    found = to_filter(given)
    assert isinstance(found, Or)
    first, second = found.parts
    assert isinstance(first, Condition)
    assert isinstance(second, Not)
    assert isinstance(second.part, Condition)
    assert first.path == ("filter", "or", "0", "company", "eq")
    assert second.part.path == ("filter", "or", "1", "not", "firstName", "startsWith")


@pytest.mark.parametrize(
    ("given", "place", "reason"),
    [
        ({"and": []}, "and", "needs at least one part"),
        ({"or": []}, "or", "needs at least one part"),
        ({"or": [{"company": {"eq": "x"}}, {}]}, "or.1", "holds no condition"),
        ({"and": [{}]}, "and.0", "holds no condition"),
        ({"not": {}}, "not", "holds no condition"),
        ({"not": {"company": None}}, "not", "holds no condition"),
        ({"not": {"not": {}}}, "not.not", "holds no condition"),
        ({"company": {}}, "company", "holds no condition"),
        ({"company": {"eq": "x"}, "city": {}}, "city", "holds no condition"),
        ({"extendedField": {"key": "custom.x"}}, "extendedField", "holds no condition"),
        (
            {"company": {"eq": None}},
            "company.eq",
            "takes no null; leave it out, or use exists",
        ),
        (
            {"or": [{"labelKeys": {"hasSome": None}}]},
            "or.0.labelKeys.hasSome",
            "takes no null; leave it out, or use exists",
        ),
        (
            {"extendedField": {"key": "custom.x", "eq": None}},
            "extendedField.eq",
            "takes no null; leave it out, or use exists",
        ),
    ],
)
async def test_what_could_silently_widen_a_filter_is_refused(
    site: Site, given: Any, place: str, reason: str
) -> None:
    answer = await site.run(LISTED, filter=given)
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
    (error,) = answer.errors
    assert error["message"] == f"filter.{place} {reason}"
    assert error["extensions"]["field"] == ["filter", *place.split(".")]


async def test_a_forgotten_variable_does_not_widen_a_filter(site: Site) -> None:
    answer = await site.run(
        """query ($company: String) {
          contacts(filter: {company: {eq: $company}}) { totalCount }
        }"""
    )
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})


async def test_a_filter_deeper_than_people_ask_is_refused_without_a_call(site: Site) -> None:
    deep: Any = {"company": {"eq": "x"}}
    for _ in range(40):
        deep = {"not": deep}
    answer = await site.run(LISTED, filter=deep)
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
