"""The smaller objects a contact is made of (contract 3.1)."""

from datetime import datetime

import strawberry
from strawberry import ID

from gateway.model.enums import (
    ActivityType,
    AddressTag,
    DeliverabilityStatus,
    EmailTag,
    PhoneTag,
    SourceType,
    SubscriptionStatus,
)
from schema.field import plain


@strawberry.type(description="A person's name.")
class ContactName:
    """A name."""

    first: str | None = plain("First name; null when unknown.")
    last: str | None = plain("Last name; null when unknown.")
    full: str | None = plain("First and last name with a space between; null when both are.")


@strawberry.type(description="The e-mail address Wix writes to, with the owner's consent.")
class PrimaryEmail:
    """The primary e-mail."""

    email: str | None = plain("The address; null when the contact has none.")
    subscription_status: SubscriptionStatus | None = plain("Consent to receive marketing.")
    deliverability_status: DeliverabilityStatus | None = plain("Whether mail arrives.")


@strawberry.type(description="The phone number Wix calls, with the owner's consent.")
class PrimaryPhone:
    """The primary phone."""

    phone: str | None = plain("The number as typed; null when the contact has none.")
    country_code: str | None = plain("ISO 3166-1 alpha-2; null when not given.")
    e164: str | None = plain("The international form; null when the number is not valid.")
    formatted: str | None = plain("The number as people write it; null when not valid.")
    subscription_status: SubscriptionStatus | None = plain("Consent to receive messages.")


@strawberry.type(description="One of a contact's e-mail addresses.")
class ContactEmail:
    """An e-mail address."""

    id: ID | None = plain("The entry's GUID, to be sent back in an update that keeps it.")
    tag: EmailTag = plain("What the address is for.")
    email: str = plain("The address.")
    primary: bool = plain("Whether it is the one Wix writes to.")


@strawberry.type(description="One of a contact's phone numbers.")
class ContactPhone:
    """A phone number."""

    id: ID | None = plain("The entry's GUID, to be sent back in an update that keeps it.")
    tag: PhoneTag = plain("What the number is for.")
    phone: str = plain("The number as typed.")
    country_code: str | None = plain("ISO 3166-1 alpha-2; null when not given.")
    e164: str | None = plain("The international form; null when the number is not valid.")
    primary: bool = plain("Whether it is the one Wix calls.")


@strawberry.type(description="One of a contact's postal addresses.")
class ContactAddress:
    """A postal address."""

    id: ID | None = plain("The entry's GUID, to be sent back in an update that keeps it.")
    tag: AddressTag = plain("What the address is for.")
    line1: str | None = plain("The first line; null where street and number are given apart.")
    line2: str | None = plain("The second line, e.g. a flat; null when there is none.")
    street_number: str | None = plain("House number; null where `line1` is used.")
    street_name: str | None = plain("Street; null where `line1` is used.")
    city: str | None = plain("City; null when unknown.")
    subdivision: str | None = plain("ISO 3166-2, e.g. `US-ME`; null when unknown.")
    postal_code: str | None = plain("Postal code; null when unknown.")
    country: str | None = plain("ISO 3166-1 alpha-2; null when unknown.")
    formatted: str | None = plain("The address in one text; null where Wix sent none.")


@strawberry.type(description="Where a contact came from.")
class ContactSource:
    """A contact's origin."""

    type: SourceType = plain("The kind of origin.")
    app_id: ID | None = plain("The app that made the contact; null when none did.")


@strawberry.type(description="What a contact did last.")
class ContactActivity:
    """A contact's last activity."""

    type: ActivityType = plain("What it was.")
    at: datetime | None = plain("When it was; null where Wix did not say.")
