"""A small site whose contacts differ in everything that a query can ask about."""

from typing import Any

from tests.support.emulation import Emulation

LABELS = [{"key": f"custom.{name}", "displayName": name} for name in ("vip", "news", "old")]
FIELDS = [
    {"key": "custom.tier", "displayName": "Tier", "dataType": "TEXT"},
    {"key": "custom.page", "displayName": "Page", "dataType": "URL"},
    {"key": "custom.visits", "displayName": "Visits", "dataType": "NUMBER"},
    {"key": "custom.since", "displayName": "Since", "dataType": "DATE"},
]
PLACES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def _email(address: str, subscription: str, deliverability: str) -> dict[str, Any]:
    return {
        "email": address,
        "subscriptionStatus": subscription,
        "deliverabilityStatus": deliverability,
    }


def _mail(address: str) -> dict[str, Any]:
    return {"id": address, "tag": "MAIN", "email": address}


def _phone(number: str, country: str) -> dict[str, Any]:
    return {"id": number, "tag": "HOME", "phone": number, "countryCode": country}


def _address(**address: Any) -> dict[str, Any]:
    return {"id": "a", "tag": "HOME", "address": address}


CONTACTS: list[dict[str, Any]] = [
    {
        "id": "ada",
        "createdDate": "2026-01-01T00:00:00.000Z",
        "updatedDate": "2026-02-01T00:00:00.000Z",
        "primaryEmail": _email("Ada@example.com", "SUBSCRIBED", "VALID"),
        "info": {
            "name": {"first": "Ada", "last": "Lovelace"},
            "emails": {"items": [_mail("Ada@example.com"), _mail("countess@example.org")]},
            "phones": {"items": [_phone("020 7946 0001", "GB"), _phone("0501234567", "IL")]},
            "addresses": {
                "items": [
                    _address(
                        addressLine="1 Main St", city="London", country="GB", subdivision="GB-ENG"
                    ),
                    _address(streetAddress={"number": "2", "name": "Rue X"}, city="Paris"),
                ]
            },
            "company": "Analytical",
            "jobTitle": "Countess",
            "birthdate": "1815-12-10",
            "locale": "en-GB",
            "labelKeys": {"items": ["custom.vip", "custom.news"]},
            "locations": {"items": [*PLACES]},
            "extendedFields": {
                "items": {
                    "custom.tier": "Gold",
                    "custom.page": "https://example.com/ada",
                    "custom.visits": 12.5,
                    "custom.since": "2024-05-01",
                    "members.membershipStatus": "APPROVED",
                }
            },
        },
    },
    {
        "id": "alan",
        "createdDate": "2026-01-02T00:00:00.000Z",
        "updatedDate": "2026-02-02T00:00:00.000Z",
        "primaryEmail": _email("alan@example.com", "UNSUBSCRIBED", "BOUNCED"),
        "primaryPhone": {"phone": "020 7946 0002", "subscriptionStatus": "SUBSCRIBED"},
        "info": {
            "name": {"first": "alan", "last": "Turing"},
            "emails": {"items": [_mail("alan@example.com")]},
            "phones": {"items": [_phone("020 7946 0002", "GB")]},
            "addresses": {
                "items": [_address(city="Manchester", country="GB", subdivision="GB-ENG")]
            },
            "company": "analytical engines",
            "birthdate": "1912-06-23",
            "locale": "en-GB",
            "labelKeys": {"items": ["custom.vip"]},
            "locations": {"items": [PLACES[0]]},
            "extendedFields": {
                "items": {
                    "custom.tier": "gold plus",
                    "custom.visits": 3,
                    "custom.since": "2025-01-31",
                    "members.membershipStatus": "PENDING",
                }
            },
        },
    },
    {
        "id": "grace",
        "createdDate": "2026-01-03T00:00:00.000Z",
        "updatedDate": "2026-01-03T00:00:00.000Z",
        "info": {
            "name": {"first": "Ångström", "last": "ΣΊΣΥΦΟΣ"},
            "phones": {"items": [_phone("12", "SE")]},
            "jobTitle": "Admiral%_",
            "extendedFields": {"items": {"custom.tier": "silver", "custom.visits": -1}},
        },
    },
    {
        "id": "nobody",
        "createdDate": "2026-01-04T00:00:00.123Z",
        "updatedDate": "2026-01-04T00:00:00.123Z",
        "info": {"name": {"first": "ånge"}, "labelKeys": {"items": ["custom.news"]}},
    },
    {
        "id": "mail",
        "createdDate": "2026-01-05T00:00:00.000Z",
        "updatedDate": "2026-01-06T00:00:00.000Z",
        "info": {
            "name": {"first": "Zoë \U0010ffff"},
            "emails": {"items": [_mail("zoë@example.com")]},
            "company": "",
        },
    },
]


async def open_guestbook(site: Emulation) -> list[dict[str, Any]]:
    """Fill the site; give its contacts' documents, oldest first."""
    site.store.load(labels=LABELS, fields=FIELDS, contacts=CONTACTS)
    contacts: list[dict[str, Any]] = (await site.ok("GET", "/contacts"))["contacts"]
    return contacts
