"""Creating, getting, listing and deleting contacts (contract 3.1, 3.2)."""

from typing import Any

import pytest

from gateway.sandbox.ports import Identity
from tests.support.emulation import START_TEXT, Emulation, phones

ADA = {
    "name": {"first": "Ada", "last": "Lovelace"},
    "emails": {"items": [{"tag": "MAIN", "email": "ada@example.com", "primary": True}]},
    "phones": {"items": [{"tag": "MOBILE", "countryCode": "IL", "phone": "0501234567"}]},
    "addresses": {
        "items": [
            {
                "tag": "HOME",
                "address": {
                    "country": "US",
                    "subdivision": "US-ME",
                    "city": "Augusta",
                    "postalCode": "04330",
                    "addressLine": "1 Main St",
                    "addressLine2": "Apt 2",
                    "planet": "Earth",
                },
            }
        ]
    },
    "company": "Analytical",
    "jobTitle": "Countess",
    "birthdate": "1985-12-10",
    "locale": "en-US",
    "labelKeys": {"items": ["custom.vip-customer"]},
    "extendedFields": {"items": {"custom.loyalty-tier": "gold"}},
}


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


async def test_a_created_contact_reads_as_the_contract_prints_it(site: Emulation) -> None:
    await site.label("VIP Customer")
    await site.field("Loyalty Tier")
    made = (await site.ok("POST", "/contacts", {"info": ADA, "allowDuplicates": False}))["contact"]
    email = {"id": _id(1), "tag": "MAIN", "email": "ada@example.com", "primary": True}
    phone = {"id": _id(2), "tag": "MOBILE", "countryCode": "IL", "phone": "0501234567"}
    address = {
        name: value
        for name, value in ADA["addresses"]["items"][0]["address"].items()  # type: ignore[index]
        if name != "planet"
    }
    assert made == {
        "id": _id(4),
        "revision": 1,
        "source": {"sourceType": "ADMIN"},
        "createdDate": START_TEXT,
        "updatedDate": START_TEXT,
        "lastActivity": {"activityDate": START_TEXT, "activityType": "CONTACT_CREATED"},
        "primaryInfo": {"email": "ada@example.com", "phone": "0501234567"},
        "primaryEmail": {
            "email": "ada@example.com",
            "subscriptionStatus": "NOT_SET",
            "deliverabilityStatus": "NOT_SET",
        },
        "primaryPhone": {
            "countryCode": "IL",
            "e164Phone": "+972501234567",
            "formattedPhone": "+972 50-123-4567",
            "subscriptionStatus": "NOT_SET",
            "phone": "0501234567",
        },
        "info": {
            "name": {"first": "Ada", "last": "Lovelace"},
            "emails": {"items": [email]},
            "phones": {"items": [phone | {"e164Phone": "+972501234567", "primary": True}]},
            "addresses": {"items": [{"id": _id(3), "tag": "HOME", "address": address}]},
            "company": "Analytical",
            "jobTitle": "Countess",
            "birthdate": "1985-12-10",
            "locale": "en-US",
            "labelKeys": {"items": ["custom.vip-customer"]},
            "extendedFields": {
                "items": {
                    "custom.loyalty-tier": "gold",
                    "contacts.displayByFirstName": "Ada Lovelace",
                    "contacts.displayByLastName": "Lovelace Ada",
                    "emailSubscriptions.effectiveEmail": "ada@example.com",
                    "emailSubscriptions.subscriptionStatus": "NOT_SET",
                    "emailSubscriptions.deliverabilityStatus": "NOT_SET",
                }
            },
        },
    }
    assert site.events[-1].body == {"createdEvent": {"entity": made}}


async def test_dates_are_kept_to_the_millisecond_that_is_shown(site: Emulation) -> None:
    site.advance(0.000999)
    made = await site.contact()
    assert made["createdDate"] == START_TEXT
    assert await site.found({"createdDate": made["createdDate"]}) == ["Ada"]


async def test_what_is_empty_is_left_out(site: Emulation) -> None:
    made = await site.contact(
        name={"first": "Ada", "last": ""},
        company=None,
        emails={"items": []},
        phones={},
        labelKeys=None,
        picture={"image": {}},
    )
    assert made["info"] == {
        "name": {"first": "Ada"},
        "extendedFields": {
            "items": {"contacts.displayByFirstName": "Ada", "contacts.displayByLastName": "Ada"}
        },
    }
    assert not {"primaryInfo", "primaryEmail", "primaryPhone"} & set(made)


async def test_a_number_nobody_could_dial_has_no_international_form(site: Emulation) -> None:
    made = await site.contact(phones={"items": [{"phone": "12", "countryCode": "GB"}]})
    assert made["primaryPhone"] == {
        "countryCode": "GB",
        "subscriptionStatus": "NO_SUBSCRIPTION_STATUS",
        "phone": "12",
    }
    no_country = await site.contact(phones={"items": [{"phone": "call me"}]})
    assert no_country["primaryPhone"] == {
        "subscriptionStatus": "NO_SUBSCRIPTION_STATUS",
        "phone": "call me",
    }


async def test_the_marked_entry_is_primary_else_the_first(site: Emulation) -> None:
    made = await site.contact(
        emails={"items": [{"email": "a@example.com"}, {"email": "b@example.com", "primary": True}]},
        phones=phones("020 7946 0001", "020 7946 0002"),
    )
    assert made["primaryInfo"] == {"email": "b@example.com", "phone": "020 7946 0001"}
    assert [each["primary"] for each in made["info"]["emails"]["items"]] == [False, True]
    assert [each["primary"] for each in made["info"]["phones"]["items"]] == [True, False]


@pytest.mark.parametrize("name", ["emails", "phones"])
async def test_two_primaries_are_refused(site: Emulation, name: str) -> None:
    entry = {"email": "a@example.com", "phone": "1234567", "primary": True}
    refused = await site.refused("POST", "/contacts", {"info": {name: {"items": [entry] * 2}}})
    assert refused == (400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", {})


@pytest.mark.parametrize(
    "body", [None, {}, {"info": None}, {"info": {}}, {"info": {"company": "Analytical"}}]
)
async def test_a_contact_needs_a_name_an_email_or_a_phone(
    site: Emulation, body: dict[str, Any] | None
) -> None:
    refused = await site.refused("POST", "/contacts", body)
    assert refused == (400, "INSUFFICIENT_CONTACT_DATA", {})


async def test_unknown_labels_are_refused(site: Emulation) -> None:
    known = await site.label("VIP")
    info = {"name": {"first": "Ada"}, "labelKeys": {"items": [known, "custom.no", "custom.none"]}}
    violations = await site.violations("POST", "/contacts", {"info": info})
    assert violations == [("info.labelKeys", "OTHER"), ("info.labelKeys", "OTHER")]


@pytest.mark.parametrize(
    ("identity", "source"),
    [
        (Identity("api_key"), {"sourceType": "ADMIN"}),
        (Identity("app", app_id="the-app"), {"sourceType": "WIX_APP", "appId": "the-app"}),
        (Identity("app"), {"sourceType": "WIX_APP"}),
    ],
)
async def test_the_source_tells_who_made_a_contact(
    site: Emulation, identity: Identity, source: dict[str, str]
) -> None:
    site.identity = identity
    assert (await site.contact())["source"] == source


async def test_get_gives_the_whole_contact(site: Emulation) -> None:
    made = await site.contact()
    got = await site.ok("GET", f"/contacts/{made['id']}?id={made['id']}")
    assert got == {"contact": made, "responseType": "REGULAR"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"revision": 1, "info": {"company": "x"}}),
        ("DELETE", "", None),
        ("POST", "/labels", {"labelKeys": ["custom.a"]}),
        ("DELETE", "/labels", {"labelKeys": ["custom.a"]}),
        ("POST", "/merge", {"targetContactRevision": 1, "sourceContactIds": ["b"]}),
        ("POST", "/preview-merge", {"sourceContactIds": ["b"]}),
    ],
)
async def test_an_unknown_contact_is_not_found(
    site: Emulation, method: str, path: str, body: dict[str, Any] | None
) -> None:
    refused = await site.refused(method, f"/contacts/nobody{path}", body)
    assert refused == (404, "CONTACT_NOT_FOUND", {})


async def test_a_deleted_contact_is_gone(site: Emulation) -> None:
    made = await site.contact()
    site.happened()
    path = f"/contacts/{made['id']}"
    assert await site.ok("DELETE", f"{path}?contactId={made['id']}") == {}
    assert site.happened() == [("contact", "deleted", made["id"])]
    assert await site.refused("GET", path) == (404, "CONTACT_NOT_FOUND", {})
    assert await site.found({}) == []


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (["MEMBER"], "CANNOT_DELETE_MEMBER"),
        (["BILLING_SUBSCRIPTION"], "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION"),
        (["MEMBER", "OWNER"], "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR"),
    ],
)
async def test_protected_contacts_are_not_deleted(
    site: Emulation, standing: list[str], code: str
) -> None:
    site.store.load(
        contacts=[{"id": "ada", "info": {"name": {"first": "Ada"}}, "standing": standing}]
    )
    assert await site.refused("DELETE", "/contacts/ada") == (428, code, {})
    assert (await site.ok("GET", "/contacts/ada"))["contact"]["revision"] == 1
