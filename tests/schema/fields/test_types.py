"""Extended fields as they are read: definitions, filters, values on contacts."""

from typing import Any

import pytest

from tests.support.site import GET_CONTACT, LIST_FIELDS, Site

QUERY_FIELDS = "POST /contacts/v4/extended-fields/query"
LISTED = """
query ($filter: ExtendedFieldFilter) {
  extendedFields(first: 100, filter: $filter) { nodes { key } }
}
"""


async def test_every_property_of_a_field(site: Site) -> None:
    answer = await site.run(
        """{ extendedField(key: "custom.loyalty-tier") {
          key displayName namespace dataType type description createdAt updatedAt
        } }"""
    )
    assert answer.whole["extendedField"] == {
        "key": "custom.loyalty-tier",
        "displayName": "Loyalty Tier",
        "namespace": "custom",
        "dataType": "TEXT",
        "type": "USER_DEFINED",
        "description": None,
        "createdAt": "2023-09-26T00:00:00.000Z",
        "updatedAt": "2023-09-26T00:00:00.000Z",
    }
    assert answer.calls == {LIST_FIELDS: 1}


async def test_several_fields_by_key_are_one_call(site: Site) -> None:
    answer = await site.run(
        """{
          a: extendedField(key: "custom.loyalty-tier") { dataType }
          b: extendedField(key: "custom.nothing") { dataType }
          c: extendedField(key: "ecom.numOfPurchases") { dataType type createdAt }
        }"""
    )
    assert answer.whole == {
        "a": {"dataType": "TEXT"},
        "b": None,
        "c": {"dataType": "NUMBER", "type": "SYSTEM", "createdAt": None},
    }
    assert answer.calls == {LIST_FIELDS: 1}


async def test_a_field_nobody_has_is_null(site: Site) -> None:
    answer = await site.run('{ extendedField(key: "custom.nothing") { key } }')
    assert (answer.whole, answer.calls) == ({"extendedField": None}, {LIST_FIELDS: 1})


@pytest.mark.parametrize(
    ("chosen", "keys"),
    [
        ({"key": {"eq": "custom.loyalty-tier"}}, {"custom.loyalty-tier"}),
        ({"key": {"in": ["custom.loyalty-tier", "custom.x"]}}, {"custom.loyalty-tier"}),
        (
            {"displayName": {"startsWith": "loyalty"}},
            {"custom.loyalty-tier", "custom.loyalty-points"},
        ),
        (
            {"displayName": {"eq": "Loyalty Tier"}, "namespace": {"eq": "custom"}},
            {"custom.loyalty-tier"},
        ),
        ({"displayName": {"in": ["Loyalty Tier"]}}, {"custom.loyalty-tier"}),
        ({"type": "USER_DEFINED", "dataType": "URL"}, {"custom.profile-page"}),
        ({"dataType": "DATE"}, {"custom.renewal-date", "ecom.lastPurchaseDate"}),
        (
            {"namespace": {"ne": "custom"}, "dataType": "NUMBER", "type": "SYSTEM"},
            {"ecom.numOfPurchases", "ecom.totalSpentAmount"},
        ),
        (
            {
                "key": {"ne": "custom.loyalty-tier"},
                "displayName": {"ne": "Favourite Colour"},
                "type": "USER_DEFINED",
                "dataType": "TEXT",
            },
            set(),
        ),
    ],
)
async def test_fields_are_chosen_by_every_field_and_operator(
    site: Site, chosen: dict[str, Any], keys: set[str]
) -> None:
    answer = await site.run(LISTED, filter=chosen)
    assert {node["key"] for node in answer.whole["extendedFields"]["nodes"]} == keys
    assert answer.calls == {QUERY_FIELDS: 1}


@pytest.mark.parametrize("name", ["type", "dataType"])
async def test_an_unknown_kind_of_field_is_no_question(site: Site, name: str) -> None:
    answer = await site.run(LISTED, filter={name: "UNKNOWN"})
    assert (answer.data, answer.codes, answer.calls) == (
        {"extendedFields": None},
        ["INVALID_INPUT"],
        {},
    )


async def test_a_contact_tells_the_values_it_holds_and_what_they_are(site: Site) -> None:
    ada = site.contacts()[0]
    answer = await site.run(
        """query ($id: ID!) { contact(id: $id) {
          all: extendedFields { key value }
          some: extendedFields(
            keys: ["custom.average-order", "custom.nothing", "custom.loyalty-tier",
                   "custom.average-order"]
          ) { key value definition { displayName dataType } }
          none: extendedFields(keys: []) { key }
        } }""",
        id=ada["id"],
    )
    held = ada["info"]["extendedFields"]["items"]
    contact = answer.whole["contact"]
    assert {entry["key"]: entry["value"] for entry in contact["all"]} == held
    assert contact["some"] == [
        {
            "key": "custom.average-order",
            "value": held["custom.average-order"],
            "definition": {"displayName": "Average Order", "dataType": "NUMBER"},
        },
        {
            "key": "custom.loyalty-tier",
            "value": held["custom.loyalty-tier"],
            "definition": {"displayName": "Loyalty Tier", "dataType": "TEXT"},
        },
    ]
    assert contact["none"] == []
    assert answer.calls == {GET_CONTACT: 1, LIST_FIELDS: 1}
