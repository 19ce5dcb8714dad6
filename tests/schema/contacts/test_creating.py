"""Contacts created: everything they can hold, refusals by place, duplicates."""

from typing import Any

import pytest

from gateway.crm.services import Services
from tests.support.site import ADA, DUPLICATE, GET_CONTACT, LIST_LABELS, Site, problem
from tests.support.upstream import Upstream, application_error

CREATE_CONTACT = "POST /contacts/v4/contacts"


CREATE = """
mutation ($given: CreateContactInput!) { createContact(input: $given) {
  contact {
    id revision source { type } name { full } primaryEmail { email } company birthdate locale
    emails { tag email primary } phones { tag phone countryCode e164 primary }
    addresses { tag line1 line2 streetNumber streetName city subdivision postalCode country }
    labels { displayName } extendedFields(keys: ["custom.loyalty-tier"]) { value }
  }
  userErrors { code field }
} }
"""


async def test_a_contact_is_created_with_everything_it_can_hold(site: Site) -> None:
    info = {
        "name": {"first": "Hedy", "last": "Lamarr"},
        "emails": [
            {"email": "hedy@example.com", "tag": "MAIN"},
            {"email": "lamarr@example.com", "tag": "WORK", "primary": True},
        ],
        "phones": [{"phone": "(202) 555-0100", "countryCode": "US", "tag": "MOBILE"}],
        "addresses": [
            {
                "tag": "HOME",
                "line1": "1 Main St",
                "line2": "Apt 2",
                "city": "Augusta",
                "subdivision": "US-ME",
                "postalCode": "04330",
                "country": "US",
            },
            {"streetNumber": "7", "streetName": "High Street", "country": "GB"},
        ],
        "company": "Frequency Hopping",
        "birthdate": "1985-11-09",
        "locale": "en-US",
        "labelKeys": ["custom.speaker"],
        "extendedFields": [{"key": "custom.loyalty-tier", "value": "gold"}],
    }
    answer = await site.run(CREATE, given={"info": info})
    contact = answer.whole["createContact"]["contact"]
    assert answer.whole["createContact"]["userErrors"] == []
    assert contact.pop("id") == site.contacts()[-1]["id"]
    assert contact == {
        "revision": 1,
        "source": {"type": "ADMIN"},
        "name": {"full": "Hedy Lamarr"},
        "primaryEmail": {"email": "lamarr@example.com"},
        "company": "Frequency Hopping",
        "birthdate": "1985-11-09",
        "locale": "en-US",
        "emails": [
            {"tag": "MAIN", "email": "hedy@example.com", "primary": False},
            {"tag": "WORK", "email": "lamarr@example.com", "primary": True},
        ],
        "phones": [
            {
                "tag": "MOBILE",
                "phone": "(202) 555-0100",
                "countryCode": "US",
                "e164": "+12025550100",
                "primary": True,
            }
        ],
        "addresses": [
            {
                "tag": "HOME",
                "line1": "1 Main St",
                "line2": "Apt 2",
                "streetNumber": None,
                "streetName": None,
                "city": "Augusta",
                "subdivision": "US-ME",
                "postalCode": "04330",
                "country": "US",
            },
            {
                "tag": "UNTAGGED",
                "line1": None,
                "line2": None,
                "streetNumber": "7",
                "streetName": "High Street",
                "city": None,
                "subdivision": None,
                "postalCode": None,
                "country": "GB",
            },
        ],
        "labels": [{"displayName": "Speaker"}],
        "extendedFields": [{"value": "gold"}],
    }
    assert answer.calls == {CREATE_CONTACT: 1, LIST_LABELS: 1}


@pytest.mark.parametrize(
    ("info", "code", "field"),
    [
        ({}, "INSUFFICIENT_CONTACT_DATA", ["info"]),
        ({"company": "x"}, "INSUFFICIENT_CONTACT_DATA", ["info"]),
        ({"name": None, "emails": None}, "INSUFFICIENT_CONTACT_DATA", ["info"]),
        (
            {"phones": [{"phone": "1"}, {"phone": "2", "primary": True}, {"phone": ""}]},
            "INVALID_INPUT",
            ["info", "phones", "2", "phone"],
        ),
        ({"emails": [{"email": ""}]}, "INVALID_INPUT", ["info", "emails", "0", "email"]),
        (
            {"emails": [{"email": "a@example.com", "tag": "UNKNOWN"}]},
            "INVALID_INPUT",
            ["info", "emails", "0", "tag"],
        ),
        (
            {"name": {"first": "x" * 1001}},
            "INVALID_INPUT",
            ["info", "name", "first"],
        ),
        (
            {"name": {"first": "x"}, "addresses": [{"subdivision": "ME"}]},
            "INVALID_INPUT",
            ["info", "addresses", "0", "subdivision"],
        ),
        (
            {"name": {"first": "x"}, "jobTitle": "x" * 1001},
            "INVALID_INPUT",
            ["info", "jobTitle"],
        ),
        (
            {"name": {"first": "x"}, "labelKeys": ["custom.lead", "custom.nothing"]},
            "LABEL_NOT_FOUND",
            ["info", "labelKeys", "1"],
        ),
        (
            {"name": {"first": "x"}, "labelKeys": ["custom.lead", "no key"]},
            "LABEL_NOT_FOUND",
            ["info", "labelKeys", "1"],
        ),
        (
            {"name": {"first": "x"}, "extendedFields": [{"key": "custom.nothing", "value": 1}]},
            "INVALID_EXTENDED_FIELD_VALUE",
            ["info", "extendedFields", "0", "value"],
        ),
        (
            {
                "name": {"first": "x"},
                "extendedFields": [
                    {"key": "custom.loyalty-tier", "value": "gold"},
                    {"key": "custom.loyalty-points", "value": {"deep": 1}},
                ],
            },
            "INVALID_EXTENDED_FIELD_VALUE",
            ["info", "extendedFields", "1", "value"],
        ),
        (
            {
                "name": {"first": "x"},
                "extendedFields": [
                    {"key": "custom.loyalty-tier", "value": "gold"},
                    {"key": "custom.loyalty-points", "value": "many"},
                ],
            },
            "INVALID_EXTENDED_FIELD_VALUE",
            ["info", "extendedFields"],
        ),
    ],
)
async def test_an_impossible_contact_is_refused_by_the_place_of_what_is_wrong(
    site: Site, info: dict[str, Any], code: str, field: list[str]
) -> None:
    assert await site.refused("createContact", {"info": info}) == [problem(code, *field)]


async def test_every_violation_is_told_at_once(site: Site) -> None:
    info = {
        "name": {"last": "x" * 1001},
        "emails": [{"email": "ok@example.com"}, {"email": "x" * 321}],
        "phones": [{"phone": "1", "countryCode": "usa"}],
    }
    errors = await site.refused("createContact", {"info": info})
    assert sorted(error["field"] for error in errors) == [
        ["info", "emails", "1", "email"],
        ["info", "name", "last"],
        ["info", "phones", "0", "countryCode"],
    ]


async def test_a_duplicate_names_the_list_and_shows_the_other_contact_when_asked(
    site: Site,
) -> None:
    ada = {"id": site.ids()[ADA], "name": {"full": "Ada Lovelace"}}
    by_email = {"info": {"emails": [{"email": "ADA.lovelace@example.com"}]}}
    by_phone = {"info": {"phones": [{"phone": "07911 123456", "countryCode": "GB"}]}}
    before = site.calls().get(GET_CONTACT, 0)
    for given, listed in ((by_email, "emails"), (by_phone, "phones")):
        assert await site.refused("createContact", given, DUPLICATE) == [
            problem("DUPLICATE_CONTACT", "info", listed, kind="DuplicateContact", duplicate=ada)
        ]
        await site.refused("createContact", given)
    # Both are refused because of the same contact, which is known from then on.
    assert site.calls()[GET_CONTACT] == before + 1


async def test_a_duplicate_is_created_where_it_is_allowed(site: Site) -> None:
    given = {
        "info": {"emails": [{"email": "ada.lovelace@example.com"}]},
        "allowDuplicates": True,
    }
    assert (await site.run(CREATE, given=given)).whole["createContact"]["userErrors"] == []


async def test_a_duplicate_wix_does_not_name_is_null(site: Site) -> None:
    silent = Upstream.of(application_error("DUPLICATE_CONTACT_EXISTS", 409))
    site.services = Services.over(silent.connect())
    given = {"info": {"emails": [{"email": "ada.lovelace@example.com"}]}}
    assert await site.refused("createContact", given, DUPLICATE) == [
        {
            "__typename": "DuplicateContact",
            "code": "DUPLICATE_CONTACT",
            "field": None,
            "duplicate": None,
        }
    ]
    assert len(silent.requests) == 1
