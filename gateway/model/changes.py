"""What a caller wants written; what he left out is KEEP, what he set to None is to be cleared."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from gateway.model.contacts import FieldValue
from gateway.model.enums import AddressTag, EmailTag, PhoneTag


class Keep(Enum):
    """The type of KEEP, so that type checkers can tell it from None."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
"""Absent from the caller's input: leave the stored value alone."""


@dataclass(frozen=True, slots=True)
class NameChange:
    """A name's new parts."""

    first: str | Keep | None = KEEP
    last: str | Keep | None = KEEP


@dataclass(frozen=True, slots=True)
class EmailEntry:
    """One entry of the new list of e-mail addresses."""

    email: str
    id: str | None = None
    tag: EmailTag | None = None
    primary: bool | None = None


@dataclass(frozen=True, slots=True)
class PhoneEntry:
    """One entry of the new list of phone numbers."""

    phone: str
    id: str | None = None
    tag: PhoneTag | None = None
    country_code: str | None = None
    primary: bool | None = None


@dataclass(frozen=True, slots=True)
class AddressEntry:
    """One entry of the new list of addresses; ``line1`` or the street's parts, not both."""

    id: str | None = None
    tag: AddressTag | None = None
    line1: str | None = None
    line2: str | None = None
    street_number: str | None = None
    street_name: str | None = None
    city: str | None = None
    subdivision: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class ContactInfo:
    """The writable part of a contact: lists are replaced whole, extended fields merge by key."""

    name: NameChange | Keep | None = KEEP
    emails: tuple[EmailEntry, ...] | Keep | None = KEEP
    phones: tuple[PhoneEntry, ...] | Keep | None = KEEP
    addresses: tuple[AddressEntry, ...] | Keep | None = KEEP
    company: str | Keep | None = KEEP
    job_title: str | Keep | None = KEEP
    birthdate: date | Keep | None = KEEP
    locale: str | Keep | None = KEEP
    label_keys: tuple[str, ...] | Keep | None = KEEP
    extended_fields: tuple[tuple[str, FieldValue], ...] | Keep | None = KEEP
    """Pairs of field key and new value; None removes the field."""
