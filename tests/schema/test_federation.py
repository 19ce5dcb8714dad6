"""The door for routers: entities in batches, strange representations, the SDL."""

from typing import Any

import pytest

from schema.build import print_sdl
from tests.support.site import LIST_LABELS, NOBODY, QUERY_CONTACTS, Site

ENTITIES = """
query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Contact { id company }
    ... on Label { key displayName }
  }
}
"""
VIP = {"__typename": "Label", "key": "custom.vip-customer"}


async def test_entities_of_all_kinds_come_in_order_and_in_batches(site: Site) -> None:
    ids = site.ids()
    representations = [
        {"__typename": "Contact", "id": ids[0].upper()},
        VIP,
        {"__typename": "Contact", "id": ids[2]},
        {"__typename": "Label", "key": "contacts.customers"},
    ]
    answer = await site.run(ENTITIES, representations=representations)
    assert answer.whole["_entities"] == [
        {"__typename": "Contact", "id": ids[0], "company": "Analytical Engines"},
        {**VIP, "displayName": "VIP Customer"},
        {"__typename": "Contact", "id": ids[2], "company": "Compilers & Daughters"},
        {"__typename": "Label", "key": "contacts.customers", "displayName": "Customers"},
    ]
    assert answer.calls == {QUERY_CONTACTS: 1, LIST_LABELS: 1}


async def test_extra_keys_of_a_representation_are_ignored(site: Site) -> None:
    representation = {**VIP, "displayName": "forged", "nested": {"deep": [1]}, "id": 5}
    answer = await site.run(ENTITIES, representations=[representation])
    assert answer.whole["_entities"] == [{**VIP, "displayName": "VIP Customer"}]


@pytest.mark.parametrize(
    "nobodys",
    [
        {"__typename": "Contact", "id": NOBODY},
        {"__typename": "Contact", "id": "not a guid"},
        {"__typename": "Label", "key": "custom.nothing"},
        {"__typename": "Label", "key": "nokey"},
    ],
)
async def test_a_reference_to_nobody_is_null_without_an_error(
    site: Site, nobodys: dict[str, Any]
) -> None:
    answer = await site.run(ENTITIES, representations=[nobodys, VIP])
    assert answer.whole["_entities"] == [None, {**VIP, "displayName": "VIP Customer"}]


@pytest.mark.parametrize(
    ("strange", "message"),
    [
        ({}, "names an entity of this subgraph in __typename"),
        ({"__typename": "User", "id": "1"}, "names an entity of this subgraph in __typename"),
        ({"__typename": "Query"}, "names an entity of this subgraph in __typename"),
        ({"__typename": ["Contact"]}, "names an entity of this subgraph in __typename"),
        ({"__typename": None, "id": "1"}, "names an entity of this subgraph in __typename"),
        ({"__typename": "Contact"}, "of Contact holds its id as text"),
        ({"__typename": "Contact", "id": None}, "of Contact holds its id as text"),
        ({"__typename": "Contact", "id": 5}, "of Contact holds its id as text"),
        ({"__typename": "Contact", "id": {"a": 1}}, "of Contact holds its id as text"),
        ({"__typename": "Label", "id": "custom.vip-customer"}, "of Label holds its key as text"),
        ("Contact", "is an object"),
        (5, "is an object"),
        ([VIP], "is an object"),
    ],
)
async def test_a_strange_representation_fails_alone_and_cleanly(
    site: Site, strange: Any, message: str
) -> None:
    answer = await site.run(ENTITIES, representations=[VIP, strange])
    assert answer.data["_entities"] == [{**VIP, "displayName": "VIP Customer"}, None]
    (error,) = answer.errors
    assert error["message"] == f"a representation {message}"
    assert error["path"] == ["_entities", 1]
    assert error["extensions"] == {"code": "INVALID_INPUT", "requestId": "the-request"}


async def test_a_null_representation_is_refused_by_the_schema(site: Site) -> None:
    answer = await site.run(ENTITIES, representations=[None])
    assert (answer.data, len(answer.errors), answer.calls) == (None, 1, {})


async def test_routers_can_read_the_schema(site: Site) -> None:
    answer = await site.run("{ _service { sdl } }")
    sdl = answer.whole["_service"]["sdl"]
    assert "https://specs.apollo.dev/federation/v2.9" in sdl
    assert 'type Contact implements Node @key(fields: "id")' in sdl
    assert sdl == print_sdl()
    assert answer.calls == {}
