"""Shapes of what callers send about contacts, with the contract's limits (3.1, 6.4)."""

from gateway.sandbox.refusals import Violation
from gateway.sandbox.shapes import (
    boolean,
    day,
    integer,
    items,
    number,
    one_of,
    pattern,
    record,
    text,
    wrapped,
)

EMAIL_TAGS = ("UNTAGGED", "MAIN", "HOME", "WORK")
PHONE_TAGS = ("UNTAGGED", "MAIN", "HOME", "MOBILE", "WORK", "FAX")
ADDRESS_TAGS = ("UNTAGGED", "HOME", "WORK", "BILLING", "SHIPPING")
SUBSCRIPTION_STATUSES = (
    "NO_SUBSCRIPTION_STATUS",
    "NOT_SET",
    "PENDING",
    "SUBSCRIBED",
    "UNSUBSCRIBED",
)
DELIVERABILITY_STATUSES = ("NOT_SET", "VALID", "BOUNCED", "SPAM_COMPLAINT", "INACTIVE")

_LINE = text(most=1000)
_ENTRY_ID = text(most=100)
_COUNTRY = pattern(r"[A-Z]{2}", "COUNTRY")
_SUBDIVISION = pattern(r"[A-Z]{2}-[A-Z0-9]{1,3}", "SUBDIVISION")
_LOCALE = pattern(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*", "LANGUAGE_TAG")

_EMAIL = record(
    {
        "id": _ENTRY_ID,
        "tag": one_of(EMAIL_TAGS),
        "email": text(least=1, most=320),
        "primary": boolean,
    },
    required=("email",),
)
_PHONE = record(
    {
        "id": _ENTRY_ID,
        "tag": one_of(PHONE_TAGS),
        "countryCode": _COUNTRY,
        "phone": text(least=1, most=50),
        "primary": boolean,
    },
    required=("phone",),
)

STREET_ADDRESS = {
    "number": text(most=100),
    "name": _LINE,
    "apt": text(most=100),
    "formattedAddressLine": _LINE,
}
GEOCODE = {"latitude": number, "longitude": number}
ADDRESS = {
    "addressLine": _LINE,
    "streetAddress": record(STREET_ADDRESS),
    "addressLine2": _LINE,
    "city": _LINE,
    "subdivision": _SUBDIVISION,
    "country": _COUNTRY,
    "postalCode": text(most=100),
    "formattedAddress": text(most=4000),
    "geocode": record(GEOCODE),
    "hint": text(most=4000),
}
"""The properties of an address and of its parts, with their shapes; others are ignored."""

_address_properties = record(ADDRESS)


def _address(value: object, path: str, found: list[Violation]) -> None:
    """Take an address: its line and its street address exclude each other."""
    _address_properties(value, path, found)
    if isinstance(value, dict) and value.get("addressLine") and value.get("streetAddress"):
        description = "must hold addressLine or streetAddress, not both"
        found.append(Violation(path, description, "OTHER"))


_ADDRESS_ENTRY = record({"id": _ENTRY_ID, "tag": one_of(ADDRESS_TAGS), "address": _address})
_IMAGE = record(
    {
        "id": _LINE,
        "url": text(most=4000),
        "height": integer(),
        "width": integer(),
        "altText": _LINE,
        "filename": _LINE,
    }
)

INFO = record(
    {
        "name": record({"first": _LINE, "last": _LINE}),
        "emails": wrapped(_EMAIL, most=50),
        "phones": wrapped(_PHONE, most=50),
        "addresses": wrapped(_ADDRESS_ENTRY, most=50),
        "company": _LINE,
        "jobTitle": _LINE,
        "picture": record({"image": _IMAGE}),
        "birthdate": day,
        "locale": _LOCALE,
        "labelKeys": wrapped(text(least=1, most=80), most=2000),
        "locations": wrapped(text(least=1, most=36), most=50),
        "extendedFields": record({"items": record({})}),
    }
)
"""The writable part of a contact."""

LABEL_KEYS = items(text(least=1, most=80), least=1, most=100)
"""What one labelling call adds or removes."""

CREATE = record({"info": INFO, "allowDuplicates": boolean})
UPDATE = record(
    {"revision": integer(), "info": INFO, "allowDuplicates": boolean}, required=("revision",)
)
LABELLING = record({"labelKeys": LABEL_KEYS}, required=("labelKeys",))
_SOURCES = {"sourceContactIds": items(text(least=1, most=100), least=1, most=5)}
MERGE = record(
    {"targetContactRevision": integer(), **_SOURCES},
    required=("targetContactRevision", "sourceContactIds"),
)
PREVIEW_MERGE = record(_SOURCES, required=("sourceContactIds",))
SUBMIT = record({"info": INFO, "passThroughData": text(most=300), "contactId": text(most=100)})
