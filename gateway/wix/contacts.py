"""Contact calls (contract 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.model.changes import ContactInfo
from gateway.model.contacts import Contact
from gateway.model.paging import Page
from gateway.model.queries import Order, Query, Slice
from gateway.wix import operations
from gateway.wix.calls import Call, write_call
from gateway.wix.client import WixClient
from gateway.wix.filterable import CONTACTS
from gateway.wix.query import listing, query_body
from gateway.wix.wire import read_page, unwrapped
from gateway.wix.wire_contacts import read_contact
from gateway.wix.wire_info import write_changes, write_new

_FIRST_PAGE: Final = Slice()


@dataclass(frozen=True, slots=True)
class ContactsApi:
    """Contacts of one site; every call raises what `WixClient.send` raises."""

    client: WixClient

    async def create(self, info: ContactInfo, *, allow_duplicates: bool) -> Contact:
        """Create a contact.

        Raises InsufficientContactData, MultiplePrimary, InvalidExtendedFieldValue, LabelNotFound,
        and DuplicateContact unless duplicates are allowed.
        """
        written = {"info": write_new(info), "allowDuplicates": allow_duplicates}
        return await self._contact(write_call(operations.CREATE_CONTACT, body=written))

    async def get(self, contact_id: str) -> Contact:
        """Read one contact; an id that was merged away gives the contact it was merged into.

        Raises ContactNotFound.
        """
        return await self._contact(write_call(operations.GET_CONTACT, entity=contact_id))

    async def list(
        self,
        slice: Slice = _FIRST_PAGE,  # noqa: A002 - the model's word
        order: Order | None = None,
    ) -> Page[Contact]:
        """List contacts, oldest first unless ordered; at most 1,000 at a time."""
        query = listing(slice, order, CONTACTS)
        body = await self.client.send(write_call(operations.LIST_CONTACTS, query=query))
        return read_page(body, "contacts", read_contact, offset=slice.offset)

    async def query(self, query: Query) -> Page[Contact]:
        """Find contacts, oldest first unless ordered; at most 1,000 at a time."""
        call = write_call(operations.QUERY_CONTACTS, body=query_body(query, CONTACTS))
        body = await self.client.send(call)
        return read_page(body, "contacts", read_contact, offset=query.slice.offset)

    async def update(
        self, contact_id: str, *, revision: int, info: ContactInfo, allow_duplicates: bool
    ) -> Contact:
        """Change a contact that is still at this revision.

        Raises what `create` raises, ContactNotFound, RevisionConflict and MemberEmailLocked.
        """
        written = {
            "revision": revision,
            "info": write_changes(info),
            "allowDuplicates": allow_duplicates,
        }
        return await self._on(operations.UPDATE_CONTACT, contact_id, written)

    async def delete(self, contact_id: str) -> None:
        """Delete a contact for good. Raises ContactNotFound or ContactProtected."""
        await self.client.send(write_call(operations.DELETE_CONTACT, entity=contact_id))

    async def label(self, contact_id: str, keys: Sequence[str]) -> Contact:
        """Add 1 to 100 labels; none is added when one is unknown.

        Raises ContactNotFound or LabelNotFound.
        """
        return await self._on(operations.LABEL_CONTACT, contact_id, {"labelKeys": [*keys]})

    async def unlabel(self, contact_id: str, keys: Sequence[str]) -> Contact:
        """Remove 1 to 100 labels; none is removed when one is unknown.

        The keys travel in the query string: proxies drop the bodies of deletions (contract 3.2).
        Raises ContactNotFound or LabelNotFound.
        """
        return await self._contact(
            write_call(
                operations.UNLABEL_CONTACT, entity=contact_id, query={"labelKeys": tuple(keys)}
            )
        )

    async def merge(self, target_id: str, *, revision: int, source_ids: Sequence[str]) -> Contact:
        """Merge 1 to 5 contacts into one that is still at this revision; they are deleted.

        Raises ContactNotFound, RevisionConflict or IllegalMerge.
        """
        written = {"targetContactRevision": revision, "sourceContactIds": [*source_ids]}
        return await self._on(operations.MERGE_CONTACTS, target_id, written)

    async def preview_merge(self, target_id: str, source_ids: Sequence[str]) -> Contact:
        """Tell what a merge would give; changes nothing. Raises what `merge` raises."""
        written = {"sourceContactIds": [*source_ids]}
        return await self._on(operations.PREVIEW_MERGE, target_id, written)

    async def _on(
        self, operation: operations.Operation, contact_id: str, body: dict[str, Any]
    ) -> Contact:
        return await self._contact(write_call(operation, entity=contact_id, body=body))

    async def _contact(self, call: Call) -> Contact:
        return read_contact(unwrapped(await self.client.send(call), "contact"))
