"""Every field with every operator: the right rows, or a refusal that costs nothing."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.build import core_schema
from tests.support import oracle
from tests.support.site import QUERY_CONTACTS, Site, opened, the_schema

LISTED = "query ($filter: ContactFilter) { contacts(first: 100, filter: $filter) { nodes { id } } }"
MANY = 100

REFUSED = {
    ("locale", "startsWith"),
    ("subdivision", "startsWith"),
    ("country", "startsWith"),
}
"""What the graph's shared inputs can spell and the contract's table does not have (3.2)."""

CUSTOM = {
    "custom.loyalty-tier": ("eq", "ne", "in", "startsWith"),
    "custom.profile-page": ("eq", "ne", "in", "startsWith"),
    "custom.loyalty-points": ("eq", "ne", "gt", "gte", "lt", "lte"),
    "custom.average-order": ("eq", "ne", "gt", "gte", "lt", "lte"),
    "custom.renewal-date": ("eq", "ne", "gt", "gte", "lt", "lte"),
}
"""Fields of every data type, with the operators the contract gives them."""


@pytest.fixture
async def crowd() -> AsyncIterator[Site]:
    async with opened(contacts=MANY) as site:
        yield site


def spelled() -> Iterator[tuple[str, str]]:
    """Tell every field and operator that ContactFilter can spell."""
    kinds = core_schema(the_schema()).type_map
    contact_filter = kinds["ContactFilter"]
    assert isinstance(contact_filter, GraphQLInputObjectType)
    for name, field in contact_filter.fields.items():
        conditions = field.type
        if name not in ("and", "or", "not", "extendedField"):
            assert isinstance(conditions, GraphQLInputObjectType)
            yield from ((name, operator) for operator in conditions.fields)


def operands(held: list[Any], operator: str) -> list[Any]:
    """Choose operands of which some rows, most rows and no row make something."""
    values = sorted(set(held))
    low, middle, high = values[0], values[len(values) // 2], values[-1]
    if operator == "exists":
        return [True, False]
    if operator in ("in", "notIn", "hasSome", "hasAll"):
        return [[middle], [low, high]]
    if operator == "startsWith":
        return [middle[:2].swapcase(), middle, low[:1]]
    return [low, middle, high]


async def assert_rows(site: Site, given_filter: dict[str, Any]) -> None:
    answer = await site.run(LISTED, filter=given_filter)
    found = [node["id"] for node in answer.whole["contacts"]["nodes"]]
    assert found == [
        contact["id"] for contact in site.contacts() if oracle.matches(given_filter, contact)
    ]
    # A filter that was asked before, in other words, costs nothing.
    assert answer.calls in ({QUERY_CONTACTS: 1}, {})


@pytest.mark.parametrize(("name", "operator"), [each for each in spelled() if each not in REFUSED])
async def test_an_operator_gives_the_rows_it_means(crowd: Site, name: str, operator: str) -> None:
    held = [value for contact in crowd.contacts() for value in oracle.FIELDS[name](contact)]
    for operand in operands(held, operator):
        await assert_rows(crowd, {name: {operator: operand}})


@pytest.mark.parametrize(
    ("key", "operator"), [(key, operator) for key, taken in CUSTOM.items() for operator in taken]
)
async def test_a_custom_field_takes_the_operators_of_its_type(
    crowd: Site, key: str, operator: str
) -> None:
    held = [value for contact in crowd.contacts() for value in oracle.extended(key)(contact)]
    for operand in operands(held, operator):
        await assert_rows(crowd, {"extendedField": {"key": key, operator: operand}})


@pytest.mark.parametrize(("name", "operator"), sorted(REFUSED))
async def test_an_operator_wix_lacks_is_refused_naming_field_and_operator(
    site: Site, name: str, operator: str
) -> None:
    answer = await site.run(LISTED, filter={"not": {name: {operator: "x"}}})
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
    (error,) = answer.errors
    assert error["message"].startswith(f"{name} does not take the operator {operator}")
    assert error["extensions"]["field"] == ["filter", "not", name, operator]


@pytest.mark.parametrize(
    ("key", "conditions", "place"),
    [
        ("custom.loyalty-tier", {"gt": "gold"}, "gt"),
        ("custom.loyalty-points", {"in": [1, 2]}, "in"),
        ("custom.loyalty-tier", {"startsWith": "g", "lt": 5}, "lt"),
        ("custom.loyalty-tier", {"eq": ["gold"]}, "eq"),
        ("custom.loyalty-tier", {"eq": {"a": 1}}, "eq"),
        ("custom.loyalty-tier", {"in": []}, "in"),
        ("invoices.vatId", {"eq": "x"}, "eq"),
        ("members.membershipStatus", {"startsWith": "A"}, "startsWith"),
        ("emailSubscriptions.effectiveEmail", {"eq": "a@example.com"}, "eq"),
        ("nothing", {"eq": "x"}, "eq"),
    ],
)
async def test_what_no_extended_field_takes_is_refused_without_a_call(
    site: Site, key: str, conditions: dict[str, Any], place: str
) -> None:
    answer = await site.run(LISTED, filter={"extendedField": {"key": key, **conditions}})
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
    assert answer.errors[0]["extensions"]["field"] == ["filter", "extendedField", place]


@pytest.mark.parametrize(
    ("given_filter", "place"),
    [
        ({"id": {"eq": "no guid"}}, ["id", "eq"]),
        ({"id": {"in": []}}, ["id", "in"]),
        ({"labelKeys": {"hasSome": []}}, ["labelKeys", "hasSome"]),
        ({"labelKeys": {"hasAll": []}}, ["labelKeys", "hasAll"]),
        ({"emailSubscription": {"eq": "UNKNOWN"}}, ["emailSubscription", "eq"]),
        ({"emailSubscription": {"notIn": ["PENDING", "UNKNOWN"]}}, ["emailSubscription", "notIn"]),
    ],
)
async def test_an_operand_that_means_nothing_is_refused_without_a_call(
    site: Site, given_filter: dict[str, Any], place: list[str]
) -> None:
    answer = await site.run(LISTED, filter=given_filter)
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
    assert answer.errors[0]["extensions"]["field"] == ["filter", *place]


async def test_an_operator_of_another_data_type_is_refused_by_wix(site: Site) -> None:
    conditions = {"key": "custom.loyalty-tier", "gt": 5}
    answer = await site.run(LISTED, filter={"extendedField": conditions})
    assert (answer.data, answer.codes) == ({"contacts": None}, ["INVALID_INPUT"])
    assert answer.calls == {QUERY_CONTACTS: 1}


CONDITIONS = st.sampled_from(
    [
        {"country": {"eq": "US"}},
        {"country": {"ne": "US"}},
        {"company": {"exists": True}},
        {"locale": {"in": ["de-DE", "en-US"]}},
        {"firstName": {"startsWith": "a"}},
        {"labelKeys": {"hasSome": ["custom.newsletter", "custom.lead"]}},
        {"labelKeys": {"hasAll": ["custom.newsletter", "custom.lead"]}},
        {"emailSubscription": {"notIn": ["SUBSCRIBED", "PENDING"]}},
        {"birthdate": {"gte": "1970-01-01", "lt": "1990-01-01"}},
        {"extendedField": {"key": "custom.loyalty-points", "gt": 1000, "lte": 4000}},
    ]
)
FILTERS = st.recursive(
    CONDITIONS,
    lambda parts: st.one_of(
        st.builds(lambda part: {"not": part}, parts),
        st.builds(lambda some: {"and": some}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda some: {"or": some}, st.lists(parts, min_size=1, max_size=3)),
        st.builds(lambda one, other: {**one, **other}, parts, parts),
    ),
    max_leaves=8,
)


@given(FILTERS)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_combined_filters_give_the_rows_they_mean(
    crowd: Site, given_filter: dict[str, Any]
) -> None:
    await assert_rows(crowd, given_filter)
