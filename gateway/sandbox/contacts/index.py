"""What queries look at: a contact's columns and values, drawn from its document."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from gateway.sandbox import moments
from gateway.sandbox.contacts.documents import Document, extended, listed
from gateway.sandbox.language.operands import fold

Value: TypeAlias = tuple[str, str | None, str | None, float | None]
"""A row of ``contact_values``: path, the value, the value folded, the value as a number."""

_MOMENTS: Mapping[str, tuple[str, str]] = {
    "created_date": ("", "createdDate"),
    "updated_date": ("", "updatedDate"),
    "activity_date": ("lastActivity", "activityDate"),
}
_FOLDED: Mapping[str, tuple[str, str]] = {
    "email": ("primaryEmail", "email"),
    "phone": ("primaryPhone", "phone"),
    "phone_e164": ("primaryPhone", "e164Phone"),
    "phone_formatted": ("primaryPhone", "formattedPhone"),
    "phone_country": ("primaryPhone", "countryCode"),
    "first_name": ("name", "first"),
    "last_name": ("name", "last"),
    "company": ("info", "company"),
    "job_title": ("info", "jobTitle"),
}
_PLAIN: Mapping[str, tuple[str, str]] = {
    "email_subscription": ("primaryEmail", "subscriptionStatus"),
    "email_deliverability": ("primaryEmail", "deliverabilityStatus"),
    "phone_subscription": ("primaryPhone", "subscriptionStatus"),
    "birthdate": ("info", "birthdate"),
    "locale": ("info", "locale"),
}

COLUMNS: tuple[str, ...] = (
    *_MOMENTS,
    *_FOLDED,
    *(f"{column}_folded" for column in _FOLDED),
    *_PLAIN,
)
"""The columns that ``columns_of`` fills, in its order."""


def columns_of(document: Document) -> tuple[Any, ...]:
    """Give a contact's single values, in the order of ``COLUMNS``."""
    parts = {**document, "": document, "name": document["info"].get("name") or {}}

    def taken(places: Mapping[str, tuple[str, str]]) -> list[Any]:
        return [parts.get(part, {}).get(name) for part, name in places.values()]

    dates = [each and moments.from_text(each) for each in taken(_MOMENTS)]
    texts = taken(_FOLDED)
    return (*dates, *texts, *(each and fold(each) for each in texts), *taken(_PLAIN))


def values_of(document: Document) -> Iterator[Value]:
    """Give everything a contact has any number of, under the paths of the query language."""
    info = document["info"]
    for path, value in _listed_values(info):
        if value:
            yield path, value, fold(value), None
    for key, value in extended(info).items():
        path = f"info.extendedFields.{key}"
        if isinstance(value, str):
            yield path, value, fold(value), None
        else:
            yield path, None, None, float(value)


def _listed_values(info: Document) -> Iterator[tuple[str, str | None]]:
    for email in listed(info, "emails"):
        yield "info.emails.email", email["email"]
    for phone in listed(info, "phones"):
        yield "info.phones.phone", phone["phone"]
        yield "info.phones.e164Phone", phone.get("e164Phone")
    for entry in listed(info, "addresses"):
        address = entry.get("address") or {}
        yield "info.addresses.street", _street(address)
        for name in ("city", "subdivision", "country"):
            yield f"info.addresses.{name}", address.get(name)
    for name in ("labelKeys", "locations"):
        for key in listed(info, name):
            yield f"info.{name}", key


def _street(address: Document) -> str:
    """Name the street: the address line, or the street address as number and name."""
    street = address.get("streetAddress") or {}
    parts = (street.get("number"), street.get("name"))
    return address.get("addressLine") or " ".join(part for part in parts if part)
