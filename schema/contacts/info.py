"""A contact's writable properties as input, and their way into the model."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import strawberry
from strawberry import ID, Maybe, Some
from strawberry.scalars import JSON

from gateway.errors import (
    InvalidExtendedFieldValue,
    InvalidInput,
    MultiplePrimary,
    Path,
    Violation,
)
from gateway.model.changes import (
    KEEP,
    AddressEntry,
    ContactInfo,
    EmailEntry,
    Keep,
    NameChange,
    PhoneEntry,
)
from gateway.model.enums import AddressTag, EmailTag, PhoneTag

_ENTRY_ID = "The entry's id, to keep it in an update; left out for a new entry."


@strawberry.input(description="A name's parts; in an update null clears a part.")
class ContactNameInput:
    """A name."""

    first: Maybe[str | None] = strawberry.field(description="First name, at most 1,000 characters.")
    last: Maybe[str | None] = strawberry.field(description="Last name, at most 1,000 characters.")


@strawberry.input(description="One e-mail address.")
class ContactEmailInput:
    """An e-mail address."""

    id: ID | None = strawberry.field(description=_ENTRY_ID, default=None)
    tag: EmailTag | None = strawberry.field(description="What it is for.", default=None)
    email: str = strawberry.field(description="The address, 1 to 320 characters.")
    primary: bool | None = strawberry.field(
        description="Whether Wix writes to it; the first one when none says so.", default=None
    )


@strawberry.input(description="One phone number.")
class ContactPhoneInput:
    """A phone number."""

    id: ID | None = strawberry.field(description=_ENTRY_ID, default=None)
    tag: PhoneTag | None = strawberry.field(description="What it is for.", default=None)
    phone: str = strawberry.field(description="The number as typed, 1 to 50 characters.")
    country_code: str | None = strawberry.field(
        description="ISO 3166-1 alpha-2, e.g. `IL`.", default=None
    )
    primary: bool | None = strawberry.field(
        description="Whether Wix calls it; the first one when none says so.", default=None
    )


@strawberry.input(description="One postal address: `line1`, or street number and name, not both.")
class ContactAddressInput:
    """A postal address."""

    id: ID | None = strawberry.field(description=_ENTRY_ID, default=None)
    tag: AddressTag | None = strawberry.field(description="What it is for.", default=None)
    line1: str | None = strawberry.field(description="The first line.", default=None)
    line2: str | None = strawberry.field(description="The second line.", default=None)
    street_number: str | None = strawberry.field(description="House number.", default=None)
    street_name: str | None = strawberry.field(description="Street.", default=None)
    city: str | None = strawberry.field(description="City.", default=None)
    subdivision: str | None = strawberry.field(
        description="ISO 3166-2 with the country, e.g. `US-ME`.", default=None
    )
    postal_code: str | None = strawberry.field(description="Postal code.", default=None)
    country: str | None = strawberry.field(
        description="ISO 3166-1 alpha-2, e.g. `US`.", default=None
    )


@strawberry.input(description="One extended field's new value.")
class ExtendedFieldValueInput:
    """An extended field's value."""

    key: ID = strawberry.field(description="The field's key, e.g. `custom.loyalty-tier`.")
    value: Maybe[JSON | None] = strawberry.field(
        description="Text, a number, or a day as `YYYY-MM-DD`; null clears, and has to be said."
    )


@strawberry.input(
    description="A contact's properties. In an update an absent field keeps its value, null clears "
    "it, a list replaces the whole list, and extendedFields merges by key."
)
class ContactInfoInput:
    """A contact's writable properties."""

    name: Maybe[ContactNameInput | None] = strawberry.field(description="The name.")
    emails: Maybe[list[ContactEmailInput] | None] = strawberry.field(
        description="E-mail addresses, at most 50."
    )
    phones: Maybe[list[ContactPhoneInput] | None] = strawberry.field(
        description="Phone numbers, at most 50."
    )
    addresses: Maybe[list[ContactAddressInput] | None] = strawberry.field(
        description="Postal addresses, at most 50."
    )
    company: Maybe[str | None] = strawberry.field(description="The company.")
    job_title: Maybe[str | None] = strawberry.field(description="The job title.")
    birthdate: Maybe[date | None] = strawberry.field(description="The day of birth.")
    locale: Maybe[str | None] = strawberry.field(description="A BCP 47 tag, e.g. `en-US`.")
    label_keys: Maybe[list[ID] | None] = strawberry.field(
        description="Keys of existing labels, at most 2,000."
    )
    extended_fields: Maybe[list[ExtendedFieldValueInput] | None] = strawberry.field(
        description="Values of extended fields, one entry per key."
    )


def to_info(given: ContactInfoInput) -> ContactInfo:
    """Translate the input, keeping absent, null and value apart.

    Raises:
        InvalidInput: A tag is UNKNOWN, a key stands twice, or an extended field lacks its value.
        InvalidExtendedFieldValue: A value is a list or an object.
        MultiplePrimary: Two entries of one list claim to be primary (contract 3.1).
    """
    return ContactInfo(
        name=_name(given.name),
        emails=_entries(given.emails, EmailEntry, "emails"),
        phones=_entries(given.phones, PhoneEntry, "phones"),
        addresses=_entries(given.addresses, AddressEntry, "addresses"),
        company=_said(given.company),
        job_title=_said(given.job_title),
        birthdate=_said(given.birthdate),
        locale=_said(given.locale),
        label_keys=_listed(given.label_keys),
        extended_fields=_extended_fields(_said(given.extended_fields)),
    )


def _said(given: Some[Any] | None) -> Any:
    return KEEP if given is None else given.value


def _name(given: Some[Any] | None) -> NameChange | Keep | None:
    name: Any = _said(given)
    if name is KEEP or name is None:
        return name
    return NameChange(first=_said(name.first), last=_said(name.last))


def _listed(given: Some[Any] | None) -> Any:
    values = _said(given)
    return tuple(values) if isinstance(values, list) else values


def _entries(given: Some[Any] | None, entry: type[Any], name: str) -> Any:
    values = _said(given)
    if not isinstance(values, list):
        return values
    for index, value in enumerate(values):
        if value.tag is not None and value.tag.value == "UNKNOWN":
            _refuse((name, str(index), "tag"), "UNKNOWN is no tag to be written")
    _single_primary([getattr(value, "primary", None) for value in values], name)
    return tuple(entry(**vars(value)) for value in values)


def _single_primary(claims: Sequence[bool | None], name: str) -> None:
    primary = [index for index, claim in enumerate(claims) if claim]
    if len(primary) > 1:
        message = "only one entry can be primary"
        paths = ((name, str(index), "primary") for index in primary[1:])
        raise MultiplePrimary(message, violations=[Violation(path, message) for path in paths])


def _extended_fields(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    seen: dict[str, Any] = {}
    for entry in values:
        path = ("extended_fields", entry.key)
        if entry.key in seen:
            _refuse(path, f"{entry.key} stands twice")
        if entry.value is None:
            _refuse(path, "the value is missing; null clears")
        seen[entry.key] = _scalar(entry.value.value, path)
    return tuple(seen.items())


def _scalar(value: Any, path: Path) -> Any:
    if isinstance(value, dict | list):
        message = "takes text, a number or a day, no list and no object"
        raise InvalidExtendedFieldValue(message, violations=[Violation(path, message)])
    return value


def _refuse(path: Path, reason: str) -> None:
    raise InvalidInput(reason, violations=[Violation(path=path, message=reason)])
