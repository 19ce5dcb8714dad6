"""What is held of a site and stays right through a change, as it is or put right by us."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cachetools import LRUCache

from gateway.cache.keys import Key
from gateway.cache.store import Store
from gateway.crm.changed_counts import recounted, renamed
from gateway.crm.changed_pages import PageChange
from gateway.crm.difference import Difference, OwnWrite, step, succeeds
from gateway.crm.invalidation import (
    CONTACT,
    CONTACT_PAGES,
    FACETS,
    LABEL_PAGES,
    LABELS,
    ContactsInMotion,
)
from gateway.crm.judging import CONTACTS, labels_behind
from gateway.crm.judging import LABELS as LABEL_JUDGE
from gateway.model.contacts import Contact
from gateway.model.events import Change, ContactChanged, ContactDeleted, LabelChanged
from gateway.model.labels import Label
from gateway.model.queries import Query

_MOST_PAGES: Final = 500
"""Pages that are looked at when something changes; those asked for least recently are let go."""

_MOST_SEEN: Final = 2_000

Carried = tuple[Key, Any]
"""The place of an answer, and what it is after the change."""


class Carrying:
    """Carries answers over changes of which both sides are known.

    An answer that was kept before one of our own writes began is without it, so that the write's
    difference makes the new answer of the old one. What else happened may be in the answer already:
    then it stays only if the difference does not touch it.
    """

    def __init__(self, site: str, store: Store) -> None:
        self._site = site
        self._store = store
        self._queries: LRUCache[Key, Query] = LRUCache(_MOST_PAGES)
        self._seen: LRUCache[str, Contact] = LRUCache(_MOST_SEEN)
        """The last versions that passed by, kept or not: a job's contacts are not kept."""

    def asked(self, key: Key, query: Query) -> None:
        """Note which question the page at `key` answers."""
        self._queries[key] = query

    def saw(self, contact: Contact | None) -> None:
        """Note a contact that passes by, to tell what the next change makes of it."""
        if contact is not None:
            self._seen[contact.id] = contact

    def over(self, change: Change, write: OwnWrite | None) -> list[Carried]:
        """Tell what is held now and will be right after a change."""
        match change:
            case ContactChanged() | ContactDeleted():
                contact = self._of_contact(change)
                return list(self._contacts(contact, write)) if contact else []
            case LabelChanged(key, label) if label is not None:
                return list(self._labels(self._held(LABELS), key, label, write))
        return []

    def through(self, change: Change | ContactsInMotion) -> list[Carried]:
        """Tell what is held now and stays right whatever a change under way may do."""
        if not isinstance(change, ContactsInMotion) or not (change.ids and change.labels):
            return []
        return [
            (key, page)
            for key, query, page in self._pages(CONTACT_PAGES)
            if (behind := labels_behind(query)) is not None
            and behind.isdisjoint(change.labels)
            and not any(row.id in change.ids for row in page.items)
        ]

    def enter(self, carried: list[Carried]) -> None:
        """Put back what was carried, once the change is noted; it goes on ageing."""
        for key, value in carried:
            self._store.carry(key, value)

    def _of_contact(self, change: ContactChanged | ContactDeleted) -> Difference[Contact] | None:
        held: Contact | None = self._held(CONTACT, change.contact_id)
        if isinstance(change, ContactDeleted):
            return Difference(held, None) if held else None
        if change.contact is None:
            return None
        if change.created:
            return Difference(None, change.contact)
        return step(held or self._seen.get(change.contact_id), change.contact)

    def _contacts(self, change: Difference[Contact], write: OwnWrite | None) -> Iterator[Carried]:
        key = Key(self._site, CONTACT, change.id)
        if change.after is not None and self._store.find(key) is not None:
            yield key, change.after
        for page_key, query, page in self._pages(CONTACT_PAGES):
            counted = self._is_without(page_key, write)
            kept = PageChange(page, query, change, CONTACTS).outcome(counted=counted)
            if kept is not None:
                yield page_key, kept
        facets, counts = Key(self._site, FACETS), self._held(FACETS)
        if counts is not None and self._is_without(facets, write):
            recount = recounted(counts, change)
            if recount is not None:
                yield facets, recount

    def _labels(
        self, whole: Mapping[str, Label] | None, key: str, label: Label, write: OwnWrite | None
    ) -> Iterator[Carried]:
        before = whole.get(key) if whole is not None else None
        if whole is None or before is None or not succeeds(label, before):
            return
        yield Key(self._site, LABELS), {**whole, key: label}
        for page_key, query, page in self._pages(LABEL_PAGES):
            counted = self._is_without(page_key, write)
            change = PageChange(page, query, Difference(before, label), LABEL_JUDGE)
            kept = change.outcome(counted=counted)
            if kept is not None:
                yield page_key, kept
        counts = self._held(FACETS)
        if counts is not None:
            yield Key(self._site, FACETS), renamed(counts, label)

    def _pages(self, kind: str) -> Iterator[tuple[Key, Query, Any]]:
        for key, query in list(self._queries.items()):
            if key.kind == kind and (held := self._store.find(key)) is not None:
                yield key, query, held.value

    def _held(self, kind: str, identity: str | None = None) -> Any:
        held = self._store.find(Key(self._site, kind, identity))
        return None if held is None else held.value

    def _is_without(self, key: Key, write: OwnWrite | None) -> bool:
        return write is not None and self._store.was_kept_by(key, write.began)
