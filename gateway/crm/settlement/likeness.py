"""Whether a contact is as somebody wanted it to become."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from gateway.model.changes import (
    KEEP,
    AddressEntry,
    ContactInfo,
    EmailEntry,
    Keep,
    NameChange,
    PhoneEntry,
)
from gateway.model.contacts import Address, Contact, Email, FieldValue, Phone

A = TypeVar("A")
B = TypeVar("B")

_ADDRESS_PARTS: Final = (
    "line1",
    "line2",
    "street_number",
    "street_name",
    "city",
    "subdivision",
    "postal_code",
    "country",
)


def holds(contact: Contact, info: ContactInfo) -> bool:
    """Tell whether a contact has every property that `info` names.

    What Wix writes in its own way, such as spaces around a text or the digits of a phone, makes
    no difference; an unlike answer may still come of a way of Wix's that is unknown here.
    """
    return all(
        like(contact, wanted)
        for name, like in _LIKENESS.items()
        if (wanted := getattr(info, name)) is not KEEP
    )


def _name(contact: Contact, wanted: NameChange | None) -> bool:
    parts = wanted or NameChange(first=None, last=None)
    first = contact.name.first if contact.name else None
    last = contact.name.last if contact.name else None
    return _part(first, parts.first) and _part(last, parts.last)


def _part(held: str | None, wanted: str | Keep | None) -> bool:
    return isinstance(wanted, Keep) or _same_text(held, wanted)


def _emails(contact: Contact, wanted: Sequence[EmailEntry] | None) -> bool:
    def same(held: Email, entry: EmailEntry) -> bool:
        return _folded(held.email) == _folded(entry.email) and _as_marked(held, entry)

    return _pairs(contact.emails, wanted, same)


def _phones(contact: Contact, wanted: Sequence[PhoneEntry] | None) -> bool:
    def same(held: Phone, entry: PhoneEntry) -> bool:
        return _digits(held.phone) == _digits(entry.phone) and _as_marked(held, entry)

    return _pairs(contact.phones, wanted, same)


def _addresses(contact: Contact, wanted: Sequence[AddressEntry] | None) -> bool:
    def same(held: Address, entry: AddressEntry) -> bool:
        return (entry.tag is None or held.tag is entry.tag) and all(
            _same_text(getattr(held, part), getattr(entry, part)) for part in _ADDRESS_PARTS
        )

    return _pairs(contact.addresses, wanted, same)


def _as_marked(held: Email | Phone, entry: EmailEntry | PhoneEntry) -> bool:
    return (entry.tag is None or held.tag == entry.tag) and (not entry.primary or held.primary)


def _pairs(held: Sequence[A], wanted: Sequence[B] | None, same: Callable[[A, B], bool]) -> bool:
    entries = wanted or ()
    return len(held) == len(entries) and all(
        any(same(each, entry) for each in held) for entry in entries
    )


def _labels(contact: Contact, wanted: Iterable[str] | None) -> bool:
    return set(contact.label_keys) == set(wanted or ())


def _extended_fields(contact: Contact, wanted: Iterable[tuple[str, FieldValue]] | None) -> bool:
    held = {entry.key: entry.value for entry in contact.extended_fields}
    return all(_same_value(held.get(key), value) for key, value in wanted or ())


def _same_value(held: FieldValue, wanted: FieldValue) -> bool:
    if isinstance(held, str) or isinstance(wanted, str):
        text = str(wanted or "")
        # Wix puts a protocol before addresses that have none (contract 4).
        return _same_text(str(held or ""), text) or held == f"https://{text}"
    return held == wanted


def _text(name: str) -> Callable[[Contact, str | None], bool]:
    def same(contact: Contact, wanted: str | None) -> bool:
        return _same_text(getattr(contact, name), wanted)

    return same


def _same_text(held: str | None, wanted: str | None) -> bool:
    return (held or "").strip() == (wanted or "").strip()


def _folded(text: str) -> str:
    return text.strip().casefold()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


_LIKENESS: Final[Mapping[str, Callable[[Contact, Any], bool]]] = {
    "name": _name,
    "emails": _emails,
    "phones": _phones,
    "addresses": _addresses,
    "company": _text("company"),
    "job_title": _text("job_title"),
    "birthdate": lambda contact, wanted: contact.birthdate == wanted,
    "locale": _text("locale"),
    "label_keys": _labels,
    "extended_fields": _extended_fields,
}
