"""What happened to a site, whoever did it: told by our own writes and by Wix's events alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from gateway.model.contacts import Contact
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label

EntityKind = Literal["contact", "label", "extended_field"]


class Entity(NamedTuple):
    """One thing on a site that has a history of its own."""

    kind: EntityKind
    id: str
    """A contact's id, or the key of a label or an extended field."""


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A contact was created or changed; a change of its labels is one (contract 7.3)."""

    contact_id: str
    contact: Contact | None = None
    """What it was right after; None when nobody told."""
    created: bool = False


@dataclass(frozen=True, slots=True)
class ContactDeleted:
    """A contact is gone, deleted or merged away."""

    contact_id: str


@dataclass(frozen=True, slots=True)
class ContactsMerged:
    """Contacts became one; the sources are gone, though Get still finds them (contract 3.2)."""

    target_id: str
    source_ids: tuple[str, ...]
    target: Contact | None = None
    """What the target was right after; None when nobody told."""


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """A label was created or renamed."""

    key: str
    label: Label | None = None
    """What it was right after; None when nobody told."""
    created: bool = False


@dataclass(frozen=True, slots=True)
class LabelDeleted:
    """A label is gone, and with it its place on every contact (contract 2.3)."""

    key: str
    at: datetime | None = None
    """When, by Wix's clock: one made later under the same key is not meant; None for just now."""


@dataclass(frozen=True, slots=True)
class FieldChanged:
    """An extended field's definition was created or renamed."""

    key: str
    field: ExtendedField | None = None
    """What it was right after; None when nobody told."""
    created: bool = False


@dataclass(frozen=True, slots=True)
class FieldDeleted:
    """An extended field is gone, and with it its values on every contact (contract 4)."""

    key: str
    at: datetime | None = None
    """When, by Wix's clock: one made later under the same key is not meant; None for just now."""


Change = (
    ContactChanged
    | ContactDeleted
    | ContactsMerged
    | LabelChanged
    | LabelDeleted
    | FieldChanged
    | FieldDeleted
)


@dataclass(frozen=True, slots=True)
class Event:
    """A change as Wix announced it; repeats and disorder are to be expected (contract 7.1)."""

    id: str
    """The same in every repeat."""
    type: str
    """Wix's name of the event, e.g. ``wix.contacts.v4.label_created``."""
    instance_id: str
    """The installation of the app that the event was sent to."""
    site_id: str | None
    """The site that it is about; None when Wix did not say."""
    entity: Entity
    sequence: int
    """Grows with every event of one entity, not always by one."""
    time: datetime
    """When it happened."""
    change: Change
