"""A contact's wire document: everything in it that follows from the rest (contract 3.1)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from gateway.sandbox import moments
from gateway.sandbox.contacts.phones import dial
from gateway.sandbox.language.operands import fold
from gateway.sandbox.ports import NewId, Standing

Document: TypeAlias = dict[str, Any]
"""A JSON object of the wire."""

_ORDER = (
    "id",
    "revision",
    "source",
    "createdDate",
    "updatedDate",
    "lastActivity",
    "primaryInfo",
    "primaryEmail",
    "primaryPhone",
    "memberInfo",
    "picture",
    "info",
)
_INFO_ORDER = (
    "name",
    "emails",
    "phones",
    "addresses",
    "company",
    "jobTitle",
    "picture",
    "birthdate",
    "locale",
    "labelKeys",
    "locations",
    "extendedFields",
)
_EMPTY: tuple[Any, ...] = (None, "", {}, {"items": []}, {"items": {}})
_STATUSES = ("subscriptionStatus", "deliverabilityStatus")


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with what the site knows of it beside the wire."""

    document: Document
    standing: frozenset[Standing] = frozenset()

    @property
    def id(self) -> str:
        """The contact's GUID."""
        return str(self.document["id"])

    @property
    def info(self) -> Document:
        """The writable part."""
        info: Document = self.document["info"]
        return info


def listed(info: Mapping[str, Any], name: str) -> list[Any]:
    """Take one of info's lists out of its wrapper."""
    return list((info.get(name) or {}).get("items") or ())


def extended(info: Mapping[str, Any]) -> dict[str, Any]:
    """Take the extended fields out of their wrapper."""
    return dict((info.get("extendedFields") or {}).get("items") or {})


def primary(entries: Iterable[Document]) -> Document | None:
    """Find the primary e-mail or phone: the one marked, or else the first."""
    entries = list(entries)
    return next((each for each in entries if each.get("primary")), entries[0] if entries else None)


def complete(document: Document) -> Document:
    """Work out the computed properties anew, and leave out the empty ones.

    Statuses of the primary e-mail and phone stay for as long as that e-mail or phone does.
    """
    info = {**document["info"]}
    emails, phones = listed(info, "emails"), [_dialled(each) for each in listed(info, "phones")]
    email, phone = primary(emails), primary(phones)
    primary_email = _primary_email(document, email)
    info["emails"] = {"items": _marked(emails, email)}
    info["phones"] = {"items": _marked(phones, phone)}
    info["extendedFields"] = {"items": _pruned(extended(info) | _computed(info, primary_email))}
    whole = {
        **document,
        "primaryInfo": _pruned(
            {"email": email and email["email"], "phone": phone and phone["phone"]}
        ),
        "primaryEmail": primary_email,
        "primaryPhone": _primary_phone(document, phone),
        "info": _pruned(_ordered(info, _INFO_ORDER)),
    }
    return {
        name: value
        for name, value in _ordered(whole, _ORDER).items()
        if name == "info" or value not in _EMPTY
    }


def loaded(wire: Mapping[str, Any], *, now: int, new_id: NewId) -> Contact:
    """Make a contact of what ``Store.load`` is given, filling in what it leaves out."""
    created = wire.get("createdDate") or moments.to_text(now)
    document = {
        "id": wire.get("id") or new_id(),
        "revision": 1,
        "source": {"sourceType": "OTHER"},
        "createdDate": created,
        "updatedDate": created,
        "lastActivity": {"activityDate": created, "activityType": "CONTACT_CREATED"},
        "info": {},
        **{name: value for name, value in wire.items() if name != "standing" and value is not None},
    }
    standing = frozenset(Standing(each) for each in wire.get("standing", ()))
    return Contact(complete(document), standing)


def _ordered(document: Document, order: Collection[str]) -> Document:
    known = {name: document[name] for name in order if name in document}
    return known | document


def _pruned(document: Document) -> Document:
    return {name: value for name, value in document.items() if value not in _EMPTY}


def _marked(entries: list[Document], chosen: Document | None) -> list[Document]:
    return [{**entry, "primary": entry is chosen} for entry in entries]


def _dialled(phone: Document) -> Document:
    if "e164Phone" in phone:
        return {**phone}
    dialled = dial(phone["phone"], phone.get("countryCode"))
    return {**phone, "e164Phone": dialled.e164} if dialled else {**phone}


def _primary_email(document: Document, email: Document | None) -> Document | None:
    if email is None:
        return None
    before = document.get("primaryEmail") or _subscribed(document["info"])
    same = fold(before.get("email") or email["email"]) == fold(email["email"])
    statuses = {name: (same and before.get(name)) or "NOT_SET" for name in _STATUSES}
    return {"email": email["email"], **statuses}


def _subscribed(info: Document) -> Document:
    values = extended(info)
    return {name: values.get(f"emailSubscriptions.{name}") for name in _STATUSES}


def _primary_phone(document: Document, phone: Document | None) -> Document | None:
    if phone is None:
        return None
    before = document.get("primaryPhone") or {}
    same = before.get("phone", phone["phone"]) == phone["phone"]
    dialled = dial(phone["phone"], phone.get("countryCode"))
    valid = dialled is not None
    status = "NOT_SET" if valid else "NO_SUBSCRIPTION_STATUS"
    return _pruned(
        {
            "countryCode": phone.get("countryCode"),
            "e164Phone": phone.get("e164Phone"),
            "formattedPhone": dialled and dialled.formatted,
            "subscriptionStatus": (same and before.get("subscriptionStatus")) or status,
            "phone": phone["phone"],
        }
    )


def _computed(info: Document, email: Document | None) -> Document:
    name = info.get("name") or {}
    first, last = name.get("first") or "", name.get("last") or ""
    email = email or {}
    return {
        "contacts.displayByFirstName": f"{first} {last}".strip(),
        "contacts.displayByLastName": f"{last} {first}".strip(),
        "emailSubscriptions.effectiveEmail": email.get("email"),
        **{f"emailSubscriptions.{each}": email.get(each) for each in _STATUSES},
    }
