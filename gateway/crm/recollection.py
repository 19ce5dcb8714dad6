"""What has just happened to the things of one site, kind by kind."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from gateway.crm.invalidation import ContactsInMotion
from gateway.crm.recent import Recent
from gateway.model.contacts import Contact
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label


class Recollection:
    """Remembers changes for so many `seconds`, as `Recent` does for things of one kind."""

    def __init__(self, *, seconds: float, clock: Callable[[], float]) -> None:
        self.contacts = Recent[Contact](
            identity=lambda contact: contact.id,
            version=lambda contact: contact.revision,
            born=lambda contact: _seconds(contact.created_at),
            seconds=seconds,
            clock=clock,
        )
        self.labels = Recent[Label](
            identity=lambda label: label.key,
            version=lambda label: _seconds(label.updated_at),
            born=lambda label: _seconds(label.created_at),
            seconds=seconds,
            clock=clock,
        )
        self.fields = Recent[ExtendedField](
            identity=lambda field: field.key,
            version=lambda field: _seconds(field.updated_at),
            born=lambda field: _seconds(field.created_at),
            seconds=seconds,
            clock=clock,
        )

    def remember(self, change: Change) -> bool:  # noqa: PLR0911 - one case for each kind of change
        """Keep what a change left; say whether it was news."""
        match change:
            case ContactChanged(contact_id, contact):
                return self.contacts.changed(contact_id, contact)
            case ContactDeleted(contact_id):
                return self.contacts.deleted(contact_id)
            case ContactsMerged(target_id, source_ids, target):
                gone = [self.contacts.deleted(source_id) for source_id in source_ids]
                return self.contacts.changed(target_id, target) or any(gone)
            case LabelChanged(key, label):
                return self.labels.changed(key, label, reborn=change.created)
            case LabelDeleted(key, at):
                return self.labels.deleted(key, at=_seconds(at, math.inf))
            case FieldChanged(key, field):
                return self.fields.changed(key, field, reborn=change.created)
            case FieldDeleted(key, at):
                return self.fields.deleted(key, at=_seconds(at, math.inf))

    def doubt(self, change: Change | ContactsInMotion) -> None:
        """Note that a change may happen any moment, or already has."""
        match change:
            case ContactChanged(contact_id) | ContactDeleted(contact_id) if contact_id:
                self.contacts.doubted(contact_id)
            case ContactsMerged(target_id, source_ids):
                for contact_id in (target_id, *source_ids):
                    self.contacts.doubted(contact_id)
            case _:
                """Labels and fields are read whole, and jobs name no contacts."""

    def trimmed(self, contact: Contact) -> Contact:
        """Take off a contact what its site no longer has: the index may still show it."""
        if not len(self.labels) and not len(self.fields):
            return contact
        keys = tuple(key for key in contact.label_keys if not self.labels.is_gone(key))
        entries = tuple(
            each for each in contact.extended_fields if not self.fields.is_gone(each.key)
        )
        if len(keys) == len(contact.label_keys) and len(entries) == len(contact.extended_fields):
            return contact
        return replace(contact, label_keys=keys, extended_fields=entries)


def _seconds(moment: datetime | None, unknown: float = 0.0) -> float:
    return moment.timestamp() if moment else unknown
