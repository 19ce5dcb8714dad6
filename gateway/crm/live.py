"""Passes on what happens on one site to all who listen."""

from collections.abc import AsyncIterator, Callable
from typing import Any, Final, TypeVar

from gateway.cache.keys import Key
from gateway.crm.changed_attributes import changed_attributes
from gateway.crm.freshness import Freshness
from gateway.crm.invalidation import CONTACT, LABELS
from gateway.crm.listening import Listening, ListeningInterrupted
from gateway.model.contacts import Contact
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.labels import Label
from gateway.model.live import ChangeKind, ContactChange, LabelChange

T = TypeVar("T")
Former = Contact | Label | None
"""What something was before a change; None where that is not known."""

_MOST_WAITING: Final = 1_000
"""Changes that may wait for one listener."""


class Live:
    """One site's listeners; the site's memory tells it of every change that is news.

    Listeners hear of a change at least once: its echo by a webhook is told apart only for as long
    as the memory knows of the change.
    """

    def __init__(self, freshness: Freshness, *, most_waiting: int = _MOST_WAITING) -> None:
        self._freshness = freshness
        self._most_waiting = most_waiting
        self._of_labels: set[Listening[LabelChange]] = set()
        self._of_contacts: set[Listening[ContactChange]] = set()

    def __len__(self) -> int:
        """Tell how many listen."""
        return len(self._of_labels) + len(self._of_contacts)

    def labels(self, wanted: Callable[[LabelChange], bool]) -> AsyncIterator[LabelChange]:
        """Listen to changes of labels from the first step of the iteration on.

        Raises:
            ListeningFault: Changes may have been missed.
        """
        return _listen(self._of_labels, wanted, self._most_waiting)

    def contacts(self, wanted: Callable[[ContactChange], bool]) -> AsyncIterator[ContactChange]:
        """Listen to changes of contacts from the first step of the iteration on.

        Raises:
            ListeningFault: Changes may have been missed.
        """
        return _listen(self._of_contacts, wanted, self._most_waiting)

    def former(self, change: Change) -> Former:
        """Look up what a change is about to replace, as far as that is at hand."""
        match change:
            case ContactChanged(contact_id) | ContactDeleted(contact_id) if self._of_contacts:
                return self._contact(contact_id)
            case ContactsMerged(target_id) if self._of_contacts:
                return self._contact(target_id)
            case LabelChanged(key) if self._of_labels:
                return self._label(key)
        return None

    def happened(self, change: Change, former: Former) -> None:
        """Tell everybody of a change; `former` is what `former` told before it."""
        if isinstance(change, LabelChanged | LabelDeleted):
            label = _label_change(change, former if isinstance(former, Label) else None)
            _tell(self._of_labels, label)
        elif isinstance(change, ContactChanged | ContactDeleted | ContactsMerged):
            contact = _contact_change(change, former if isinstance(former, Contact) else None)
            _tell(self._of_contacts, contact)

    def interrupt(self) -> None:
        """Send everybody away: what happens elsewhere may not be heard of here."""
        fault = ListeningInterrupted("Changes may have been missed; connect again and read anew.")
        for label in self._of_labels:
            label.end(fault)
        for contact in self._of_contacts:
            contact.end(fault)

    def _contact(self, contact_id: str) -> Contact | None:
        held: Contact | None = self._held(CONTACT, contact_id)
        return held or self._freshness.contacts.newest(contact_id)

    def _label(self, key: str) -> Label | None:
        held: Label | None = (self._held(LABELS) or {}).get(key)
        return held or self._freshness.labels.newest(key)

    def _held(self, kind: str, identity: str | None = None) -> Any:
        held = self._freshness.store.find(Key(self._freshness.site, kind, identity))
        return None if held is None else held.value


async def _listen(
    all_of_them: set[Listening[T]], wanted: Callable[[T], bool], most: int
) -> AsyncIterator[T]:
    listening = Listening(wanted, most=most)
    all_of_them.add(listening)
    try:
        async for change in listening.changes():
            yield change
    finally:
        all_of_them.discard(listening)


def _tell(all_of_them: set[Listening[T]], change: T | None) -> None:
    if change is not None:
        for listening in all_of_them:
            listening.tell(change)


def _label_change(change: LabelChanged | LabelDeleted, former: Label | None) -> LabelChange | None:
    """Write what happened to a label; None when nothing did: it was only found again."""
    if isinstance(change, LabelDeleted):
        return LabelChange(ChangeKind.DELETED, change.key, None, None)
    if change.created:
        return LabelChange(ChangeKind.CREATED, change.key, change.label, None)
    if former is not None and former == change.label:
        return None
    changed = changed_attributes(former, change.label)
    return LabelChange(ChangeKind.UPDATED, change.key, change.label, changed)


def _contact_change(
    change: ContactChanged | ContactDeleted | ContactsMerged, former: Contact | None
) -> ContactChange | None:
    """Write what happened to a contact; None when nothing did."""
    match change:
        case ContactDeleted(contact_id):
            return ContactChange(ChangeKind.DELETED, contact_id, None, None, former=former)
        case ContactsMerged(contact_id, source_ids, contact):
            kind = ChangeKind.MERGED
        case ContactChanged(contact_id, contact, created):
            source_ids = ()
            kind = ChangeKind.CREATED if created else ChangeKind.UPDATED
    if former is not None and former == contact:
        return None
    changed = None if kind is ChangeKind.CREATED else changed_attributes(former, contact)
    return ContactChange(kind, contact_id, contact, changed, source_ids, former)
