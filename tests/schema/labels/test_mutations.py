"""Labels found or created, renamed, deleted: results, refusals, and what is true afterwards."""

from typing import Any

import pytest

from tests.support.site import ADA, CREATE_LABEL, FACETS, QUERY_CONTACTS, Site

VIP = "custom.vip-customer"
LONGEST = 180


async def test_a_new_label_is_created_and_found_from_then_on(site: Site) -> None:
    document = """mutation {
      one: findOrCreateLabel(input: {displayName: "Night Owl"}) {
        created label { key displayName type namespace contactCount } userErrors { code }
      }
      other: findOrCreateLabel(input: {displayName: "Night Owl"}) { created label { key } }
      capitals: findOrCreateLabel(input: {displayName: "night owl"}) { created label { key } }
    }"""
    answer = await site.run(document)
    assert answer.whole == {
        "one": {
            "created": True,
            "label": {
                "key": "custom.night-owl",
                "displayName": "Night Owl",
                "type": "USER_DEFINED",
                "namespace": "custom",
                "contactCount": 0,
            },
            "userErrors": [],
        },
        "other": {"created": False, "label": {"key": "custom.night-owl"}},
        "capitals": {"created": True, "label": {"key": "custom.night-owl-2"}},
    }
    assert answer.calls == {CREATE_LABEL: 3, FACETS: 1}


@pytest.mark.parametrize("name", ["", "x" * (LONGEST + 1)])
async def test_a_name_of_impossible_length_is_refused(site: Site, name: str) -> None:
    wanted = [{"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": ["displayName"]}]
    assert await site.refused("findOrCreateLabel", {"displayName": name}) == wanted
    assert await site.refused("renameLabel", {"key": VIP, "displayName": name}) == wanted


async def test_a_full_site_takes_no_further_label_and_tells_its_quota(site: Site) -> None:
    site.sandbox.switches.change({"labelsQuota": 24})
    errors = await site.refused(
        "findOrCreateLabel", {"displayName": "One More"}, "... on QuotaReached { quota current }"
    )
    assert errors == [
        {
            "__typename": "QuotaReached",
            "code": "QUOTA_REACHED",
            "field": ["displayName"],
            "quota": 24,
            "current": 24,
        }
    ]


async def test_a_renamed_label_keeps_its_key_and_is_new_wherever_it_is_seen(site: Site) -> None:
    answer = await site.run(
        """mutation ($id: ID!) {
          before: unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
            contact { labels { displayName } }
          }
          renameLabel(input: {key: "custom.vip-customer", displayName: "Best Friend"}) {
            label { key displayName contacts(first: 1) { nodes { labels { displayName } } } }
            userErrors { code }
          }
          after: unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
            contact { labels { displayName } }
          }
        }""",
        id=site.ids()[ADA],
    )
    labels = [{"displayName": "Best Friend"}, {"displayName": "Newsletter"}]
    assert answer.whole == {
        "before": {"contact": {"labels": [{"displayName": "VIP Customer"}, labels[1]]}},
        "renameLabel": {
            "label": {
                "key": VIP,
                "displayName": "Best Friend",
                "contacts": {"nodes": [{"labels": labels}]},
            },
            "userErrors": [],
        },
        "after": {"contact": {"labels": labels}},
    }


async def test_a_deleted_label_is_gone_from_the_site_and_from_its_contacts(site: Site) -> None:
    answer = await site.run(
        """mutation ($id: ID!) {
          before: unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
            contact { labelKeys labels { key } }
          }
          deleteLabel(input: {key: "custom.vip-customer"}) { deletedLabelKey userErrors { code } }
          after: unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
            contact { labelKeys labels { key } }
          }
        }""",
        id=site.ids()[ADA],
    )
    both = [VIP, "custom.newsletter"]
    assert answer.whole == {
        "before": {"contact": {"labelKeys": both, "labels": [{"key": key} for key in both]}},
        "deleteLabel": {"deletedLabelKey": VIP, "userErrors": []},
        "after": {"contact": {"labelKeys": both[1:], "labels": [{"key": both[1]}]}},
    }
    assert (await site.run('{ label(key: "custom.vip-customer") { key } }')).whole == {
        "label": None
    }


async def test_a_label_that_is_deleted_and_made_again_is_a_new_one(site: Site) -> None:
    answer = await site.run(
        """mutation {
          deleteLabel(input: {key: "custom.vip-customer"}) { deletedLabelKey }
          findOrCreateLabel(input: {displayName: "VIP Customer"}) {
            created label { key contactCount contacts { totalCount } }
          }
        }"""
    )
    assert answer.whole["findOrCreateLabel"] == {
        "created": True,
        "label": {"key": VIP, "contactCount": 0, "contacts": {"totalCount": 0}},
    }
    assert answer.calls == {
        "DELETE /contacts/v4/labels/{key}": 1,
        CREATE_LABEL: 1,
        FACETS: 1,
        QUERY_CONTACTS: 1,
    }


@pytest.mark.parametrize(
    ("mutation", "more"), [("renameLabel", {"displayName": "x"}), ("deleteLabel", {})]
)
async def test_a_predefined_label_is_protected(
    site: Site, mutation: str, more: dict[str, Any]
) -> None:
    assert await site.refused(mutation, {"key": "contacts.customers", **more}) == [
        {"__typename": "InvalidInput", "code": "LABEL_PROTECTED", "field": ["key"]}
    ]


@pytest.mark.parametrize("key", ["custom.nothing", "no key", "", "custom." + "x" * 74])
@pytest.mark.parametrize(
    ("mutation", "more"), [("renameLabel", {"displayName": "x"}), ("deleteLabel", {})]
)
async def test_a_label_nobody_has_is_not_found(
    site: Site, mutation: str, more: dict[str, Any], key: str
) -> None:
    before = site.calls()
    assert await site.refused(mutation, {"key": key, **more}) == [
        {"__typename": "InvalidInput", "code": "LABEL_NOT_FOUND", "field": ["key"]}
    ]
    assert (site.calls() == before) == (key != "custom.nothing")


async def test_a_refused_payload_is_null_but_for_its_user_errors(site: Site) -> None:
    answer = await site.run(
        """mutation {
          findOrCreateLabel(input: {displayName: ""}) {
            label { key } created userErrors { __typename message code field }
          }
          renameLabel(input: {key: "x", displayName: "y"}) { label { key } userErrors { message } }
          deleteLabel(input: {key: "x"}) { deletedLabelKey userErrors { message } }
        }"""
    )
    assert answer.whole == {
        "findOrCreateLabel": {
            "label": None,
            "created": None,
            "userErrors": [
                {
                    "__typename": "InvalidInput",
                    "message": "size must be between 1 and 180, got 0",
                    "code": "INVALID_INPUT",
                    "field": ["displayName"],
                }
            ],
        },
        "renameLabel": {"label": None, "userErrors": [{"message": "no label has this key"}]},
        "deleteLabel": {
            "deletedLabelKey": None,
            "userErrors": [{"message": "no label has this key"}],
        },
    }
