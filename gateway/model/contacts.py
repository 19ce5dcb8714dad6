"""Contacts (contract 3.1); what Wix left out is None, or empty where it is a list."""

from dataclasses import dataclass
from datetime import date, datetime

from gateway.model.enums import (
    ActivityType,
    AddressTag,
    DeliverabilityStatus,
    EmailTag,
    PhoneTag,
    SourceType,
    SubscriptionStatus,
)

FieldValue = str | int | float | bool | None
"""What an extended field can hold on the wire: text, a number, a date or an address as text."""


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name."""

    first: str | None = None
    last: str | None = None

    @property
    def full(self) -> str | None:
        """First and last name with a space between; None when both are missing."""
        return " ".join(part for part in (self.first, self.last) if part) or None


@dataclass(frozen=True, slots=True)
class PrimaryEmail:
    """The e-mail address Wix writes to, with what is known of its owner's consent."""

    email: str | None = None
    subscription_status: SubscriptionStatus | None = None
    deliverability_status: DeliverabilityStatus | None = None


@dataclass(frozen=True, slots=True)
class PrimaryPhone:
    """The number Wix calls."""

    phone: str | None = None
    country_code: str | None = None
    """ISO 3166-1 alpha-2."""
    e164: str | None = None
    formatted: str | None = None
    subscription_status: SubscriptionStatus | None = None


@dataclass(frozen=True, slots=True)
class Email:
    """One of a contact's e-mail addresses."""

    email: str
    id: str | None = None
    tag: EmailTag = EmailTag.UNTAGGED
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Phone:
    """One of a contact's phone numbers, as it was typed."""

    phone: str
    id: str | None = None
    tag: PhoneTag = PhoneTag.UNTAGGED
    country_code: str | None = None
    e164: str | None = None
    """The international form; None when the number is not valid in its country."""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """One of a contact's postal addresses."""

    id: str | None = None
    tag: AddressTag = AddressTag.UNTAGGED
    line1: str | None = None
    line2: str | None = None
    street_number: str | None = None
    street_name: str | None = None
    city: str | None = None
    subdivision: str | None = None
    """ISO 3166-2 with the country's prefix, e.g. ``US-ME``."""
    postal_code: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    formatted: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a contact came from."""

    type: SourceType
    app_id: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What a contact did last."""

    type: ActivityType
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """One extended field's value on one contact."""

    key: str
    value: FieldValue


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or business the site knows."""

    id: str
    revision: int
    created_at: datetime | None = None
    updated_at: datetime | None = None
    source: Source | None = None
    last_activity: Activity | None = None
    name: Name | None = None
    primary_email: PrimaryEmail | None = None
    primary_phone: PrimaryPhone | None = None
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    addresses: tuple[Address, ...] = ()
    company: str | None = None
    job_title: str | None = None
    birthdate: date | None = None
    locale: str | None = None
    """BCP 47."""
    picture: str | None = None
    """Address of the picture."""
    label_keys: tuple[str, ...] = ()
    extended_fields: tuple[FieldEntry, ...] = ()
