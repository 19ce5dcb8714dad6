"""How a request's ``info`` changes a contact's (contract 3.2, Update Contact)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from gateway.sandbox.contacts.documents import Document, extended, listed
from gateway.sandbox.contacts.shapes import ADDRESS, GEOCODE, STREET_ADDRESS
from gateway.sandbox.ports import NewId

_Change: TypeAlias = Callable[[Document, str, Any, NewId], Any]
"""Gives a property's new value from the info so far, its name, what was sent, and fresh ids."""

_EMAIL = ("email",)
_PHONE = ("countryCode", "phone")
_ADDRESS_PARTS: Mapping[str, Iterable[str]] = {"streetAddress": STREET_ADDRESS, "geocode": GEOCODE}
_IMAGE = ("id", "url", "height", "width", "altText", "filename")


def is_empty(wanted: Mapping[str, Any]) -> bool:
    """Tell whether a request names no property that could change."""
    return not any(name in _CHANGES for name in wanted)


def changed(info: Mapping[str, Any], wanted: Mapping[str, Any], new_id: NewId) -> Document:
    """Apply a request of the right shape: named properties change, ``null`` and empty text clear.

    Lists are replaced, entries with a known id keep it; a name changes per property, extended
    fields per key.
    """
    result = dict(info)
    for name, value in wanted.items():
        if name in _CHANGES:
            result[name] = _CHANGES[name](result, name, value, new_id)
    return result


def _scalar(_info: Document, _name: str, value: Any, _new_id: NewId) -> Any:
    return value or None


def _name(info: Document, name: str, value: Any, _new_id: NewId) -> Document:
    if value is None:
        return {}
    known = {part: value[part] for part in ("first", "last") if part in value}
    return _present((info.get(name) or {}) | known)


def _emails(info: Document, name: str, value: Any, new_id: NewId) -> Document:
    return _entries(info, name, value, new_id, _EMAIL)


def _phones(info: Document, name: str, value: Any, new_id: NewId) -> Document:
    return _entries(info, name, value, new_id, _PHONE)


def _entries(
    info: Document, name: str, value: Any, new_id: NewId, properties: Iterable[str]
) -> Document:
    known = _ids(info, name)
    entries = []
    for sent in (value or {}).get("items") or ():
        entry = _identified(sent, known, new_id) | _picked(sent, properties)
        entries.append(entry | {"primary": bool(sent.get("primary"))})
    return {"items": entries}


def _addresses(info: Document, name: str, value: Any, new_id: NewId) -> Document:
    known = _ids(info, name)
    entries = []
    for sent in (value or {}).get("items") or ():
        address = _picked(sent.get("address"), ADDRESS)
        for part, properties in _ADDRESS_PARTS.items():
            address[part] = _picked(address.get(part), properties)
        entries.append(_identified(sent, known, new_id) | {"address": _present(address)})
    return {"items": entries}


def _keys(_info: Document, _name: str, value: Any, _new_id: NewId) -> Document:
    return {"items": list(dict.fromkeys((value or {}).get("items") or ()))}


def _picture(_info: Document, _name: str, value: Any, _new_id: NewId) -> Document | None:
    kept = _picked((value or {}).get("image"), _IMAGE)
    return {"image": kept} if kept else None


def _extended_fields(info: Document, _name: str, value: Any, _new_id: NewId) -> Document:
    """Merge by key; the values were put in order by ``extended_values`` before."""
    if value is None:
        return {"items": {}}
    return {"items": _present(extended(info) | extended({"extendedFields": value}))}


_CHANGES: Mapping[str, _Change] = {
    "name": _name,
    "emails": _emails,
    "phones": _phones,
    "addresses": _addresses,
    "company": _scalar,
    "jobTitle": _scalar,
    "picture": _picture,
    "birthdate": _scalar,
    "locale": _scalar,
    "labelKeys": _keys,
    "locations": _keys,
    "extendedFields": _extended_fields,
}


def _ids(info: Document, name: str) -> set[str]:
    return {entry["id"] for entry in listed(info, name) if "id" in entry}


def _identified(sent: Mapping[str, Any], known: set[str], new_id: NewId) -> Document:
    """Start an entry; an id counts once, so that no two entries of a list share it."""
    sent_id = sent.get("id")
    entry_id = sent_id if sent_id in known else new_id()
    known.discard(entry_id)
    return {"id": entry_id, "tag": sent.get("tag") or "UNTAGGED"}


def _picked(sent: Mapping[str, Any] | None, properties: Iterable[str]) -> Document:
    """Take over the known properties; unknown ones are ignored (contract 0)."""
    return _present({name: (sent or {}).get(name) for name in properties})


def _present(values: Mapping[str, Any]) -> Document:
    return {name: value for name, value in values.items() if value not in (None, "", {})}
