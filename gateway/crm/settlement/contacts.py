"""Contact calls whose lost answers are settled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.crm.limits import PAGE
from gateway.crm.settlement.claims import Claims
from gateway.crm.settlement.likeness import holds
from gateway.crm.settlement.outcomes import Done, Finding, Open, Settlement
from gateway.errors import ContactNotFound
from gateway.model.changes import ContactInfo
from gateway.model.contacts import Contact
from gateway.model.queries import Condition, Operator, Order, Query, Slice
from gateway.wix.contacts import ContactsApi

OLDEST_FIRST = Order("created_at")


@dataclass(frozen=True)
class SettledContacts(ContactsApi):
    """Contacts of one site; every write raises what `Settlement.settle` raises besides."""

    settlement: Settlement
    claims: Claims = field(default_factory=Claims)

    async def create(self, info: ContactInfo, *, allow_duplicates: bool) -> Contact:
        """Create a contact; never sent twice. A lost one is looked for among the new contacts."""
        since = self.settlement.from_now_on()
        create = super().create

        async def write() -> Contact:
            with self.claims.awaiting(info):
                created = await create(info, allow_duplicates=allow_duplicates)
            self.claims.take(created.id)
            return created

        async def look() -> Finding[Contact]:
            born_since = Condition("created_at", Operator.GTE, since)
            page = await self.query(Query(born_since, OLDEST_FIRST, Slice(limit=PAGE)))
            alike = {contact.id: contact for contact in page.items if holds(contact, info)}
            mine = self.claims.first_free([*alike], info)
            return Done(alike[mine]) if mine else Open.UNDECIDED

        return await self.settlement.settle("createContact", write, look)

    async def update(
        self, contact_id: str, *, revision: int, info: ContactInfo, allow_duplicates: bool
    ) -> Contact:
        """Change a contact; its revision guards against twice, so it may be sent again."""

        async def look() -> Finding[Contact]:
            contact = await self.get(contact_id)
            if contact.id != contact_id:
                return Open.UNDECIDED
            if contact.revision == revision:
                return Open.NOT_DONE
            return Done(contact) if holds(contact, info) else Open.UNDECIDED

        write = super().update
        return await self.settlement.settle(
            "updateContact",
            lambda: write(
                contact_id, revision=revision, info=info, allow_duplicates=allow_duplicates
            ),
            look,
            repeat=True,
        )

    async def delete(self, contact_id: str) -> None:
        """Delete a contact for good; a lost one is done when nobody has the id any more."""

        async def look() -> Finding[None]:
            try:
                found = await self.get(contact_id)
            except ContactNotFound:
                return Done(None)
            return Open.NOT_DONE if found.id == contact_id else Done(None)

        write = super().delete
        await self.settlement.settle("deleteContact", lambda: write(contact_id), look)

    async def label(self, contact_id: str, keys: Sequence[str]) -> Contact:
        """Add labels; a lost one is done when the contact carries them."""
        write = super().label
        return await self.settlement.settle(
            "labelContact",
            lambda: write(contact_id, keys),
            lambda: self._labelled(contact_id, keys, on=True),
        )

    async def unlabel(self, contact_id: str, keys: Sequence[str]) -> Contact:
        """Remove labels; a lost one is done when the contact carries none of them."""
        write = super().unlabel
        return await self.settlement.settle(
            "unlabelContact",
            lambda: write(contact_id, keys),
            lambda: self._labelled(contact_id, keys, on=False),
        )

    async def merge(self, target_id: str, *, revision: int, source_ids: Sequence[str]) -> Contact:
        """Merge contacts; never sent twice. A lost one is done when all sources lead to the target.

        An id that was merged away still leads somewhere (contract 3.2, Get Contact).
        """

        async def look() -> Finding[Contact]:
            found = await asyncio.gather(*(self.get(source) for source in source_ids))
            if all(contact.id == target_id for contact in found):
                return Done(found[0]) if found[0].revision > revision else Open.UNDECIDED
            return Open.NOT_DONE

        write = super().merge
        return await self.settlement.settle(
            "mergeContacts",
            lambda: write(target_id, revision=revision, source_ids=source_ids),
            look,
        )

    async def _labelled(
        self, contact_id: str, keys: Sequence[str], *, on: bool
    ) -> Finding[Contact]:
        contact = await self.get(contact_id)
        carried = set(keys) & set(contact.label_keys)
        return Done(contact) if carried == (set(keys) if on else set()) else Open.NOT_DONE
