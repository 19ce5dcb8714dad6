"""Contacts: look-ups and lists, and every change to a single one."""

import asyncio
from collections.abc import Sequence

from gateway.crm.contact_records import ContactRecords
from gateway.crm.freshness import Freshness
from gateway.crm.identities import contact_guid
from gateway.crm.labels import LabelService
from gateway.crm.limits import MERGE_SOURCES, require_size
from gateway.crm.unknown_labels import label_lists, naming_unknown_labels
from gateway.model.changes import ContactInfo
from gateway.model.contacts import Contact
from gateway.model.events import ContactChanged, ContactDeleted, ContactsMerged
from gateway.model.ids import is_guid
from gateway.model.paging import Page
from gateway.model.queries import Query
from gateway.wix.contacts import ContactsApi


class ContactService:
    """What can be asked of, and done to, a site's contacts."""

    def __init__(
        self,
        api: ContactsApi,
        labels: LabelService,
        records: ContactRecords,
        freshness: Freshness,
    ) -> None:
        self._api = api
        self._labels = labels
        self._records = records
        self._freshness = freshness

    async def by_ids(self, ids: Sequence[str]) -> list[Contact | None]:
        """Find contacts by id, those we do not know in one upstream call per 1,000.

        Returns:
            One entry per id, in the order of `ids`; None for an id nobody has, or has any longer:
            a merged-away id is a miss here, as it is everywhere at Wix but in `follow`.
        """
        possible = [contact_id.lower() for contact_id in ids if is_guid(contact_id)]
        known = await self._records.by_ids(possible)
        return [known.get(contact_id.lower()) for contact_id in ids]

    async def follow(self, contact_id: str) -> Contact | None:
        """Find the contact of this id, or the one it was merged into; None when there is none.

        One upstream call at the most, which unlike a query never lags behind a write (contract 9,
        row 29).
        """
        return await self._records.follow(contact_id.lower()) if is_guid(contact_id) else None

    async def follow_each(self, ids: Sequence[str]) -> list[Contact | None]:
        """Follow several ids side by side, in one upstream call each: Wix knows no other way."""
        return await asyncio.gather(*(self.follow(contact_id) for contact_id in ids))

    async def find(self, query: Query) -> Page[Contact]:
        """Answer a filtered, ordered slice of the site's contacts.

        Raises:
            InvalidInput: Wix does not take one of the operators for its field.
        """
        return await self._records.page(query)

    async def create(self, info: ContactInfo, *, allow_duplicates: bool) -> Contact:
        """Create a contact; never repeated by itself, as Wix has no idempotency keys.

        Raises:
            CallerFault: What Wix refused (contract 3.2, Create Contact).
        """
        async with (
            naming_unknown_labels(self._labels, label_lists(info)),
            # Which id it will have is Wix's to say; nothing is known of it yet.
            self._freshness.writing(ContactChanged("")) as write,
        ):
            contact = await self._api.create(info, allow_duplicates=allow_duplicates)
        self._records.wrote(contact, write, created=True)
        return contact

    async def update(
        self, contact_id: str, *, revision: int, info: ContactInfo, allow_duplicates: bool
    ) -> Contact:
        """Change what `info` names and leave the rest alone.

        Raises:
            RevisionConflict: The contact has moved on since `revision`.
            CallerFault: What else Wix refused (contract 3.2, Update Contact).
        """
        target = contact_guid(contact_id)
        async with (
            naming_unknown_labels(self._labels, label_lists(info)),
            self._freshness.writing(ContactChanged(target)) as write,
        ):
            contact = await self._api.update(
                target, revision=revision, info=info, allow_duplicates=allow_duplicates
            )
        self._records.wrote(contact, write)
        return contact

    async def delete(self, contact_id: str) -> None:
        """Delete a contact for good.

        Raises:
            ContactNotFound: Nobody has this id.
            ContactProtected: A member, an owner or a paying subscriber.
        """
        gone = ContactDeleted(contact_guid(contact_id))
        async with self._freshness.writing(gone) as write:
            await self._api.delete(gone.contact_id)
        self._freshness.apply(gone, write)

    async def merge(self, target_id: str, *, revision: int, source_ids: Sequence[str]) -> Contact:
        """Merge up to five contacts into another and delete them for good.

        Raises:
            InvalidInput: Fewer than one or more than five sources.
            ContactNotFound: One of the ids is nobody's.
            IllegalMerge: The sources cannot be merged.
            RevisionConflict: The target has moved on since `revision`.
        """
        target, sources = _merging(target_id, source_ids)
        async with self._freshness.writing(ContactsMerged(target, tuple(sources))) as write:
            contact = await self._api.merge(target, revision=revision, source_ids=sources)
        self._freshness.apply(ContactsMerged(target, tuple(sources), contact))
        self._records.wrote(contact, write)
        return contact

    async def preview_merge(self, target_id: str, source_ids: Sequence[str]) -> Contact:
        """Show what a merge would leave; changes nothing.

        Raises:
            InvalidInput: Fewer than one or more than five sources.
            ContactNotFound: One of the ids is nobody's.
            IllegalMerge: The sources cannot be merged.
        """
        target, sources = _merging(target_id, source_ids)
        return await self._api.preview_merge(target, sources)


def _merging(target_id: str, source_ids: Sequence[str]) -> tuple[str, list[str]]:
    """Read a merge's ids before anything is asked of Wix."""
    require_size(source_ids, most=MERGE_SOURCES, path=("source_ids",))
    sources = [
        contact_guid(source, path=("source_ids", str(index)))
        for index, source in enumerate(source_ids)
    ]
    return contact_guid(target_id, path=("target_id",)), sources
