"""What those who listen to a site are told of it."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.model.contacts import Contact
from gateway.model.labels import Label


class ChangeKind(StrEnum):
    """What became of something."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"
    MERGED = "MERGED"


@dataclass(frozen=True, slots=True)
class LabelChange:
    """Something happened to a label."""

    kind: ChangeKind
    key: str
    label: Label | None
    """What it is now; None when it is gone, and when nobody told."""
    changed: tuple[str, ...] | None
    """The attributes of `label` that are not what they were; None where that is not known."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Something happened to a contact."""

    kind: ChangeKind
    contact_id: str
    contact: Contact | None
    """What it is now; None when it is gone, and when nobody told."""
    changed: tuple[str, ...] | None
    """The attributes of `contact` that are not what they were; None where that is not known."""
    source_ids: tuple[str, ...] = ()
    """Contacts that were merged into it."""
    former: Contact | None = None
    """What it was before; None where that is not known."""

    def is_about(self, ids: frozenset[str] | None, label_keys: frozenset[str] | None) -> bool:
        """Tell whether one of `ids`, and a carrier of one of `label_keys`, is meant; None is any.

        Whoever has just lost such a label still counts. What nobody can tell counts as meant: told
        too much does less harm than told too little.
        """
        if ids is not None and ids.isdisjoint((self.contact_id, *self.source_ids)):
            return False
        if label_keys is None:
            return True
        present = self.former if self.kind is ChangeKind.DELETED else self.contact
        if present is None:
            return True
        carried = {*present.label_keys, *(self.former.label_keys if self.former else ())}
        return not label_keys.isdisjoint(carried)
