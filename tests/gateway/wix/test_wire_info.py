"""A contact's writable part into Wix's JSON (contract 3.1 and 3.2)."""

from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import InvalidInput, Violation
from gateway.model.changes import (
    KEEP,
    AddressEntry,
    ContactInfo,
    EmailEntry,
    NameChange,
    PhoneEntry,
)
from gateway.model.contacts import Address, Email, FieldEntry, Phone
from gateway.model.enums import AddressTag, EmailTag, PhoneTag, Vocabulary
from gateway.wix.wire_contacts import read_contact
from gateway.wix.wire_info import write_changes, write_new

FULL = ContactInfo(
    name=NameChange("Ada", "Lovelace"),
    emails=(EmailEntry("ada@example.com", "e1", EmailTag.MAIN, primary=True),),
    phones=(PhoneEntry("0501234567", "p1", PhoneTag.MOBILE, "IL", primary=False),),
    addresses=(
        AddressEntry(
            id="a1",
            tag=AddressTag.HOME,
            line1="1 Main St",
            line2="Apt 2",
            city="Augusta",
            subdivision="US-ME",
            postal_code="04330",
            country="US",
        ),
        AddressEntry(street_number="1", street_name="Main St"),
    ),
    company="Analytical",
    job_title="Countess",
    birthdate=date(1985, 12, 10),
    locale="en-US",
    label_keys=("custom.vip",),
    extended_fields=(("custom.tier", "gold"), ("custom.gone", None)),
)
FULL_JSON: dict[str, Any] = {
    "name": {"first": "Ada", "last": "Lovelace"},
    "emails": {"items": [{"id": "e1", "tag": "MAIN", "email": "ada@example.com", "primary": True}]},
    "phones": {
        "items": [
            {
                "id": "p1",
                "tag": "MOBILE",
                "countryCode": "IL",
                "phone": "0501234567",
                "primary": False,
            }
        ]
    },
    "addresses": {
        "items": [
            {
                "id": "a1",
                "tag": "HOME",
                "address": {
                    "addressLine": "1 Main St",
                    "addressLine2": "Apt 2",
                    "city": "Augusta",
                    "subdivision": "US-ME",
                    "postalCode": "04330",
                    "country": "US",
                },
            },
            {"address": {"streetAddress": {"number": "1", "name": "Main St"}}},
        ]
    },
    "company": "Analytical",
    "jobTitle": "Countess",
    "birthdate": "1985-12-10",
    "locale": "en-US",
    "labelKeys": {"items": ["custom.vip"]},
    "extendedFields": {"items": {"custom.tier": "gold", "custom.gone": None}},
}


def sent(written: dict[str, Any]) -> Any:
    """What arrives at the other end."""
    return orjson.loads(orjson.dumps(written))


def test_a_change_writes_everything_that_is_given() -> None:
    assert sent(write_changes(FULL)) == FULL_JSON


def test_a_new_contact_is_written_without_nulls() -> None:
    fields = {"extendedFields": {"items": {"custom.tier": "gold"}}}
    assert sent(write_new(FULL)) == {**FULL_JSON, **fields}


def test_what_is_kept_is_absent() -> None:
    assert write_changes(ContactInfo()) == {}
    assert write_changes(ContactInfo(name=NameChange(first="Ada"))) == {"name": {"first": "Ada"}}
    assert write_new(ContactInfo()) == {}


CLEARED = ContactInfo(
    name=None,
    emails=None,
    phones=None,
    addresses=None,
    company=None,
    job_title=None,
    birthdate=None,
    locale=None,
    label_keys=None,
    extended_fields=None,
)


def test_what_is_none_is_cleared() -> None:
    assert write_changes(CLEARED) == {
        "name": {"first": None, "last": None},
        "emails": {"items": []},
        "phones": {"items": []},
        "addresses": {"items": []},
        "company": None,
        "jobTitle": None,
        "birthdate": None,
        "locale": None,
        "labelKeys": {"items": []},
        "extendedFields": None,
    }


def test_one_part_of_a_name_is_cleared_alone() -> None:
    info = ContactInfo(name=NameChange(first=KEEP, last=None))
    assert write_changes(info) == {"name": {"last": None}}


@pytest.mark.parametrize(
    ("info", "path"),
    [
        (
            ContactInfo(emails=(EmailEntry("a@b.c"), EmailEntry("d@e.f", tag=EmailTag.UNKNOWN))),
            ("emails", "1", "tag"),
        ),
        (ContactInfo(phones=(PhoneEntry("1", tag=PhoneTag.UNKNOWN),)), ("phones", "0", "tag")),
        (
            ContactInfo(addresses=(AddressEntry(tag=AddressTag.UNKNOWN),)),
            ("addresses", "0", "tag"),
        ),
    ],
)
def test_an_unknown_tag_is_for_reading_only(info: ContactInfo, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        write_changes(info)
    assert refused.value.violations == (Violation(path, "UNKNOWN is for reading only"),)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_lacks_does_not_clear_a_field(number: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        write_changes(ContactInfo(extended_fields=(("custom.n", number),)))
    path = ("extended_fields", "custom.n")
    assert refused.value.violations == (Violation(path, "the number must be finite"),)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
MAYBE = st.none() | TEXT


def _written(tags: type[Vocabulary]) -> list[Vocabulary]:
    """Every tag that may be written."""
    return [tag for tag in tags if tag != "UNKNOWN"]


@given(
    emails=st.lists(
        st.builds(EmailEntry, TEXT, MAYBE, st.sampled_from(_written(EmailTag)), st.booleans()),
        max_size=3,
    ),
    phones=st.lists(
        st.builds(
            PhoneEntry, TEXT, MAYBE, st.sampled_from(_written(PhoneTag)), MAYBE, st.booleans()
        ),
        max_size=3,
    ),
    addresses=st.lists(
        st.builds(AddressEntry, MAYBE, st.sampled_from(_written(AddressTag)), *[MAYBE] * 8),
        max_size=3,
    ),
    fields=st.dictionaries(TEXT, TEXT | st.integers(-(2**53), 2**53), max_size=3),
)
def test_what_is_written_is_read_back(
    emails: list[EmailEntry],
    phones: list[PhoneEntry],
    addresses: list[AddressEntry],
    fields: dict[str, Any],
) -> None:
    info = ContactInfo(
        emails=tuple(emails),
        phones=tuple(phones),
        addresses=tuple(addresses),
        extended_fields=tuple(fields.items()),
    )
    read = read_contact({"id": "c", "info": sent(write_new(info))})
    assert read.emails == tuple(
        Email(entry.email, entry.id, entry.tag or EmailTag.UNTAGGED, bool(entry.primary))
        for entry in emails
    )
    assert read.phones == tuple(
        Phone(
            phone=entry.phone,
            id=entry.id,
            tag=entry.tag or PhoneTag.UNTAGGED,
            country_code=entry.country_code,
            primary=bool(entry.primary),
        )
        for entry in phones
    )
    assert read.addresses == tuple(
        Address(
            id=entry.id,
            tag=entry.tag or AddressTag.UNTAGGED,
            line1=entry.line1,
            line2=entry.line2,
            street_number=entry.street_number,
            street_name=entry.street_name,
            city=entry.city,
            subdivision=entry.subdivision,
            postal_code=entry.postal_code,
            country=entry.country,
        )
        for entry in addresses
    )
    assert read.extended_fields == tuple(FieldEntry(key, value) for key, value in fields.items())
