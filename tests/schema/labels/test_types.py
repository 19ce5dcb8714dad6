"""Labels as they are read: properties, counts, contacts, filters."""

from typing import Any

import pytest

from tests.support import oracle
from tests.support.site import FACETS, LIST_LABELS, QUERY_CONTACTS, QUERY_LABELS, Site, opened

VIP = "custom.vip-customer"


async def test_every_property_of_a_label(site: Site) -> None:
    answer = await site.run(
        """query ($key: ID!) { label(key: $key) {
          id key displayName namespace namespaceDisplayName type createdAt updatedAt
        } }""",
        key=VIP,
    )
    assert answer.whole["label"] == {
        "id": VIP,
        "key": VIP,
        "displayName": "VIP Customer",
        "namespace": "custom",
        "namespaceDisplayName": "Labels",
        "type": "USER_DEFINED",
        "createdAt": "2023-09-08T00:00:00.000Z",
        "updatedAt": "2023-09-08T00:00:00.000Z",
    }
    assert answer.calls == {LIST_LABELS: 1}


async def test_a_system_label_has_no_dates(site: Site) -> None:
    answer = await site.run(
        '{ label(key: "contacts.customers") { type namespace createdAt updatedAt } }'
    )
    assert answer.whole["label"] == {
        "type": "SYSTEM",
        "namespace": "contacts",
        "createdAt": None,
        "updatedAt": None,
    }


async def test_a_label_counts_its_contacts_and_lists_them() -> None:
    async with opened(contacts=60) as site:
        answer = await site.run(
            """query ($key: ID!) { label(key: $key) {
              contactCount
              contacts(first: 100) { totalCount nodes { id labelKeys } }
              some: contacts(
                first: 100, filter: {country: {eq: "US"}},
                orderBy: {field: FIRST_NAME, direction: DESC}
              ) { nodes { id } }
            } }""",
            key="custom.newsletter",
        )
        label = answer.whole["label"]
        carriers = [
            contact
            for contact in site.contacts()
            if oracle.matches({"labelKeys": {"hasSome": ["custom.newsletter"]}}, contact)
        ]
        american = [c for c in carriers if oracle.matches({"country": {"eq": "US"}}, c)]
        assert label["contactCount"] == label["contacts"]["totalCount"] == len(carriers)
        assert [node["id"] for node in label["contacts"]["nodes"]] == [c["id"] for c in carriers]
        assert sorted(node["id"] for node in label["some"]["nodes"]) == sorted(
            c["id"] for c in american
        )
        assert answer.calls == {LIST_LABELS: 1, FACETS: 1, QUERY_CONTACTS: 2}


async def test_a_labels_contacts_page_by_cursors_of_that_label(site: Site) -> None:
    document = """
    query ($one: ID!, $other: ID!, $after: String) {
      one: label(key: $one) { contacts(first: 1, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor }
      } }
      other: label(key: $other) { contacts(first: 1, after: $after) { nodes { id } } }
    }
    """
    keys = {"one": VIP, "other": "custom.speaker"}
    first = (await site.run(document, **keys)).whole["one"]["contacts"]
    second = await site.run(document, **keys, after=first["pageInfo"]["endCursor"])
    ada, _, grace, *_ = site.ids()
    assert [node["id"] for node in first["nodes"]] == [ada]
    assert [node["id"] for node in second.data["one"]["contacts"]["nodes"]] == [grace]
    assert second.data["other"] == {"contacts": None}
    assert second.codes == ["BAD_CURSOR"]


async def test_a_count_wix_does_not_give_is_null(site: Site) -> None:
    site.fault(FACETS, status=403)
    answer = await site.run('{ label(key: "custom.vip-customer") { displayName contactCount } }')
    assert answer.data == {"label": {"displayName": "VIP Customer", "contactCount": None}}
    assert answer.codes == ["UPSTREAM_FORBIDDEN"]


LABELS: dict[str, oracle.Values] = {
    name: oracle.at(name) for name in ("key", "displayName", "namespace", "createdAt", "updatedAt")
}


def cases() -> list[tuple[str, str, Any]]:
    """Choose operands for every operator of every field of LabelFilter."""
    moment = "2023-09-12T00:00:00.000Z"
    dates = [
        (name, operator, moment)
        for name in ("createdAt", "updatedAt")
        for operator in ("eq", "ne", "gt", "gte", "lt", "lte")
    ]
    return [
        ("key", "eq", VIP),
        ("key", "ne", VIP),
        ("key", "in", [VIP, "contacts.customers", "custom.nothing"]),
        ("displayName", "eq", "Lead"),
        ("displayName", "ne", "Lead"),
        ("displayName", "in", ["Lead", "Newsletter", "lead"]),
        ("displayName", "startsWith", "vIp"),
        ("namespace", "eq", "contacts"),
        ("namespace", "ne", "contacts"),
        *dates,
    ]


@pytest.mark.parametrize(("name", "operator", "operand"), cases())
async def test_labels_are_chosen_by_every_field_and_operator(
    site: Site, name: str, operator: str, operand: Any
) -> None:
    document = """
    query ($filter: LabelFilter) {
      labels(first: 100, filter: $filter) {
        nodes { key displayName namespace createdAt updatedAt }
      }
    }
    """
    everything = (await site.run(document)).whole["labels"]["nodes"]
    answer = await site.run(document, filter={name: {operator: operand}})
    compare = oracle.OPERATORS[operator]

    def held(label: dict[str, Any]) -> list[Any]:
        return [label[name]] if label[name] is not None else []

    wanted = [label for label in everything if compare(held(label), operand)]
    assert answer.whole["labels"]["nodes"] == wanted
    assert 0 < len(wanted) < len(everything)
    assert answer.calls == {QUERY_LABELS: 1}


async def test_labels_are_chosen_by_their_type_and_by_combinations(site: Site) -> None:
    answer = await site.run(
        """{
          system: labels(filter: {type: SYSTEM}) { nodes { key } }
          mixed: labels(filter: {
            or: [{type: SYSTEM}, {and: [{displayName: {startsWith: "vip"}}, {type: USER_DEFINED}]}]
            not: {key: {eq: "contacts.customers"}}
          }) { nodes { key } }
        }"""
    )
    keys = {name: {node["key"] for node in found["nodes"]} for name, found in answer.whole.items()}
    assert keys == {
        "system": {"contacts.customers", "contacts.contacted-me"},
        "mixed": {"contacts.contacted-me", VIP},
    }


async def test_an_unknown_type_of_label_is_no_question(site: Site) -> None:
    answer = await site.run("{ labels(filter: {type: UNKNOWN}) { totalCount } }")
    assert (answer.data, answer.codes, answer.calls) == ({"labels": None}, ["INVALID_INPUT"], {})
    assert answer.errors[0]["extensions"]["field"] == ["filter", "type"]
