"""Labels put on one contact and taken off, by key and by name."""

from typing import Any

import pytest

from tests.support.site import (
    ADA,
    ALAN,
    CREATE_LABEL,
    FACETS,
    GET_CONTACT,
    GRACE,
    LABEL_CONTACT,
    LIST_LABELS,
    NOBODY,
    Site,
)

LABEL = """
mutation ($given: LabelContactInput!) { labelContact(input: $given) {
  contact { id labelKeys labels { key displayName contactCount } }
  userErrors { __typename code field message }
} }
"""
BOTH = ["labelContact", "unlabelContact"]


async def test_a_labelled_contact_carries_its_labels_at_once(site: Site) -> None:
    alan = site.ids()[ALAN]
    given = {"contactId": alan.upper(), "labelKeys": ["custom.lead", "custom.beta-tester"]}
    answer = await site.run(LABEL, given=given)
    contact = answer.whole["labelContact"]["contact"]
    assert (contact["id"], contact["labelKeys"]) == (alan, ["custom.beta-tester", "custom.lead"])
    assert [(label["displayName"], label["contactCount"]) for label in contact["labels"]] == [
        ("Beta Tester", 1),
        ("Lead", 1),
    ]
    assert answer.calls == {LABEL_CONTACT: 1, LIST_LABELS: 1, FACETS: 1}


async def test_counts_asked_for_again_after_a_write_are_the_new_ones(site: Site) -> None:
    one = """labelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
      contact { labels { key contactCount } }
    }"""
    two = """unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
      contact { labels { key contactCount } }
    }"""
    answer = await site.run(f"mutation ($id: ID!) {{ {one} {two} }}", id=site.ids()[ALAN])
    tester = {"key": "custom.beta-tester", "contactCount": 1}
    assert answer.whole == {
        "labelContact": {
            "contact": {"labels": [tester, {"key": "custom.lead", "contactCount": 1}]}
        },
        "unlabelContact": {"contact": {"labels": [tester]}},
    }


async def test_labels_are_found_or_created_by_name(site: Site) -> None:
    given = {
        "contactId": site.ids()[ALAN],
        "labelKeys": ["custom.speaker", "custom.speaker"],
        "labelNames": ["Lead", "Night Owl", "Lead", "Early Bird"],
    }
    answer = await site.run(LABEL, given=given)
    payload = answer.whole["labelContact"]
    assert payload["userErrors"] == []
    assert payload["contact"]["labelKeys"] == [
        "custom.beta-tester",
        "custom.speaker",
        "custom.lead",
        "custom.night-owl",
        "custom.early-bird",
    ]
    assert answer.calls[CREATE_LABEL] == 2


async def test_names_that_all_exist_cost_one_call_more_than_keys(site: Site) -> None:
    given = {"contactId": site.ids()[ALAN], "labelNames": ["Lead", "Newsletter"]}
    answer = await site.run(
        """mutation ($given: LabelContactInput!) {
          labelContact(input: $given) { contact { labelKeys } }
        }""",
        given=given,
    )
    assert answer.calls == {LIST_LABELS: 1, LABEL_CONTACT: 1}


async def test_labels_that_are_there_already_are_no_fault(site: Site) -> None:
    before = site.snapshot()
    given = {"contactId": site.ids()[ADA], "labelKeys": ["custom.newsletter"]}
    answer = await site.run(LABEL, given=given)
    assert answer.whole["labelContact"]["contact"]["labelKeys"] == [
        "custom.vip-customer",
        "custom.newsletter",
    ]
    assert site.snapshot() == before


async def test_unlabelling_takes_off_what_is_there(site: Site) -> None:
    answer = await site.run(
        """mutation ($id: ID!) {
          unlabelContact(input: {
            contactId: $id, labelKeys: ["custom.newsletter", "custom.lead", "custom.newsletter"]
          }) { contact { labelKeys labels { key } } userErrors { code } }
        }""",
        id=site.ids()[ADA],
    )
    assert answer.whole["unlabelContact"] == {
        "contact": {
            "labelKeys": ["custom.vip-customer"],
            "labels": [{"key": "custom.vip-customer"}],
        },
        "userErrors": [],
    }


@pytest.mark.parametrize("mutation", BOTH)
@pytest.mark.parametrize(
    ("keys", "indexes"),
    [
        (["custom.nothing"], [0]),
        (["custom.lead", "custom.nothing", "custom.newsletter"], [1]),
        (["custom.lead", "custom.lead", "custom.no", "custom.nay", "custom.no"], [2, 3, 4]),
        (["custom.lead", "no key", "", "custom.lead"], [1, 2]),
    ],
)
async def test_unknown_keys_are_named_by_their_place_and_nothing_is_applied(
    site: Site, mutation: str, keys: list[str], indexes: list[int]
) -> None:
    given = {"contactId": site.ids()[ALAN], "labelKeys": keys}
    assert await site.refused(mutation, given) == [
        {
            "__typename": "InvalidInput",
            "code": "LABEL_NOT_FOUND",
            "field": ["labelKeys", str(index)],
        }
        for index in indexes
    ]


async def test_where_the_unknown_keys_cannot_be_told_the_list_is_named(site: Site) -> None:
    site.fault(LIST_LABELS, status=403)
    given = {"contactId": site.ids()[ALAN], "labelKeys": ["custom.lead", "custom.nothing"]}
    assert await site.refused("labelContact", given) == [
        {"__typename": "InvalidInput", "code": "LABEL_NOT_FOUND", "field": ["labelKeys"]}
    ]


@pytest.mark.parametrize("mutation", BOTH)
@pytest.mark.parametrize("contact_id", [NOBODY, "no guid", ""])
async def test_a_contact_nobody_has_is_not_found(
    site: Site, mutation: str, contact_id: str
) -> None:
    before = site.calls()
    given = {"contactId": contact_id, "labelKeys": ["custom.lead"]}
    assert await site.refused(mutation, given) == [
        {"__typename": "InvalidInput", "code": "CONTACT_NOT_FOUND", "field": ["contactId"]}
    ]
    assert (site.calls() != before) == (contact_id == NOBODY)


@pytest.mark.parametrize(
    ("mutation", "given"),
    [
        ("labelContact", {"labelKeys": ["custom.lead"] * 101}),
        ("labelContact", {"labelKeys": ["custom.lead"] * 60, "labelNames": ["Lead"] * 41}),
        ("labelContact", {"labelKeys": [], "labelNames": None}),
        ("labelContact", {}),
        ("unlabelContact", {"labelKeys": ["custom.lead"] * 101}),
        ("unlabelContact", {"labelKeys": []}),
    ],
)
async def test_one_to_a_hundred_labels_are_taken_at_once(
    site: Site, mutation: str, given: dict[str, Any]
) -> None:
    before = site.calls()
    assert await site.refused(mutation, {"contactId": site.ids()[ADA], **given}) == [
        {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": ["labelKeys"]}
    ]
    assert site.calls() == before


async def test_a_hundred_keys_and_names_together_are_taken(site: Site) -> None:
    given = {
        "contactId": site.ids()[ADA],
        "labelKeys": ["custom.lead"] * 60,
        "labelNames": ["Lead"] * 40,
    }
    assert (await site.run(LABEL, given=given)).whole["labelContact"]["userErrors"] == []


async def test_a_wrong_contact_leaves_no_new_label_behind(site: Site) -> None:
    given = {"contactId": NOBODY, "labelNames": ["Night Owl"]}
    assert await site.refused("labelContact", given) == [
        {"__typename": "InvalidInput", "code": "CONTACT_NOT_FOUND", "field": ["contactId"]}
    ]


async def test_a_merged_away_contact_leaves_no_new_label_behind(site: Site) -> None:
    target, _, source, *_ = site.ids()
    await site.wix.contacts.merge(
        target, revision=site.contacts()[0]["revision"], source_ids=[source]
    )
    before = site.calls().get(GET_CONTACT, 0)
    given = {"contactId": source, "labelNames": ["Night Owl"]}
    assert await site.refused("labelContact", given) == [
        {"__typename": "InvalidInput", "code": "CONTACT_NOT_FOUND", "field": ["contactId"]}
    ]
    assert site.calls()[GET_CONTACT] == before + 1


async def test_a_name_that_cannot_be_created_is_named_by_its_place(site: Site) -> None:
    ada = site.ids()[GRACE]
    assert await site.refused("labelContact", {"contactId": ada, "labelNames": ["Lead", ""]}) == [
        {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": ["labelNames", "1"]}
    ]
    site.sandbox.switches.change({"labelsQuota": 24})
    given = {"contactId": ada, "labelNames": ["Lead", "Lead", "Night Owl"]}
    errors = await site.refused("labelContact", given, "... on QuotaReached { quota }")
    assert errors == [
        {
            "__typename": "QuotaReached",
            "code": "QUOTA_REACHED",
            "field": ["labelNames", "2"],
            "quota": 24,
        }
    ]
