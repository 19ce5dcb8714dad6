"""Creating, updating, deleting and merging contacts."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.errors import (
    ContactNotFound,
    ContactProtected,
    IllegalMerge,
    InsufficientContactData,
    MemberEmailLocked,
    RevisionConflict,
)
from schema.contacts.info import ContactInfoInput, to_info
from schema.contacts.types import Contact
from schema.context import Info
from schema.cost import writes
from schema.field import argument, plain
from schema.payloads import USER_ERRORS, InputShape, answers, payload
from schema.user_errors import UserError

_DUPLICATES = "Whether the e-mail, or without one the phone, may belong to another contact already."


@strawberry.input(description="What the new contact is like.")
class CreateContactInput:
    """Input of createContact."""

    info: ContactInfoInput = strawberry.field(
        description="Its properties; a name, an e-mail or a phone at the least."
    )
    allow_duplicates: bool = strawberry.field(description=_DUPLICATES, default=False)


@strawberry.type(description="What createContact did.")
class CreateContactPayload:
    """Payload of createContact."""

    contact: Contact | None = plain("The new contact; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which contact to change, and how.")
class UpdateContactInput:
    """Input of updateContact."""

    contact_id: ID = strawberry.field(description="The contact's id.")
    revision: int = strawberry.field(
        description="The revision the change is based on; refused when the contact has moved on."
    )
    changes: ContactInfoInput = strawberry.field(
        description="Absent keeps, null clears, a list replaces the list, extendedFields merges."
    )
    allow_duplicates: bool = strawberry.field(description=_DUPLICATES, default=False)


@strawberry.type(description="What updateContact did.")
class UpdateContactPayload:
    """Payload of updateContact."""

    contact: Contact | None = plain("The changed contact; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which contact to delete.")
class DeleteContactInput:
    """Input of deleteContact."""

    contact_id: ID = strawberry.field(description="The contact's id.")


@strawberry.type(description="What deleteContact did.")
class DeleteContactPayload:
    """Payload of deleteContact."""

    deleted_contact_id: ID | None = plain("The id that is gone; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which contacts to merge into which.")
class MergeContactsInput:
    """Input of mergeContacts."""

    target_contact_id: ID = strawberry.field(description="The contact that stays.")
    target_revision: int = strawberry.field(
        description="The target's revision; refused when it has moved on."
    )
    source_contact_ids: list[ID] = strawberry.field(
        description="1 to 5 contacts, the first wins; they are deleted, for good."
    )


@strawberry.type(description="What mergeContacts did.")
class MergeContactsPayload:
    """Payload of mergeContacts."""

    contact: Contact | None = plain("The merged target; null when refused.")
    deleted_contact_ids: list[ID] | None = plain("The ids that are gone; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


CREATED = InputShape(
    info="info",
    subjects={InsufficientContactData: "info"},
    beside={"allow_duplicates": "allowDuplicates"},
)
UPDATED = InputShape(
    info="changes",
    subjects={
        ContactNotFound: "contactId",
        RevisionConflict: "revision",
        InsufficientContactData: "changes",
        MemberEmailLocked: "changes",
    },
    beside={"id": "contactId", "revision": "revision", "allow_duplicates": "allowDuplicates"},
)
DELETED = InputShape(subjects={ContactNotFound: "contactId", ContactProtected: "contactId"})
MERGED = InputShape(
    subjects={RevisionConflict: "targetRevision", IllegalMerge: "sourceContactIds"},
    beside={"revision": "targetRevision"},
)


@answers(
    CreateContactPayload,
    "Create a contact. Never repeated by the gateway, as Wix has no idempotency keys. One "
    "upstream call.",
    CREATED,
    writes.CREATE_CONTACT,
)
async def create_contact(
    info: Info,
    input: Annotated[CreateContactInput, argument("The new contact.")],
) -> CreateContactPayload:
    """Answer Mutation.createContact."""
    contact = await info.context.services.contacts.create(
        to_info(input.info), allow_duplicates=input.allow_duplicates
    )
    info.context.loaders.contact_written(contact)
    return payload(CreateContactPayload, contact=contact)


@answers(
    UpdateContactPayload,
    "Change some of a contact's properties and leave the rest alone. One upstream call.",
    UPDATED,
    writes.CHANGE_CONTACTS,
)
async def update_contact(
    info: Info,
    input: Annotated[UpdateContactInput, argument("The contact and its changes.")],
) -> UpdateContactPayload:
    """Answer Mutation.updateContact."""
    contact = await info.context.services.contacts.update(
        input.contact_id,
        revision=input.revision,
        info=to_info(input.changes),
        allow_duplicates=input.allow_duplicates,
    )
    info.context.loaders.contact_written(contact)
    return payload(UpdateContactPayload, contact=contact)


@answers(
    DeleteContactPayload,
    "Delete a contact for good. One upstream call.",
    DELETED,
)
async def delete_contact(
    info: Info,
    input: Annotated[DeleteContactInput, argument("The contact.")],
) -> DeleteContactPayload:
    """Answer Mutation.deleteContact."""
    contact_id = input.contact_id.lower()
    await info.context.services.contacts.delete(contact_id)
    info.context.loaders.contact_gone(contact_id)
    return payload(DeleteContactPayload, deleted_contact_id=contact_id)


@answers(
    MergeContactsPayload,
    "Merge contacts into one and delete them for good; see `mergePreview`. One upstream call.",
    MERGED,
)
async def merge_contacts(
    info: Info,
    input: Annotated[MergeContactsInput, argument("Target and sources.")],
) -> MergeContactsPayload:
    """Answer Mutation.mergeContacts."""
    sources = [source.lower() for source in input.source_contact_ids]
    contact = await info.context.services.contacts.merge(
        input.target_contact_id, revision=input.target_revision, source_ids=sources
    )
    for source in sources:
        info.context.loaders.contact_gone(source)
    info.context.loaders.contact_written(contact)
    return payload(MergeContactsPayload, contact=contact, deleted_contact_ids=sources)
