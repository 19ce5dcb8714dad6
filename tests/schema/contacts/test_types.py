"""Contacts as they are read: properties, labels, search, facets."""

from typing import Any

import pytest

from tests.support import oracle
from tests.support.site import (
    ADA,
    FACETS,
    GET_CONTACT,
    LIST_LABELS,
    QUERY_CONTACTS,
    Site,
    opened,
)

CONTACT = """
query ($id: ID!) { contact(id: $id) {
  id revision createdAt updatedAt source { type appId } lastActivity { type at }
  name { first last full }
  primaryEmail { email subscriptionStatus deliverabilityStatus }
  primaryPhone { phone countryCode e164 formatted subscriptionStatus }
  emails { id tag email primary } phones { id tag phone countryCode e164 primary }
  addresses { id tag line1 line2 streetNumber streetName city subdivision postalCode country }
  company jobTitle birthdate locale picture labelKeys labels { key displayName }
} }
"""


async def test_every_property_of_a_contact(site: Site) -> None:
    wire = site.contacts()[ADA]
    email = wire["info"]["emails"]["items"][0]
    phone = wire["info"]["phones"]["items"][0]
    answer = await site.run(CONTACT, id=wire["id"])
    assert answer.whole["contact"] == {
        "id": wire["id"],
        "revision": wire["revision"],
        "createdAt": wire["createdDate"],
        "updatedAt": wire["updatedDate"],
        "source": {"type": wire["source"]["sourceType"], "appId": None},
        "lastActivity": {
            "type": wire["lastActivity"]["activityType"],
            "at": wire["lastActivity"]["activityDate"],
        },
        "name": {"first": "Ada", "last": "Lovelace", "full": "Ada Lovelace"},
        "primaryEmail": {
            "email": "ada.lovelace@example.com",
            "subscriptionStatus": wire["primaryEmail"]["subscriptionStatus"],
            "deliverabilityStatus": wire["primaryEmail"]["deliverabilityStatus"],
        },
        "primaryPhone": {
            "phone": "07911 123456",
            "countryCode": "GB",
            "e164": "+447911123456",
            "formatted": "+44 7911 123456",
            "subscriptionStatus": "NOT_SET",
        },
        "emails": [
            {
                "id": email["id"],
                "tag": "MAIN",
                "email": "ada.lovelace@example.com",
                "primary": True,
            }
        ],
        "phones": [
            {
                "id": phone["id"],
                "tag": "MOBILE",
                "phone": "07911 123456",
                "countryCode": "GB",
                "e164": "+447911123456",
                "primary": True,
            }
        ],
        "addresses": [],
        "company": "Analytical Engines",
        "jobTitle": "Countess",
        "birthdate": "1985-12-10",
        "locale": "en-GB",
        "picture": None,
        "labelKeys": ["custom.vip-customer", "custom.newsletter"],
        "labels": [
            {"key": "custom.vip-customer", "displayName": "VIP Customer"},
            {"key": "custom.newsletter", "displayName": "Newsletter"},
        ],
    }
    assert answer.calls == {GET_CONTACT: 1, LIST_LABELS: 1}


async def test_labels_keep_the_order_of_the_keys_and_a_contact_without_any_asks_for_none() -> None:
    async with opened(contacts=80) as site:
        bare = next(c for c in site.contacts() if not oracle.FIELDS["labelKeys"](c))
        answer = await site.run(
            "query ($id: ID!) { contact(id: $id) { labelKeys labels { key } } }", id=bare["id"]
        )
        assert answer.whole == {"contact": {"labelKeys": [], "labels": []}}
        assert answer.calls == {GET_CONTACT: 1}
        everybody = await site.run("{ contacts(first: 80) { nodes { labelKeys labels { key } } } }")
        for contact in everybody.whole["contacts"]["nodes"]:
            assert [label["key"] for label in contact["labels"]] == contact["labelKeys"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada", {"Ada Lovelace", "עדה יונת"}),
        ("LOVE", {"Ada Lovelace"}),
        ("grace.hopper@", {"Grace Hopper"}),
        ("+4479", {"Ada Lovelace", "Alan Turing"}),
        ("07911 12", {"Ada Lovelace", "Alan Turing"}),
        ("ковалевская", {"Софья Ковалевская"}),
        ("  hopper ", {"Grace Hopper"}),
        ("ovelace", set()),
        ("%", set()),
        ("   ", None),
        ("", None),
    ],
)
async def test_a_search_is_a_prefix_of_names_emails_and_phones(
    site: Site, text: str, found: set[str] | None
) -> None:
    answer = await site.run(
        """query ($search: String) { contacts(first: 100, search: $search) {
          nodes { name { full } }
        } }""",
        search=text,
    )
    names = {node["name"]["full"] for node in answer.whole["contacts"]["nodes"]}
    assert names == found or (found is None and len(names) == 12)
    assert answer.calls == {QUERY_CONTACTS: 1}


async def test_filter_and_search_must_both_hold(site: Site) -> None:
    answer = await site.run(
        """{ contacts(search: "a", filter: {locale: {eq: "en-GB"}}) {
          nodes { name { full } }
        } }"""
    )
    names = {node["name"]["full"] for node in answer.whole["contacts"]["nodes"]}
    assert names == {"Ada Lovelace", "Alan Turing"}


async def test_a_search_of_more_than_a_hundred_characters_is_refused(site: Site) -> None:
    document = "query ($search: String) { contacts(search: $search) { totalCount } }"
    assert (await site.run(document, search="x" * 100)).whole == {"contacts": {"totalCount": 0}}
    answer = await site.run(document, search="x" * 101)
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["INVALID_INPUT"], {})
    assert answer.errors[0]["extensions"]["field"] == ["search"]


async def test_facets_count_and_lead_to_their_labels(site: Site) -> None:
    answer = await site.run(
        """{
          contactFacets { type key }
          labels: contactFacets(types: [LABEL]) { key namespace displayName count label { key } }
          rest: contactFacets(types: [ALL_CONTACTS, NOT_LABELED]) { type count label { key } }
          none: contactFacets(types: []) { key }
        }"""
    )
    facets = {facet["key"]: facet for facet in answer.whole["labels"]}
    assert len(facets) == 26
    assert facets["custom.vip-customer"] == {
        "key": "custom.vip-customer",
        "namespace": "custom",
        "displayName": "VIP Customer",
        "count": 3,
        "label": {"key": "custom.vip-customer"},
    }
    assert answer.whole["rest"] == [
        {"type": "ALL_CONTACTS", "count": 12, "label": None},
        {"type": "NOT_LABELED", "count": 0, "label": None},
    ]
    assert answer.whole["none"] == []
    assert {"SUBSCRIPTION_STATUS", "MEMBERSHIP_STATUS"} <= {
        facet["type"] for facet in answer.whole["contactFacets"]
    }
    assert answer.calls == {FACETS: 1, LIST_LABELS: 1}


async def test_what_wix_leaves_out_is_null_or_empty() -> None:
    async with opened(contacts=0) as site:
        created = await site.run(
            """mutation { createContact(input: {info: {phones: [{phone: "12"}]}}) { contact { id } }
            }"""
        )
        contact_id = created.whole["createContact"]["contact"]["id"]
        answer: dict[str, Any] = (await site.run(CONTACT, id=contact_id)).whole["contact"]
        assert answer["name"] is None or answer["name"] == {
            "first": None,
            "last": None,
            "full": None,
        }
        assert [answer[name] for name in ("emails", "addresses", "labelKeys", "labels")] == [[]] * 4
        assert [answer[name] for name in ("company", "jobTitle", "birthdate", "locale")] == [
            None
        ] * 4
        assert answer["primaryPhone"]["phone"] == "12"
        assert answer["phones"][0]["e164"] is None
