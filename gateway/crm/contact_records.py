"""A site's contacts as the gateway knows them: from memory where it can, from Wix where not."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from gateway import ledger
from gateway.cache.batcher import Batcher, Load
from gateway.cache.keys import Key
from gateway.cache.periods import Period
from gateway.cache.reader import PASSING, note
from gateway.cache.store import Age, Held, Subject
from gateway.crm.difference import OwnWrite
from gateway.crm.freshness import Freshness
from gateway.crm.invalidation import ANY, CONTACT, CONTACT_PAGES, by_label
from gateway.crm.judging import CONTACTS, labels_behind
from gateway.crm.overlay import Overlay
from gateway.errors import ContactNotFound
from gateway.model.contacts import Contact
from gateway.model.events import ContactChanged, ContactDeleted
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Query, Slice
from gateway.wix.contacts import ContactsApi

V = TypeVar("V")

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
        self._overlay = Overlay(freshness.contacts, CONTACTS, freshness.trimmed)
        self._looks = self._batcher(self._look, asking=False)
        self._renewals = self._batcher(self._renew, asking=False)
        self._batches = self._batcher(self._load)

    async def by_ids(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        """Find contacts by id, in small letters; None for an id that is nobody's own."""
        answer = self._known(dict.fromkeys(ids))
        missing = [contact_id for contact_id in dict.fromkeys(ids) if contact_id not in answer]
        if missing and self._store.second is not None:
            await self._looks.load(missing)
            answer |= self._known(missing)
            missing = [contact_id for contact_id in missing if contact_id not in answer]
        return {**answer, **await self._loaded(missing)} if missing else answer

    async def follow(self, contact_id: str) -> Contact | None:
        """Find the contact of this id, or the one it was merged into; None when there is none."""
        held = self._find(contact_id)
        if held is None and self._store.second is not None:
            await self._looks.load([contact_id])
            held = self._find(contact_id)
        if held is not None and held.value is not None:
            return (await self.by_ids([contact_id]))[contact_id]
        seen: list[Contact | None] = []

        async def load() -> str | None:
            seen.append(contact := await self._identify(contact_id))
            return contact.id if contact else None

        successor = await self._freshness.reader.read(lambda: self._successor(contact_id), load)
        if seen:  # asked just now: no second call, even where nothing is kept
            return seen[0]
        if successor is None or successor == contact_id:
            return (await self.by_ids([contact_id]))[contact_id] if successor else None
        return await self.follow(successor)

    async def page(self, query: Query) -> Page[Contact]:
        """Answer a filtered, ordered slice of the site's contacts."""
        return await self._freshness.reader.read(
            lambda: self._page_of(query), lambda: self._load_page(query)
        )

    def wrote(self, contact: Contact, write: OwnWrite, *, created: bool = False) -> None:
        """Take note of a contact as one of our own writes left it."""
        self._freshness.apply(ContactChanged(contact.id, contact, created=created), write)
        if self._freshness.contacts.newest(contact.id) is contact:
            self._keep(contact.id, contact, self._store.generations.now())

    def _known(self, ids: Iterable[str]) -> dict[str, Contact | None]:
        """Tell what is known of some ids, and have what is stale fetched anew."""
        held = {contact_id: self._find(contact_id) for contact_id in ids}
        ready = {key: found for key, found in held.items() if found and found.age is not Age.SPENT}
        note(*ready.values())
        self._renewals.begin(each for each, found in ready.items() if found.age is Age.STALE)
        gone = (each for each in held if self._freshness.contacts.is_gone(each))
        return {**dict.fromkeys(gone), **{each: found.value for each, found in ready.items()}}

    async def _look(self, ids: Sequence[str]) -> Mapping[str, None]:
        await self._store.look([self._subject(i, self._freshness.periods.contacts) for i in ids])
        return dict.fromkeys(ids)

    async def _loaded(self, ids: Sequence[str]) -> Mapping[str, Contact | None]:
        try:
            found = await self._batches.load(ids)
        except PASSING:
            usable = {key: held for key in ids if (held := self._find(key)) is not None}
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

    async def _renew(self, ids: Sequence[str]) -> Mapping[str, None]:
        """Have the next call of a batch bring along what nobody else has fetched anew."""
        await self._look(ids)
        held = {contact_id: self._find(contact_id) for contact_id in ids}
        self._batches.begin(
            each for each, found in held.items() if found is None or found.age is not Age.FRESH
        )
        return {}

    async def _load_own(self, contact_id: str) -> Contact | None:
        """Load one contact; where the id is no longer its own, remember whose it is."""
        since = self._store.generations.now()
        with ledger.asking_for([contact_id]):
            contact = await self._identify(contact_id)
        if contact is not None and contact.id == contact_id:
            return contact
        successor = contact.id if contact else None
        self._store.keep(self._successor(contact_id), successor, since=since)
        return None

    async def _identify(self, contact_id: str) -> Contact | None:
        """Tell to whom an id leads, and keep it as a miss where that is somebody else."""
        since, recent = self._store.generations.now(), self._freshness.contacts
        contact = await self._get(contact_id)
        own = contact if contact is not None and contact.id == contact_id else None
        if own is None:
            self._keep(contact_id, None, since)
        tags = self._freshness.contact_tags(contact_id)
        if recent.is_unsettled(contact_id) and self._store.generations.unchanged(tags, since):
            # Pages may have been read before what is seen here happened.
            gone = ContactDeleted(contact_id)
            self._freshness.apply(ContactChanged(contact_id, own) if own else gone)
            self._keep(
                contact_id, own and self._freshness.trimmed(own), self._store.generations.now()
            )
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
        self._keep(contact.id, self._freshness.trimmed(newest), since)
        return newest

    async def _query(self, ids: Sequence[str]) -> dict[str, Contact | None]:
        since, recent = self._store.generations.now(), self._freshness.contacts
        chosen = Condition("id", Operator.IN, tuple(ids))
        with ledger.asking_for(ids):
            rows = (await self._api.query(Query(chosen, slice=Slice(limit=len(ids))))).items
        read = {contact.id: recent.corrected(contact) for contact in rows}
        found: dict[str, Contact | None] = {}
        for contact_id in ids:
            newest = read[contact_id] if contact_id in read else recent.newest(contact_id)
            found[contact_id] = self._freshness.trimmed(newest) if newest else None
            self._keep_settled(contact_id, found[contact_id], since)
        return found

    async def _load_page(self, query: Query) -> Page[Contact]:
        since = self._store.generations.now()
        fetched = self._overlay.widened(query)
        page = await self._api.query(fetched)
        mended = self._overlay.mended(page, fetched=fetched, asked=query)
        for contact in mended.items:
            self._keep_settled(contact.id, contact, since)
        self._disown_if_in_motion(query, mended)
        return mended

    def _disown_if_in_motion(self, query: Query, page: Page[Contact]) -> None:
        """Make a page one that is not kept when one of its rows may be changing just now."""
        fresh = self._freshness
        if any(fresh.in_doubt(fresh.contact_tags(row.id)) for row in page.items):
            self._store.change([fresh.tag(CONTACT_PAGES, repr(query))])

    def _page_of(self, query: Query) -> Subject:
        fresh = self._freshness
        identity, period = repr(query), fresh.periods.pages
        labels = labels_behind(query)
        kinds = (None, identity, *map(by_label, {ANY} if labels is None else labels))
        tags = tuple(fresh.tag(CONTACT_PAGES, kind) for kind in kinds)
        subject = fresh.subject(CONTACT_PAGES, identity, tags=tags, period=period)
        fresh.carrying.asked(subject.key, query)
        return subject

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
        fresh.carrying.saw(contact)
        period = fresh.periods.contacts if contact else fresh.periods.misses
        self._store.keep(self._subject(contact_id, period), contact, since=since)

    def _subject(self, contact_id: str, period: Period) -> Subject:
        tags = self._freshness.contact_tags(contact_id)
        return self._freshness.subject(CONTACT, contact_id, tags=tags, period=period)

    def _batcher(self, load: Load[str, V], *, asking: bool = True) -> Batcher[str, V]:
        return Batcher(
            load,
            asking=asking,
            flights=self._freshness.flights,
            generations=self._store.generations,
            tags=self._freshness.contact_tags,
        )
