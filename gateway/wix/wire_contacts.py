"""Contacts out of Wix's JSON (contract 3.1): total, and written out for speed.

A page holds up to 1,000 contacts of some 60 values each, so there is no framework per field.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

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
    Vocabulary,
)
from gateway.wix.wire import day, flag, items_of, moment, needed, nested, text, whole

V = TypeVar("V", bound=Vocabulary)

Json = Mapping[str, Any]


def read_contact(body: Json) -> Contact:
    """Read one contact.

    Raises:
        UpstreamUnavailable: It has no id, so it is no contact.
    """
    info = nested(body.get("info"))
    return Contact(
        id=needed(text(body.get("id")), "a contact's id"),
        revision=whole(body.get("revision")) or 0,
        created_at=moment(body.get("createdDate")),
        updated_at=moment(body.get("updatedDate")),
        source=_source(body.get("source")),
        last_activity=_activity(body.get("lastActivity")),
        name=_name(info.get("name")),
        primary_email=_primary_email(body),
        primary_phone=_primary_phone(body),
        emails=_emails(info.get("emails")),
        phones=_phones(info.get("phones")),
        addresses=tuple(_address(entry) for entry in items_of(info.get("addresses"))),
        company=text(info.get("company")),
        job_title=text(info.get("jobTitle")),
        birthdate=day(info.get("birthdate")),
        locale=text(info.get("locale")),
        picture=_picture(info.get("picture")) or _picture(body.get("picture")),
        label_keys=tuple(key for key in items_of(info.get("labelKeys")) if isinstance(key, str)),
        extended_fields=_extended_fields(info.get("extendedFields")),
    )


def word(vocabulary: type[V], value: object) -> V | None:
    """Read a vocabulary's value; UNKNOWN when it is a newer one, None when missing."""
    return vocabulary(value) if isinstance(value, str) else None


def _source(value: object) -> Source | None:
    if not isinstance(value, dict):
        return None
    kind = word(SourceType, value.get("sourceType"))
    return Source(type=kind or SourceType.UNKNOWN, app_id=text(value.get("appId")))


def _activity(value: object) -> Activity | None:
    if not isinstance(value, dict):
        return None
    kind = word(ActivityType, value.get("activityType"))
    return Activity(type=kind or ActivityType.UNKNOWN, at=moment(value.get("activityDate")))


def _name(value: object) -> Name | None:
    if not isinstance(value, dict):
        return None
    return Name(first=text(value.get("first")), last=text(value.get("last")))


def _primary_email(body: Json) -> PrimaryEmail | None:
    value = body.get("primaryEmail")
    if not isinstance(value, dict):
        # Narrow projections only have the mirror (contract 3.2, Projection).
        mirrored = text(nested(body.get("primaryInfo")).get("email"))
        return PrimaryEmail(email=mirrored) if mirrored else None
    return PrimaryEmail(
        email=text(value.get("email")),
        subscription_status=word(SubscriptionStatus, value.get("subscriptionStatus")),
        deliverability_status=word(DeliverabilityStatus, value.get("deliverabilityStatus")),
    )


def _primary_phone(body: Json) -> PrimaryPhone | None:
    value = body.get("primaryPhone")
    if not isinstance(value, dict):
        mirrored = text(nested(body.get("primaryInfo")).get("phone"))
        return PrimaryPhone(phone=mirrored) if mirrored else None
    return PrimaryPhone(
        phone=text(value.get("phone")),
        country_code=text(value.get("countryCode")),
        e164=text(value.get("e164Phone")),
        formatted=text(value.get("formattedPhone")),
        subscription_status=word(SubscriptionStatus, value.get("subscriptionStatus")),
    )


def _emails(value: object) -> tuple[Email, ...]:
    return tuple(
        Email(
            email=entry["email"],
            id=text(entry.get("id")),
            tag=word(EmailTag, entry.get("tag")) or EmailTag.UNTAGGED,
            primary=flag(entry.get("primary")),
        )
        for entry in items_of(value)
        if isinstance(entry, dict) and isinstance(entry.get("email"), str)
    )


def _phones(value: object) -> tuple[Phone, ...]:
    return tuple(
        Phone(
            phone=entry["phone"],
            id=text(entry.get("id")),
            tag=word(PhoneTag, entry.get("tag")) or PhoneTag.UNTAGGED,
            country_code=text(entry.get("countryCode")),
            e164=text(entry.get("e164Phone")),
            primary=flag(entry.get("primary")),
        )
        for entry in items_of(value)
        if isinstance(entry, dict) and isinstance(entry.get("phone"), str)
    )


def _address(value: object) -> Address:
    entry = nested(value)
    place = nested(entry.get("address"))
    street = nested(place.get("streetAddress"))
    return Address(
        id=text(entry.get("id")),
        tag=word(AddressTag, entry.get("tag")) or AddressTag.UNTAGGED,
        line1=text(place.get("addressLine")),
        line2=text(place.get("addressLine2")),
        street_number=text(street.get("number")),
        street_name=text(street.get("name")),
        city=text(place.get("city")),
        subdivision=text(place.get("subdivision")),
        postal_code=text(place.get("postalCode")),
        country=text(place.get("country")),
        formatted=text(place.get("formattedAddress")),
    )


def _picture(value: object) -> str | None:
    """Tell the picture's address; by its media id when it has no other (contract 8.2)."""
    image = nested(value).get("image", value)
    if not isinstance(image, dict):
        return text(image)
    return text(image.get("url")) or _media_address(image)


def _media_address(image: Json) -> str | None:
    media_id = text(image.get("id"))
    if not media_id:
        return None
    name = text(image.get("filename"))
    path = f"wix:image://v1/{media_id}/{name}" if name else f"wix:image://v1/{media_id}"
    width, height = whole(image.get("width")), whole(image.get("height"))
    if width is None or height is None:
        return path
    return f"{path}#originWidth={width}&originHeight={height}"


_EMPTY: Final = (None, "")
"""A field without a value; Wix leaves these out itself (contract 3.1)."""


def _extended_fields(value: object) -> tuple[FieldEntry, ...]:
    return tuple(
        FieldEntry(key=key, value=held)
        for key, held in nested(nested(value).get("items")).items()
        if held not in _EMPTY
    )
