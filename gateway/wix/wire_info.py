"""A contact's writable part into Wix's JSON (contract 3.1 and 3.2): absent stays absent."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from gateway.errors import InvalidInput, Path, Violation
from gateway.model.changes import (
    KEEP,
    AddressEntry,
    ContactInfo,
    EmailEntry,
    Keep,
    NameChange,
    PhoneEntry,
)
from gateway.model.contacts import FieldValue
from gateway.model.enums import Vocabulary

Json = dict[str, Any]
T = TypeVar("T")


def write_changes(info: ContactInfo) -> Json:
    """Write the ``info`` of an update: what is None is sent as null, which clears it.

    Raises:
        InvalidInput:
            A tag is UNKNOWN, which is for reading only, or a field's number is not finite.
    """
    written: Json = {
        "name": _name(info.name),
        "emails": _list(info.emails, "emails", _email),
        "phones": _list(info.phones, "phones", _phone),
        "addresses": _list(info.addresses, "addresses", _address),
        "company": info.company,
        "jobTitle": info.job_title,
        "birthdate": info.birthdate,
        "locale": info.locale,
        "labelKeys": _list(info.label_keys, "label_keys", lambda key, _: key),
        "extendedFields": _extended_fields(info.extended_fields),
    }
    return {name: value for name, value in written.items() if value is not KEEP}


def write_new(info: ContactInfo) -> Json:
    """Write the ``info`` of a new contact: there is nothing to clear, so nulls are left out.

    Raises:
        InvalidInput: As `write_changes`.
    """
    written = _without_nulls(write_changes(info))
    if "name" in written:
        written["name"] = _without_nulls(written["name"])
    if "extendedFields" in written:
        written["extendedFields"] = {"items": _without_nulls(written["extendedFields"]["items"])}
    return written


def _without_nulls(written: Json) -> Json:
    return {name: value for name, value in written.items() if value is not None}


def _name(change: NameChange | Keep | None) -> Json | Keep:
    if isinstance(change, Keep):
        return change
    parts = change or NameChange(first=None, last=None)
    pairs = (("first", parts.first), ("last", parts.last))
    return {name: value for name, value in pairs if value is not KEEP}


def _list(
    entries: Sequence[T] | Keep | None, place: str, write: Callable[[T, Path], Any]
) -> Json | Keep:
    """Write a list in its wrapper; None empties it."""
    if isinstance(entries, Keep):
        return entries
    return {"items": [write(entry, (place, str(at))) for at, entry in enumerate(entries or ())]}


def _email(entry: EmailEntry, path: Path) -> Json:
    return _without_nulls(
        {
            "id": entry.id,
            "tag": _tag(entry.tag, path),
            "email": entry.email,
            "primary": entry.primary,
        }
    )


def _phone(entry: PhoneEntry, path: Path) -> Json:
    return _without_nulls(
        {
            "id": entry.id,
            "tag": _tag(entry.tag, path),
            "countryCode": entry.country_code,
            "phone": entry.phone,
            "primary": entry.primary,
        }
    )


def _address(entry: AddressEntry, path: Path) -> Json:
    street = _without_nulls({"number": entry.street_number, "name": entry.street_name})
    address = _without_nulls(
        {
            "addressLine": entry.line1,
            "addressLine2": entry.line2,
            "streetAddress": street or None,
            "city": entry.city,
            "subdivision": entry.subdivision,
            "postalCode": entry.postal_code,
            "country": entry.country,
        }
    )
    return _without_nulls({"id": entry.id, "tag": _tag(entry.tag, path), "address": address})


def _tag(tag: Vocabulary | None, path: Path) -> Vocabulary | None:
    if tag is not None and tag == "UNKNOWN":
        raise _refused((*path, "tag"), "UNKNOWN is for reading only")
    return tag


def _extended_fields(
    pairs: Iterable[tuple[str, FieldValue]] | Keep | None,
) -> Json | Keep | None:
    """Write the map of fields; null removes a key (contract 3.2, Update Contact)."""
    if pairs is None or isinstance(pairs, Keep):
        return pairs
    written: Json = {}
    for key, value in pairs:
        if isinstance(value, float) and not math.isfinite(value):
            # JSON has no such number: it would arrive as null, which clears the field.
            raise _refused(("extended_fields", key), "the number must be finite")
        written[key] = value
    return {"items": written}


def _refused(path: Path, rule: str) -> InvalidInput:
    return InvalidInput(f"{'.'.join(path)}: {rule}.", violations=(Violation(path, rule),))
