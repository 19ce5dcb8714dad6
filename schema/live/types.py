"""LabelChange and ContactChange."""

from collections.abc import Sequence

import strawberry
from strawberry import ID

from gateway.model import live as records
from gateway.model.contacts import Contact as ContactRecord
from gateway.model.labels import Label as LabelRecord
from gateway.model.live import ChangeKind
from schema.contacts.types import Contact
from schema.context import Info
from schema.cost.charges import CONTACTS, LABELS, joined
from schema.field import plain, resolved
from schema.labels.types import Label

_CHANGED = (
    "Names of the fields of `{}` that are not what they were; null where that is not known, "
    "and where there was nothing before or is nothing now. What moves with every change "
    "is left out."
)


async def load_label(
    root: strawberry.Parent[records.LabelChange], info: Info
) -> LabelRecord | None:
    """Answer LabelChange.label."""
    if root.kind is ChangeKind.DELETED:
        return None
    return root.label or await info.context.loaders.labels.load(root.key)


async def load_contact(
    root: strawberry.Parent[records.ContactChange], info: Info
) -> ContactRecord | None:
    """Answer ContactChange.contact."""
    if root.kind is ChangeKind.DELETED:
        return None
    return root.contact or await info.context.loaders.contacts.load(root.contact_id)


def name_label_fields(root: strawberry.Parent[records.LabelChange]) -> list[str] | None:
    """Answer LabelChange.changed."""
    return _fields(root.changed)


def name_contact_fields(root: strawberry.Parent[records.ContactChange]) -> list[str] | None:
    """Answer ContactChange.changed."""
    return _fields(root.changed)


def _fields(attributes: Sequence[str] | None) -> list[str] | None:
    """Write attributes as fields; a record's have the same names but for the spelling."""
    if attributes is None:
        return None
    words = (name.split("_") for name in attributes)
    return [first + "".join(map(str.title, others)) for first, *others in words]


@strawberry.type(description="Something happened to a label.")
class LabelChange:
    """A label's change."""

    kind: ChangeKind = plain("What became of it.")
    key: ID = plain("The label's key.")
    label: Label | None = resolved(
        load_label, "The label as it is now; null when it is gone.", joined(LABELS, "Label")
    )
    changed: list[str] | None = resolved(name_label_fields, _CHANGED.format("label"))


@strawberry.type(description="Something happened to a contact.")
class ContactChange:
    """A contact's change."""

    kind: ChangeKind = plain("What became of it.")
    contact_id: ID = plain("The contact's id; the one that is left where several were merged.")
    contact: Contact | None = resolved(
        load_contact, "The contact as it is now; null when it is gone.", joined(CONTACTS, "Contact")
    )
    changed: list[str] | None = resolved(name_contact_fields, _CHANGED.format("contact"))
    source_ids: list[ID] = plain("Contacts that were merged into it, and are gone.")
