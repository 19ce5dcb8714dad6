"""Wix's events out of the three levels that a webhook's body wraps them in (contract 7.3)."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from gateway.errors import UpstreamUnavailable
from gateway.model.contacts import Contact
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    Entity,
    EntityKind,
    Event,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label
from gateway.wix.signatures import Malformed
from gateway.wix.wire import listed, moment, nested, text, whole
from gateway.wix.wire_contacts import read_contact
from gateway.wix.wire_definitions import read_field, read_label

Json = Mapping[str, Any]
T = TypeVar("T")

_PACKAGE: Final = "wix.contacts.v4."


class _Kind(NamedTuple):
    """What a type of event is about, and what its document means for the entity of that id."""

    entity: EntityKind
    read: Callable[[str, Json], Change]


def read_event(signed: str) -> Event | None:
    """Read the event out of the text that Wix signed.

    The event's type decides what it is, as in Wix's own SDK; it may be spelled with hyphens or
    underscores (contract 9, row 30). None stands for an event of a type that changes nothing that
    the gateway keeps.

    Raises:
        Malformed: One of the levels is no JSON object, or the event does not say what it is
            about, when it happened, or which one it is.
    """
    envelope = _object(signed, "the envelope")
    name = _needed(text(envelope.get("eventType")), "the event's type")
    kind = _KINDS.get(name.removeprefix(_PACKAGE).replace("-", "_"))
    if kind is None or not name.startswith(_PACKAGE):
        return None
    document = _object(envelope.get("data"), "the event")
    entity_id = _needed(text(document.get("entityId")) or None, "the entity's id")
    return Event(
        id=_needed(text(document.get("id")) or None, "the event's id"),
        type=name,
        instance_id=_needed(text(envelope.get("instanceId")) or None, "the instance's id"),
        site_id=text(nested(envelope.get("accountInfo")).get("siteId")),
        entity=Entity(kind.entity, entity_id),
        sequence=_needed(whole(document.get("entityEventSequence")), "the event's sequence"),
        time=_needed(moment(document.get("eventTime")), "the event's time"),
        change=kind.read(entity_id, document),
    )


def _contact_created(contact_id: str, document: Json) -> Change:
    return ContactChanged(contact_id, _contact(contact_id, _created(document)), created=True)


def _contact_updated(contact_id: str, document: Json) -> Change:
    return ContactChanged(contact_id, _contact(contact_id, _updated(document)))


def _contact_deleted(contact_id: str, _document: Json) -> Change:
    return ContactDeleted(contact_id)


def _contacts_merged(contact_id: str, document: Json) -> Change:
    body = nested(nested(document.get("actionEvent")).get("body"))
    sources = listed(body.get("sourceContactIds"))
    return ContactsMerged(
        target_id=contact_id,
        source_ids=tuple(source for source in sources if isinstance(source, str)),
        target=_contact(contact_id, body.get("targetContact")),
    )


def _label_created(key: str, document: Json) -> Change:
    return LabelChanged(key, _label(key, _created(document)), created=True)


def _label_updated(key: str, document: Json) -> Change:
    return LabelChanged(key, _label(key, _updated(document)))


def _label_deleted(key: str, document: Json) -> Change:
    return LabelDeleted(key, moment(document.get("eventTime")))


def _field_created(key: str, document: Json) -> Change:
    return FieldChanged(key, _field(key, _created(document)), created=True)


def _field_updated(key: str, document: Json) -> Change:
    return FieldChanged(key, _field(key, _updated(document)))


def _field_deleted(key: str, document: Json) -> Change:
    return FieldDeleted(key, moment(document.get("eventTime")))


_KINDS: Final[Mapping[str, _Kind]] = {
    "contact_created": _Kind("contact", _contact_created),
    "contact_updated": _Kind("contact", _contact_updated),
    "contact_deleted": _Kind("contact", _contact_deleted),
    "contact_merged": _Kind("contact", _contacts_merged),
    # One page of Wix's spells it so (contract 9, row 31).
    "contact_merge": _Kind("contact", _contacts_merged),
    "label_created": _Kind("label", _label_created),
    "label_updated": _Kind("label", _label_updated),
    "label_deleted": _Kind("label", _label_deleted),
    "extended_field_created": _Kind("extended_field", _field_created),
    "extended_field_updated": _Kind("extended_field", _field_updated),
    "extended_field_deleted": _Kind("extended_field", _field_deleted),
}


def _created(document: Json) -> object:
    return nested(document.get("createdEvent")).get("entity")


def _updated(document: Json) -> object:
    return nested(document.get("updatedEvent")).get("currentEntity")


def _contact(contact_id: str, value: object) -> Contact | None:
    """Read the contact that comes along; one without a revision cannot be compared to others."""
    contact = _read(read_contact, value)
    fits = contact is not None and contact.id == contact_id and contact.revision > 0
    return contact if fits else None


def _label(key: str, value: object) -> Label | None:
    label = _read(read_label, value)
    return label if label is not None and label.key == key else None


def _field(key: str, value: object) -> ExtendedField | None:
    field = _read(read_field, value)
    return field if field is not None and field.key == key else None


def _read(read: Callable[[Json], T], value: object) -> T | None:
    """Read an entity that comes along; the event is good without it."""
    if not isinstance(value, dict):
        return None
    try:
        return read(value)
    except UpstreamUnavailable:
        return None


def _object(value: object, what: str) -> Json:
    try:
        parsed = orjson.loads(_needed(text(value), what))
    except orjson.JSONDecodeError as error:
        raise Malformed(f"{what.capitalize()} is no JSON.") from error
    if not isinstance(parsed, dict):
        raise Malformed(f"{what.capitalize()} is no object.")
    return parsed


def _needed(value: T | None, what: str) -> T:
    if value is None:
        raise Malformed(f"The webhook does not tell {what}.")
    return value
