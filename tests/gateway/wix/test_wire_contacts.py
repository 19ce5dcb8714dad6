"""Contacts out of Wix's JSON (contract 3.1)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import UpstreamUnavailable
from gateway.model.contacts import (
    Activity,
    Address,
    Contact,
    Email,
    FieldEntry,
    Name,
    Phone,
    PrimaryEmail,
    PrimaryPhone,
    Source,
)
from gateway.model.enums import (
    ActivityType,
    AddressTag,
    DeliverabilityStatus,
    EmailTag,
    PhoneTag,
    SourceType,
    SubscriptionStatus,
)
from gateway.wix.wire_contacts import read_contact

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"

FULL = {
    "id": ID,
    "revision": 4,
    "source": {"sourceType": "WIX_APP", "appId": "22222222-2222-4222-8222-222222222222"},
    "createdDate": "2026-03-04T09:20:11.042Z",
    "updatedDate": "2026-03-04T09:20:11Z",
    "lastActivity": {
        "activityDate": "2026-03-04T09:20:11.042118Z",
        "activityType": "CONTACT_CREATED",
    },
    "primaryInfo": {"email": "ada@example.com", "phone": "0501234567"},
    "primaryEmail": {
        "email": "ada@example.com",
        "subscriptionStatus": "NOT_SET",
        "deliverabilityStatus": "VALID",
    },
    "primaryPhone": {
        "countryCode": "IL",
        "e164Phone": "+972501234567",
        "formattedPhone": "+972 50-123-4567",
        "subscriptionStatus": "SUBSCRIBED",
        "phone": "0501234567",
    },
    "memberInfo": {"tolerated": True},
    "info": {
        "name": {"first": "Ada", "last": "Lovelace"},
        "emails": {
            "items": [{"id": "e1", "tag": "MAIN", "email": "ada@example.com", "primary": True}]
        },
        "phones": {
            "items": [
                {
                    "id": "p1",
                    "tag": "MOBILE",
                    "countryCode": "IL",
                    "phone": "0501234567",
                    "e164Phone": "+972501234567",
                    "primary": True,
                }
            ]
        },
        "addresses": {
            "items": [
                {
                    "id": "a1",
                    "tag": "HOME",
                    "address": {
                        "country": "US",
                        "subdivision": "US-ME",
                        "city": "Augusta",
                        "postalCode": "04330",
                        "addressLine": "1 Main St",
                        "addressLine2": "Apt 2",
                        "formattedAddress": "1 Main St, Augusta",
                    },
                },
                {"address": {"streetAddress": {"number": "1", "name": "Main St", "apt": "2"}}},
            ]
        },
        "company": "Analytical",
        "jobTitle": "Countess",
        "birthdate": "1985-12-10",
        "locale": "en-US",
        "picture": {"image": {"id": "abc.jpg", "url": "https://static.test/abc.jpg"}},
        "labelKeys": {"items": ["custom.vip-customer"]},
        "extendedFields": {
            "items": {
                "custom.loyalty-tier": "gold",
                "custom.points": 7,
                "custom.empty": "",
                "custom.null": None,
            }
        },
    },
}
ADA = Contact(
    id=ID,
    revision=4,
    created_at=datetime(2026, 3, 4, 9, 20, 11, 42_000, UTC),
    updated_at=datetime(2026, 3, 4, 9, 20, 11, tzinfo=UTC),
    source=Source(SourceType.WIX_APP, "22222222-2222-4222-8222-222222222222"),
    last_activity=Activity(
        ActivityType.CONTACT_CREATED, datetime(2026, 3, 4, 9, 20, 11, 42_118, UTC)
    ),
    name=Name("Ada", "Lovelace"),
    primary_email=PrimaryEmail(
        "ada@example.com", SubscriptionStatus.NOT_SET, DeliverabilityStatus.VALID
    ),
    primary_phone=PrimaryPhone(
        "0501234567", "IL", "+972501234567", "+972 50-123-4567", SubscriptionStatus.SUBSCRIBED
    ),
    emails=(Email("ada@example.com", "e1", EmailTag.MAIN, primary=True),),
    phones=(Phone("0501234567", "p1", PhoneTag.MOBILE, "IL", "+972501234567", primary=True),),
    addresses=(
        Address(
            id="a1",
            tag=AddressTag.HOME,
            line1="1 Main St",
            line2="Apt 2",
            city="Augusta",
            subdivision="US-ME",
            postal_code="04330",
            country="US",
            formatted="1 Main St, Augusta",
        ),
        Address(street_number="1", street_name="Main St"),
    ),
    company="Analytical",
    job_title="Countess",
    birthdate=date(1985, 12, 10),
    locale="en-US",
    picture="https://static.test/abc.jpg",
    label_keys=("custom.vip-customer",),
    extended_fields=(FieldEntry("custom.loyalty-tier", "gold"), FieldEntry("custom.points", 7)),
)


def test_everything_documented_is_read() -> None:
    assert read_contact(FULL) == ADA


EMPTY = Contact(id=ID, revision=0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"info": None},
        {"info": {"emails": {}, "phones": {}, "addresses": {}, "labelKeys": {}}},
        {"info": {"emails": None, "labelKeys": {"items": None}, "extendedFields": {}}},
        {"revision": None, "source": None, "lastActivity": None, "primaryInfo": {}},
        {"createdDate": None, "primaryEmail": None, "primaryPhone": None, "picture": None},
        {"info": {"name": None, "picture": {}, "birthdate": None}},
    ],
)
def test_what_is_missing_or_null_is_empty(body: dict[str, Any]) -> None:
    assert read_contact({"id": ID, **body}) == EMPTY


def test_a_contact_has_an_id() -> None:
    with pytest.raises(UpstreamUnavailable, match="without a contact's id") as fault:
        read_contact({"revision": 1})
    assert fault.value.status == 200


def test_new_words_are_unknown_and_missing_tags_untagged() -> None:
    body = {
        "id": ID,
        "revision": "3",
        "source": {"sourceType": "WIX_TELEPATHY"},
        "lastActivity": {"activityType": "TELEPATHY"},
        "primaryEmail": {"subscriptionStatus": "ASKED"},
        "info": {
            "emails": {"items": [{"email": "a@b.c", "tag": "SPACE"}, {"email": "d@e.f"}, {}]},
            "phones": {"items": [{"phone": "1", "tag": "SPACE"}, {"phone": "2"}, "junk"]},
            "addresses": {"items": [{"tag": "SPACE"}]},
            "labelKeys": {"items": ["custom.a", None, 7]},
        },
    }
    assert read_contact(body) == Contact(
        id=ID,
        revision=3,
        source=Source(SourceType.UNKNOWN),
        last_activity=Activity(ActivityType.UNKNOWN),
        primary_email=PrimaryEmail(subscription_status=SubscriptionStatus.UNKNOWN),
        emails=(Email("a@b.c", tag=EmailTag.UNKNOWN), Email("d@e.f")),
        phones=(Phone("1", tag=PhoneTag.UNKNOWN), Phone("2")),
        addresses=(Address(tag=AddressTag.UNKNOWN),),
        label_keys=("custom.a",),
    )


def test_words_that_are_missing_are_unknown() -> None:
    contact = read_contact({"id": ID, "source": {}, "lastActivity": {}})
    assert contact == Contact(
        id=ID,
        revision=0,
        source=Source(SourceType.UNKNOWN),
        last_activity=Activity(ActivityType.UNKNOWN),
    )


def test_a_narrow_projection_has_the_mirrored_primaries() -> None:
    body = {"id": ID, "revision": 1, "primaryInfo": {"email": "a@b.c", "phone": "1"}}
    assert read_contact(body) == Contact(
        id=ID,
        revision=1,
        primary_email=PrimaryEmail("a@b.c"),
        primary_phone=PrimaryPhone("1"),
    )


SIZED = {"id": "a.jpg", "width": 60, "height": 50}


@pytest.mark.parametrize(
    ("picture", "address"),
    [
        ({"image": {"url": "https://x.test/a.jpg", "id": "a.jpg"}}, "https://x.test/a.jpg"),
        ({"image": SIZED}, "wix:image://v1/a.jpg#originWidth=60&originHeight=50"),
        (
            {"image": {**SIZED, "filename": "b.jpg"}},
            "wix:image://v1/a.jpg/b.jpg#originWidth=60&originHeight=50",
        ),
        ({"image": {"id": "a.jpg", "height": 50}}, "wix:image://v1/a.jpg"),
        ({"image": "wix:image://v1/a.jpg"}, "wix:image://v1/a.jpg"),
        ({"image": {"id": ""}}, None),
        ({"image": 7}, None),
    ],
)
def test_a_picture_is_its_address(picture: dict[str, Any], address: str | None) -> None:
    assert read_contact({"id": ID, "info": {"picture": picture}}).picture == address


def test_older_answers_have_the_picture_at_the_top() -> None:
    body = {"id": ID, "picture": {"id": "a.jpg", "url": "https://x.test/a.jpg"}}
    assert read_contact(body).picture == "https://x.test/a.jpg"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def mangled(value: Any) -> st.SearchStrategy[Any]:
    """Build the value again with any of its parts replaced by junk."""
    if isinstance(value, dict):
        same: st.SearchStrategy[Any] = st.fixed_dictionaries(
            {name: mangled(part) for name, part in value.items()}
        )
    elif isinstance(value, list):
        same = st.tuples(*map(mangled, value)).map(list)
    else:
        same = st.just(value)
    return same | JUNK


@given(mangled({name: part for name, part in FULL.items() if name != "id"}))
def test_no_junk_makes_reading_fail(body: Any) -> None:
    fields = body if isinstance(body, dict) else {"info": body}
    assert read_contact({**fields, "id": ID}).id == ID
