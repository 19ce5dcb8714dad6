"""What whole operations cost: the answer, and exactly the upstream calls it took."""

from typing import Any

import pytest

from tests.support.site import (
    ALAN,
    FACETS,
    GET_CONTACT,
    LABEL_CONTACT,
    LIST_FIELDS,
    LIST_LABELS,
    QUERY_CONTACTS,
    QUERY_LABELS,
    Site,
    opened,
)


async def test_a_hundred_contacts_with_their_labels_are_two_calls() -> None:
    async with opened(contacts=120) as site:
        answer = await site.run(
            "{ contacts(first: 100) { nodes { name { full } labels { key displayName } } } }"
        )
        contacts = answer.whole["contacts"]["nodes"]
        assert len(contacts) == 100
        assert sum(len(contact["labels"]) for contact in contacts) > 100
        assert answer.calls == {QUERY_CONTACTS: 1, LIST_LABELS: 1}


async def test_a_hundred_contacts_by_nodes_are_one_call() -> None:
    async with opened(contacts=120) as site:
        ids = site.ids()[20:][::-1]
        answer = await site.run(
            "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Contact { company } } }", ids=ids
        )
        assert [node["id"] for node in answer.whole["nodes"]] == ids
        assert answer.calls == {QUERY_CONTACTS: 1}


async def test_every_label_with_its_count_is_two_calls(site: Site) -> None:
    answer = await site.run("{ labels(first: 100) { nodes { key contactCount } } }")
    counts = {label["key"]: label["contactCount"] for label in answer.whole["labels"]["nodes"]}
    assert len(counts) == 26
    assert counts == {key: count_by_hand(site, key) for key in counts}
    assert answer.calls == {QUERY_LABELS: 1, FACETS: 1}


def count_by_hand(site: Site, key: str) -> int:
    return sum(key in contact["info"]["labelKeys"]["items"] for contact in site.contacts())


async def test_a_hundred_entities_are_one_call() -> None:
    async with opened(contacts=120) as site:
        ids = site.ids()[:100]
        answer = await site.run(
            """query ($all: [_Any!]!) {
              _entities(representations: $all) { ... on Contact { id name { full } } }
            }""",
            all=[{"__typename": "Contact", "id": contact_id} for contact_id in ids],
        )
        assert [entity["id"] for entity in answer.whole["_entities"]] == ids
        assert answer.calls == {QUERY_CONTACTS: 1}


async def test_labelling_a_contact_and_showing_its_labels_is_two_calls(site: Site) -> None:
    answer = await site.run(
        """mutation ($id: ID!) {
          labelContact(input: {contactId: $id, labelKeys: ["custom.lead", "custom.newsletter"]}) {
            contact { labels { displayName } }
            userErrors { message }
          }
        }""",
        id=site.ids()[ALAN],
    )
    assert len(answer.whole["labelContact"]["contact"]["labels"]) == 3
    assert answer.calls == {LABEL_CONTACT: 1, LIST_LABELS: 1}


async def test_labelling_by_names_that_exist_is_two_calls_labels_included(site: Site) -> None:
    answer = await site.run(
        """mutation ($id: ID!) {
          labelContact(input: {contactId: $id, labelNames: ["Beta Tester", "Newsletter"]}) {
            contact { labels { displayName } }
          }
        }""",
        id=site.ids()[ALAN],
    )
    assert answer.whole["labelContact"]["contact"]["labels"] == [
        {"displayName": "Beta Tester"},
        {"displayName": "Newsletter"},
    ]
    assert answer.calls == {LIST_LABELS: 1, LABEL_CONTACT: 1}


async def test_facets_and_counts_in_one_document_share_one_call(site: Site) -> None:
    answer = await site.run(
        """{
          contactFacets(types: [LABEL]) { key count label { contactCount } }
          all: contactFacets(types: [ALL_CONTACTS]) { count }
          labels(first: 5) { nodes { contactCount } }
          label(key: "custom.lead") { contactCount }
        }"""
    )
    assert all(
        each["count"] == each["label"]["contactCount"] for each in answer.whole["contactFacets"]
    )
    assert answer.calls[FACETS] == 1
    assert sum(answer.calls.values()) <= 4


async def test_fifty_definitions_of_extended_fields_are_one_call() -> None:
    async with opened(contacts=50) as site:
        answer = await site.run(
            """{ contacts(first: 50) { nodes {
              extendedFields { key value definition { displayName dataType } }
            } } }"""
        )
        entries = [
            entry
            for contact in answer.whole["contacts"]["nodes"]
            for entry in contact["extendedFields"]
        ]
        assert len(entries) > 50
        assert all(entry["definition"] for entry in entries)
        assert answer.calls == {QUERY_CONTACTS: 1, LIST_FIELDS: 1}


@pytest.mark.parametrize("many", [2, 100])
async def test_a_flood_of_aliases_is_one_call(many: int) -> None:
    async with opened(contacts=100) as site:
        ids = site.ids()[:many]
        fields = " ".join(f'c{at}: contact(id: "{each}") {{ id }}' for at, each in enumerate(ids))
        answer = await site.run(f"{{ {fields} }}")
        assert [answer.whole[f"c{at}"]["id"] for at in range(many)] == ids
        assert answer.calls == {QUERY_CONTACTS: 1}


async def test_a_flood_of_aliases_of_one_contact_is_one_call(site: Site) -> None:
    ada = site.ids()[0]
    fields = " ".join(f'c{at}: contact(id: "{ada}") {{ id }}' for at in range(100))
    answer = await site.run(f"{{ {fields} }}")
    assert list(answer.whole.values()) == [{"id": ada}] * 100
    assert answer.calls == {GET_CONTACT: 1}


async def test_contacts_of_all_kinds_of_doors_are_one_call(site: Site) -> None:
    one, two, three, four, *_ = site.ids()
    answer = await site.run(
        """query ($one: ID!, $two: ID!, $three: ID!, $four: [_Any!]!) {
          contact(id: $one) { id }
          node(id: $two) { id }
          nodes(ids: [$three, $one]) { id }
          _entities(representations: $four) { ... on Contact { id } }
        }""",
        one=one,
        two=two,
        three=three,
        four=[{"__typename": "Contact", "id": four}],
    )
    assert answer.whole == {
        "contact": {"id": one},
        "node": {"id": two},
        "nodes": [{"id": three}, {"id": one}],
        "_entities": [{"id": four}],
    }
    assert answer.calls == {QUERY_CONTACTS: 1}


async def test_more_contacts_than_a_page_holds_are_one_call_per_thousand() -> None:
    async with opened(contacts=1_050) as site:
        ids = site.ids()
        answer = await site.run(
            """query ($all: [_Any!]!) {
              _entities(representations: $all) { ... on Contact { id } }
            }""",
            all=[{"__typename": "Contact", "id": contact_id} for contact_id in ids],
        )
        assert [entity["id"] for entity in answer.whole["_entities"]] == ids
        assert answer.calls == {QUERY_CONTACTS: 2}


@pytest.mark.parametrize(
    "document",
    [
        "{ viewer { subject } rateLimit { remaining } __typename }",
        "{ __schema { types { name } } _service { sdl } }",
    ],
)
async def test_what_is_free_costs_nothing(site: Site, document: str) -> None:
    answer: Any = await site.run(document)
    assert answer.errors == []
    assert answer.calls == {}
