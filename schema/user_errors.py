"""What a caller can mend, as data in the payload (schema rules: a list behind one interface)."""

from enum import Enum

import strawberry

from gateway.model.contacts import Contact as ContactRecord
from schema.contacts.types import Contact
from schema.context import Info
from schema.cost.charges import CONTACTS, joined
from schema.field import plain, resolved


@strawberry.enum(description="What is wrong; new values may appear.")
class UserErrorCode(Enum):
    """One value per condition of the contract's application errors and of ours."""

    INVALID_INPUT = strawberry.enum_value(
        "INVALID_INPUT", description="A value breaks a rule; the message names it."
    )
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="What was named does not exist.")
    CONTACT_NOT_FOUND = strawberry.enum_value(
        "CONTACT_NOT_FOUND", description="No contact has this id."
    )
    LABEL_NOT_FOUND = strawberry.enum_value(
        "LABEL_NOT_FOUND", description="No label has this key; nothing was applied."
    )
    REVISION_CONFLICT = strawberry.enum_value(
        "REVISION_CONFLICT", description="The contact has moved on; read it again, then retry."
    )
    DUPLICATE_CONTACT = strawberry.enum_value(
        "DUPLICATE_CONTACT", description="Another contact has this e-mail or phone."
    )
    INSUFFICIENT_CONTACT_DATA = strawberry.enum_value(
        "INSUFFICIENT_CONTACT_DATA",
        description="A contact needs a name, an e-mail or a phone, and an update a change.",
    )
    MULTIPLE_PRIMARY = strawberry.enum_value(
        "MULTIPLE_PRIMARY", description="Two entries of one list claim to be primary."
    )
    INVALID_EXTENDED_FIELD_VALUE = strawberry.enum_value(
        "INVALID_EXTENDED_FIELD_VALUE",
        description="A value does not fit its field's data type, or there is no such field.",
    )
    MEMBER_EMAIL_LOCKED = strawberry.enum_value(
        "MEMBER_EMAIL_LOCKED", description="A site member's e-mail is his login; it stays."
    )
    CONTACT_PROTECTED = strawberry.enum_value(
        "CONTACT_PROTECTED",
        description="Members, owners, contributors and paying subscribers are not deleted.",
    )
    LABEL_PROTECTED = strawberry.enum_value(
        "LABEL_PROTECTED", description="Predefined labels are not renamed or deleted."
    )
    ILLEGAL_MERGE = strawberry.enum_value(
        "ILLEGAL_MERGE", description="These contacts cannot be merged, e.g. a member as source."
    )
    QUOTA_REACHED = strawberry.enum_value(
        "QUOTA_REACHED", description="The site holds as many as it may."
    )
    FILTER_REQUIRED = strawberry.enum_value(
        "FILTER_REQUIRED", description="A bulk call needs a condition, so nobody wipes a site."
    )
    REFUSED = strawberry.enum_value(
        "REFUSED", description="Wix refused for a reason newer than this gateway."
    )


_MESSAGE = "What is wrong, for a developer; not translated."
_CODE = "What is wrong, for a program."
_FIELD = (
    'Where in the input, e.g. `["changes", "emails", "0", "email"]`; null when it is no one field.'
)


@strawberry.interface(description="Something the caller sent and can mend.")
class UserError:
    """The interface of all user errors."""

    message: str = plain(_MESSAGE)
    code: UserErrorCode = plain(_CODE)
    field: list[str] | None = plain(_FIELD)


@strawberry.type(
    description="What was sent breaks a rule; also every refusal that carries no data of its own."
)
class InvalidInput(UserError):
    """A refusal without data of its own."""

    message: str = plain(_MESSAGE)
    code: UserErrorCode = plain(_CODE)
    field: list[str] | None = plain(_FIELD)


async def read_revision(root: strawberry.Parent["RevisionConflict"], info: Info) -> int | None:
    """Answer RevisionConflict.currentRevision, asked of Wix only when it is selected."""
    loaders = info.context.loaders
    contact = await loaders.contacts.clear(root.contact_id).load(root.contact_id)
    return contact.revision if contact else None


@strawberry.type(description="The contact has moved on since the revision that was sent.")
class RevisionConflict(UserError):
    """A stale revision."""

    message: str = plain(_MESSAGE)
    code: UserErrorCode = plain(_CODE)
    field: list[str] | None = plain(_FIELD)
    contact_id: strawberry.Private[str]
    current_revision: int | None = resolved(
        read_revision,
        "The contact's revision now; null when it is gone. One upstream call.",
        joined(CONTACTS),
    )


async def load_duplicate(
    root: strawberry.Parent["DuplicateContact"], info: Info
) -> ContactRecord | None:
    """Answer DuplicateContact.duplicate, asked of Wix only when it is selected."""
    if root.duplicate_id is None:
        return None
    return await info.context.loaders.contacts.load(root.duplicate_id)


@strawberry.type(description="Another contact already has this e-mail or phone.")
class DuplicateContact(UserError):
    """An e-mail or phone that is taken."""

    message: str = plain(_MESSAGE)
    code: UserErrorCode = plain(_CODE)
    field: list[str] | None = plain(_FIELD)
    duplicate_id: strawberry.Private[str | None] = None
    duplicate: Contact | None = resolved(
        load_duplicate,
        "The contact that has it; null where Wix did not say. One upstream call.",
        joined(CONTACTS),
    )


@strawberry.type(description="The site is full.")
class QuotaReached(UserError):
    """A full site."""

    message: str = plain(_MESSAGE)
    code: UserErrorCode = plain(_CODE)
    field: list[str] | None = plain(_FIELD)
    quota: int | None = plain("How many the site may hold; null where Wix did not say.")
    current: int | None = plain("How many it holds; null where Wix did not say.")


CONCRETE = (InvalidInput, RevisionConflict, DuplicateContact, QuotaReached)
"""The types behind the interface, for the schema to know."""
