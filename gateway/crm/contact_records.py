"""A site's contacts as the gateway knows them: from memory where it can, from Wix where not."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from gateway.budget.priority import refreshing
from gateway.cache.batcher import Batcher, Load
from gateway.cache.keys import Key
from gateway.cache.reader import PASSING, note
from gateway.cache.store import Age, Held, Subject
from gateway.crm.freshness import Freshness
from gateway.crm.invalidation import CONTACT, CONTACT_PAGES
from gateway.crm.judging import CONTACTS
from gateway.crm.overlay import Overlay
from gateway.errors import ContactNotFound
from gateway.model.contacts import Contact
from gateway.model.events import ContactChanged
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Query, Slice
from gateway.wix.contacts import ContactsApi

_SUCCESSOR: Final = "successor"
"""Who has an id by now: its own contact, or the one that it was merged into."""
_MOST_ALONE: Final = 10
"""Contacts that one batch asks for one by one, because the index may not know them yet."""


class ContactRecords:
    """Reads contacts by id and by page, and keeps what it read.

    Every contact that passes by is kept under its id, so that a page answers look-ups as well.
    """

    def __init__(self, api: ContactsApi, freshness: Freshness) -> None:
        self._api = api
        self._freshness = freshness
        self._store = freshness.store
        self._overlay = Overlay(freshness.contacts, CONTACTS, self._trimmed)
        self._batches = self._batcher(self._load)
        self._refreshes = self._batcher(self._load_in_background)

    async def by_ids(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        """Find contacts by id, in small letters; None for an id that is nobody's own."""
        held = {contact_id: self._find(contact_id) for contact_id in dict.fromkeys(ids)}
        ready = {
            contact_id: found
            for contact_id, found in held.items()
            if found is not None and found.age is not Age.SPENT
        }
        note(*ready.values())
        self._refreshes.begin(each for each, found in ready.items() if found.age is Age.STALE)
        answer = {contact_id: found.value for contact_id, found in ready.items()}
        for contact_id in held:
            if contact_id not in ready and self._freshness.contacts.is_gone(contact_id):
                answer[contact_id] = None
        missing = [contact_id for contact_id in held if contact_id not in answer]
        return {**answer, **await self._loaded(missing)} if missing else answer

    async def follow(self, contact_id: str) -> Contact | None:
        """Find the contact of this id, or the one it was merged into; None when there is none."""
        held = self._find(contact_id)
        if held is not None and held.value is not None:
            return (await self.by_ids([contact_id]))[contact_id]
        successor = await self._freshness.reader.read(
            self._successor(contact_id), lambda: self._load_successor(contact_id)
        )
        if successor is None or successor == contact_id:
            return (await self.by_ids([contact_id]))[contact_id] if successor else None
        return await self.follow(successor)

    async def page(self, query: Query) -> Page[Contact]:
        """Answer a filtered, ordered slice of the site's contacts."""
        fresh = self._freshness
        subject = fresh.subject(
            CONTACT_PAGES, repr(query), tags=(fresh.tag(CONTACT_PAGES),), period=fresh.periods.pages
        )
        return await fresh.reader.read(subject, lambda: self._load_page(query))

    def wrote(self, contact: Contact, *, created: bool = False) -> None:
        """Take note of a contact as one of our own writes left it."""
        self._freshness.apply(ContactChanged(contact.id, contact, created=created))
        if self._freshness.contacts.newest(contact.id) is contact:
            self._keep(contact.id, contact, self._store.generations.now())

    async def _loaded(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        try:
            found = await self._batches.load(ids)
        except PASSING:
            older = {contact_id: self._find(contact_id) for contact_id in ids}
            usable = {key: held for key, held in older.items() if held is not None}
            if len(usable) < len(ids):
                raise
            note(*usable.values())
            return {contact_id: held.value for contact_id, held in usable.items()}
        return {contact_id: found[contact_id] for contact_id in ids}

    async def _load(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        """Load contacts by id: one, or those in doubt, by Get, which never lags; others at once."""
        unsettled = [each for each in ids if self._freshness.contacts.is_unsettled(each)]
        alone = ids if len(ids) == 1 else unsettled[:_MOST_ALONE]
        together = [each for each in ids if each not in alone]
        gotten = await asyncio.gather(*(self._load_own(each) for each in alone))
        found = await self._query(together) if together else {}
        return {**found, **dict(zip(alone, gotten, strict=True))}

    async def _load_in_background(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        with refreshing():
            return await self._load(ids)

    async def _load_own(self, contact_id: str) -> Contact | None:
        """Load one contact; where the id is no longer its own, remember whose it is."""
        since = self._store.generations.now()
        contact = await self._identify(contact_id)
        if contact is not None and contact.id == contact_id:
            return contact
        successor = contact.id if contact else None
        self._store.keep(self._successor(contact_id), successor, since=since)
        return None

    async def _load_successor(self, contact_id: str) -> str | None:
        contact = await self._identify(contact_id)
        return contact.id if contact else None

    async def _identify(self, contact_id: str) -> Contact | None:
        """Tell to whom an id leads, and keep it as a miss where that is somebody else."""
        since, recent = self._store.generations.now(), self._freshness.contacts
        contact = await self._get(contact_id)
        own = contact if contact is not None and contact.id == contact_id else None
        if own is None:
            self._keep(contact_id, None, since)
        tags = self._freshness.contact_tags(contact_id)
        if recent.is_unsettled(contact_id) and self._store.generations.unchanged(tags, since):
            if own is None:
                recent.deleted(contact_id)
            else:
                recent.changed(contact_id, own)
        return contact

    async def _get(self, contact_id: str) -> Contact | None:
        since, recent = self._store.generations.now(), self._freshness.contacts
        try:
            contact = await self._api.get(contact_id)
        except ContactNotFound:
            return None
        newest = recent.corrected(contact)
        if newest is None:
            return None
        self._keep(contact.id, self._trimmed(newest), since)
        return newest

    async def _query(self, ids: Sequence[str]) -> dict[str, Contact | None]:
        since, recent = self._store.generations.now(), self._freshness.contacts
        chosen = Condition("id", Operator.IN, tuple(ids))
        rows = (await self._api.query(Query(chosen, slice=Slice(limit=len(ids))))).items
        read = {contact.id: recent.corrected(contact) for contact in rows}
        found: dict[str, Contact | None] = {}
        for contact_id in ids:
            newest = read[contact_id] if contact_id in read else recent.newest(contact_id)
            found[contact_id] = self._trimmed(newest) if newest else None
            self._keep_settled(contact_id, found[contact_id], since)
        return found

    async def _load_page(self, query: Query) -> Page[Contact]:
        since = self._store.generations.now()
        fetched = self._overlay.widened(query)
        page = await self._api.query(fetched)
        mended = self._overlay.mended(page, fetched=fetched, asked=query)
        for contact in mended.items:
            self._keep_settled(contact.id, contact, since)
        return mended

    def _trimmed(self, contact: Contact) -> Contact:
        """Take off a contact what its site no longer has: the index may still show it."""
        labels, fields = self._freshness.labels, self._freshness.fields
        if not len(labels) and not len(fields):
            return contact
        keys = tuple(key for key in contact.label_keys if not labels.is_gone(key))
        entries = tuple(each for each in contact.extended_fields if not fields.is_gone(each.key))
        if len(keys) == len(contact.label_keys) and len(entries) == len(contact.extended_fields):
            return contact
        return replace(contact, label_keys=keys, extended_fields=entries)

    def _find(self, contact_id: str) -> Held[Contact | None] | None:
        return self._store.find(Key(self._freshness.site, CONTACT, contact_id))

    def _successor(self, contact_id: str) -> Subject:
        fresh = self._freshness
        tags, period = fresh.contact_tags(contact_id), fresh.periods.misses
        return fresh.subject(_SUCCESSOR, contact_id, tags=tags, period=period)

    def _keep_settled(self, contact_id: str, contact: Contact | None, since: int) -> None:
        """Keep what an index answered, unless only Get can tell."""
        if not self._freshness.contacts.is_unsettled(contact_id):
            self._keep(contact_id, contact, since)

    def _keep(self, contact_id: str, contact: Contact | None, since: int) -> None:
        """Keep a contact or a miss, unless a newer version is held already."""
        fresh, held = self._freshness, self._find(contact_id)
        if contact and held and held.value and held.value.revision > contact.revision:
            return
        period = fresh.periods.contacts if contact else fresh.periods.misses
        tags = fresh.contact_tags(contact_id)
        subject = fresh.subject(CONTACT, contact_id, tags=tags, period=period)
        self._store.keep(subject, contact, since=since)

    def _batcher(self, load: Load[str, Contact | None]) -> Batcher[str, Contact | None]:
        return Batcher(
            load,
            flights=self._freshness.flights,
            generations=self._store.generations,
            tags=self._freshness.contact_tags,
        )
