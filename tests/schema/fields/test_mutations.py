"""Extended fields found or created, renamed, deleted."""

from typing import Any

import pytest

from tests.support.site import ADA, LIST_FIELDS, Site

TIER = "custom.loyalty-tier"


async def test_a_new_field_is_created_and_found_from_then_on(site: Site) -> None:
    answer = await site.run(
        """mutation {
          one: findOrCreateExtendedField(input: {displayName: "Shoe Size", dataType: NUMBER}) {
            created extendedField { key displayName dataType type } userErrors { code }
          }
          other: findOrCreateExtendedField(input: {displayName: "Shoe Size", dataType: TEXT}) {
            created extendedField { key dataType }
          }
        }"""
    )
    assert answer.whole == {
        "one": {
            "created": True,
            "extendedField": {
                "key": "custom.shoe-size",
                "displayName": "Shoe Size",
                "dataType": "NUMBER",
                "type": "USER_DEFINED",
            },
            "userErrors": [],
        },
        "other": {
            "created": False,
            "extendedField": {"key": "custom.shoe-size", "dataType": "NUMBER"},
        },
    }


async def test_a_renamed_field_is_new_wherever_it_is_seen(site: Site) -> None:
    relabel = """unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
      contact { extendedFields(keys: ["custom.loyalty-tier"]) {
        value definition { displayName }
      } }
    }"""
    answer = await site.run(
        f"""mutation ($id: ID!) {{
          before: {relabel}
          renameExtendedField(input: {{key: "custom.loyalty-tier", displayName: "Rank"}}) {{
            extendedField {{ key displayName }} userErrors {{ code }}
          }}
          after: {relabel}
        }}""",
        id=site.ids()[ADA],
    )

    def seen(name: str) -> Any:
        return {
            "contact": {
                "extendedFields": [{"value": "silver", "definition": {"displayName": name}}]
            }
        }

    assert answer.whole == {
        "before": seen("Loyalty Tier"),
        "renameExtendedField": {
            "extendedField": {"key": TIER, "displayName": "Rank"},
            "userErrors": [],
        },
        "after": seen("Rank"),
    }
    assert answer.calls[LIST_FIELDS] == 1


async def test_a_deleted_field_takes_its_values_along(site: Site) -> None:
    relabel = """unlabelContact(input: {contactId: $id, labelKeys: ["custom.lead"]}) {
      contact { extendedFields(keys: ["custom.loyalty-tier"]) { value definition { key } } }
    }"""
    answer = await site.run(
        f"""mutation ($id: ID!) {{
          before: {relabel}
          deleteExtendedField(input: {{key: "custom.loyalty-tier"}}) {{
            deletedKey userErrors {{ code }}
          }}
          after: {relabel}
        }}""",
        id=site.ids()[ADA],
    )
    assert answer.whole == {
        "before": {
            "contact": {"extendedFields": [{"value": "silver", "definition": {"key": TIER}}]}
        },
        "deleteExtendedField": {"deletedKey": TIER, "userErrors": []},
        "after": {"contact": {"extendedFields": []}},
    }


async def test_a_full_site_takes_no_further_field(site: Site) -> None:
    site.sandbox.switches.change({"fieldsQuota": 6})
    errors = await site.refused(
        "findOrCreateExtendedField",
        {"displayName": "One More", "dataType": "TEXT"},
    )
    assert errors == [
        {"__typename": "QuotaReached", "code": "QUOTA_REACHED", "field": ["displayName"]}
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"displayName": "", "dataType": "TEXT"}, ["displayName"]),
        ({"displayName": "x" * 151, "dataType": "TEXT"}, ["displayName"]),
        ({"displayName": "x", "dataType": "UNKNOWN"}, ["dataType"]),
    ],
)
async def test_an_impossible_field_is_refused(
    site: Site, given: dict[str, Any], field: list[str]
) -> None:
    assert await site.refused("findOrCreateExtendedField", given) == [
        {"__typename": "InvalidInput", "code": "INVALID_INPUT", "field": field}
    ]


@pytest.mark.parametrize(
    ("mutation", "more"),
    [("renameExtendedField", {"displayName": "x"}), ("deleteExtendedField", {})],
)
@pytest.mark.parametrize(
    ("key", "code", "asks"),
    [
        ("custom.nothing", "NOT_FOUND", True),
        ("no key", "NOT_FOUND", False),
        ("ecom.numOfPurchases", "REFUSED", True),
    ],
)
async def test_a_field_that_cannot_be_changed_is_named(
    site: Site, mutation: str, more: dict[str, Any], key: str, code: str, *, asks: bool
) -> None:
    before = site.calls()
    assert await site.refused(mutation, {"key": key, **more}) == [
        {"__typename": "InvalidInput", "code": code, "field": ["key"]}
    ]
    assert (site.calls() != before) == asks
