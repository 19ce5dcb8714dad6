"""Objects by their identity: node, nodes, and the ids that are nobody's."""

from typing import Any

from tests.support.site import GET_CONTACT, LIST_LABELS, NOBODY, QUERY_CONTACTS, Site

NODES = """
query ($ids: [ID!]!) {
  nodes(ids: $ids) { __typename id ... on Contact { revision } ... on Label { displayName } }
}
"""
VIP = "custom.vip-customer"


async def nodes(site: Site, *ids: str) -> Any:
    return (await site.run(NODES, ids=list(ids))).whole["nodes"]


async def test_contacts_and_labels_are_told_apart_and_keep_their_order(site: Site) -> None:
    ada, alan, *_ = site.ids()
    assert await nodes(site, VIP, ada, "contacts.customers", alan) == [
        {"__typename": "Label", "id": VIP, "displayName": "VIP Customer"},
        {"__typename": "Contact", "id": ada, "revision": site.contacts()[0]["revision"]},
        {"__typename": "Label", "id": "contacts.customers", "displayName": "Customers"},
        {"__typename": "Contact", "id": alan, "revision": site.contacts()[1]["revision"]},
    ]


async def test_a_miss_is_null_in_its_own_place(site: Site) -> None:
    ada, *_ = site.ids()
    found = await nodes(site, NOBODY, ada, "custom.nothing", "not an id", "", ada)
    assert [each and each["id"] for each in found] == [None, ada, None, None, None, ada]


async def test_capitals_in_a_guid_do_not_matter(site: Site) -> None:
    ada, alan, *_ = site.ids()
    found = await nodes(site, ada.upper(), alan.upper())
    assert [each["id"] for each in found] == [ada, alan]


async def test_what_has_not_the_form_of_an_id_costs_no_call(site: Site) -> None:
    answer = await site.run(
        """{
          node(id: "x") { id } nodes(ids: ["x", "a.", ".b"]) { id }
          contact(id: "custom.vip") { id } label(key: "x") { id } extendedField(key: "x") { key }
          bulkJob(id: "x") { id }
        }"""
    )
    assert answer.whole == {
        "node": None,
        "nodes": [None, None, None],
        "contact": None,
        "label": None,
        "extendedField": None,
        "bulkJob": None,
    }
    assert answer.calls == {}


async def test_one_object_is_fetched_by_itself(site: Site) -> None:
    ada, *_ = site.ids()
    answer = await site.run(
        """query ($id: ID!, $key: ID!) {
          contact: node(id: $id) { id }
          label: node(id: $key) { id }
        }""",
        id=ada.upper(),
        key=VIP,
    )
    assert answer.whole == {"contact": {"id": ada}, "label": {"id": VIP}}
    assert answer.calls == {GET_CONTACT: 1, LIST_LABELS: 1}


async def test_a_hundred_ids_are_the_most(site: Site) -> None:
    ada, alan, *_ = site.ids()
    answer = await site.run(NODES, ids=[ada, alan] * 50)
    assert [each["id"] for each in answer.whole["nodes"]] == [ada, alan] * 50
    refused = await site.run(NODES, ids=[ada] * 101)
    assert refused.data == {"nodes": [None] * 101}
    assert refused.codes == ["INVALID_INPUT"]
    assert refused.calls == {}


async def test_a_merged_away_id_leads_to_its_target_only_where_one_asks_for_a_contact(
    site: Site,
) -> None:
    target, _, source, *_ = site.ids()
    await site.wix.contacts.merge(
        target, revision=site.contacts()[0]["revision"], source_ids=[source]
    )
    document = """
    query ($id: ID!) {
      contact(id: $id) { id }
      node(id: $id) { id }
      nodes(ids: [$id]) { id }
      _entities(representations: [{__typename: "Contact", id: $id}]) { ... on Contact { id } }
    }
    """
    answer = await site.run(document.replace("id: $id}", f'id: "{source}"}}'), id=source)
    assert answer.whole == {
        "contact": {"id": target},
        "node": None,
        "nodes": [None],
        "_entities": [None],
    }
    assert answer.calls == {GET_CONTACT: 1}


async def test_merged_away_ids_are_followed_among_others(site: Site) -> None:
    target, other, source, *_ = site.ids()
    await site.wix.contacts.merge(
        target, revision=site.contacts()[0]["revision"], source_ids=[source]
    )
    answer = await site.run(
        """query ($other: ID!, $source: ID!) {
          other: contact(id: $other) { id }
          one: contact(id: $source) { id }
          again: contact(id: $source) { id }
        }""",
        other=other,
        source=source,
    )
    assert answer.whole == {"other": {"id": other}, "one": {"id": target}, "again": {"id": target}}
    assert answer.calls == {QUERY_CONTACTS: 1, GET_CONTACT: 1}


async def test_labels_by_key_are_one_call(site: Site) -> None:
    answer = await site.run(
        '{ a: label(key: "custom.vip-customer") { id } b: label(key: "custom.nothing") { id } }'
    )
    assert answer.whole == {"a": {"id": VIP}, "b": None}
    assert answer.calls == {LIST_LABELS: 1}
