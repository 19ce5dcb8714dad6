"""Contact and its connection."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.model import contacts as records
from gateway.model.fields import ExtendedField as FieldRecord
from gateway.model.labels import Label as LabelRecord
from schema.connection import PageInfo
from schema.contacts.parts import (
    ContactActivity,
    ContactAddress,
    ContactEmail,
    ContactName,
    ContactPhone,
    ContactSource,
    PrimaryEmail,
    PrimaryPhone,
)
from schema.context import Info
from schema.cost.charges import FIELDS, LABELS, LABELS_PER_CONTACT, joined
from schema.field import argument, plain, resolved
from schema.fields.types import ExtendedField
from schema.labels.types import Label
from schema.nodes import Node


async def load_labels(root: strawberry.Parent[records.Contact], info: Info) -> list[LabelRecord]:
    """Answer Contact.labels; a key whose label is gone by now is left out."""
    if not root.label_keys:
        return []
    loaded = await info.context.loaders.labels.load_many(root.label_keys)
    return [label for label in loaded if label is not None]


async def load_definition(
    root: strawberry.Parent[records.FieldEntry], info: Info
) -> FieldRecord | None:
    """Answer ContactExtendedField.definition."""
    return await info.context.loaders.fields.load(root.key)


def pick_extended_fields(
    root: strawberry.Parent[records.Contact],
    keys: Annotated[
        list[ID] | None, argument("Only these fields, in this order; all when left out.")
    ] = None,
) -> list[records.FieldEntry]:
    """Answer Contact.extendedFields."""
    if keys is None:
        return list(root.extended_fields)
    held = {entry.key: entry for entry in root.extended_fields}
    return [held[key] for key in dict.fromkeys(keys) if key in held]


@strawberry.type(description="One extended field's value on one contact.")
class ContactExtendedField:
    """An extended field's value."""

    key: ID = plain("The field's key.")
    value: JSON = plain("Text, a number, or a day as `YYYY-MM-DD`, by the field's data type.")
    definition: ExtendedField | None = resolved(
        load_definition,
        "The field itself; one upstream call for the whole operation, null when it is gone.",
        joined(FIELDS),
    )


@strawberry.federation.type(keys=["id"], description="A person or a business that the site knows.")
class Contact(Node):
    """A contact (contract 3)."""

    id: ID = plain("The contact's GUID at Wix.")
    revision: int = plain("Counts the contact's changes; sent back in an update.")
    created_at: datetime | None = plain("When the contact was made; null where Wix left it out.")
    updated_at: datetime | None = plain("When it last changed; null where Wix left it out.")
    source: ContactSource | None = plain("Where it came from; null where Wix left it out.")
    last_activity: ContactActivity | None = plain("What it did last; null when nothing.")
    name: ContactName | None = plain("The name; null when neither part is known.")
    primary_email: PrimaryEmail | None = plain("The e-mail Wix writes to; null when none.")
    primary_phone: PrimaryPhone | None = plain("The phone Wix calls; null when none.")
    emails: list[ContactEmail] = plain("All e-mail addresses, at most 50.")
    phones: list[ContactPhone] = plain("All phone numbers, at most 50.")
    addresses: list[ContactAddress] = plain("All postal addresses, at most 50.")
    company: str | None = plain("The company; null when unknown.")
    job_title: str | None = plain("The job title; null when unknown.")
    birthdate: date | None = plain("The day of birth; null when unknown.")
    locale: str | None = plain("The language as a BCP 47 tag, e.g. `en-US`; null when unknown.")
    picture: str | None = plain("Address of a picture; null when there is none.")
    label_keys: list[ID] = plain("Keys of the labels it carries; part of the contact, free.")
    labels: list[Label] | None = resolved(
        load_labels,
        "The labels it carries, in the order of `labelKeys`; one upstream call for the whole "
        "operation.",
        joined(LABELS, "Label", at_most=LABELS_PER_CONTACT),
    )
    extended_fields: list[ContactExtendedField] = resolved(
        pick_extended_fields, "Values of the extended fields that hold one."
    )

    @classmethod
    def is_type_of(cls, value: Any, _info: Any) -> bool:
        """Recognise the record behind a contact."""
        return isinstance(value, records.Contact)


@strawberry.type(description="A contact in a list, with its cursor.")
class ContactEdge:
    """An edge to a contact."""

    cursor: str = plain("Where the contact stands, to be sent as `after`.")
    node: Contact = plain("The contact.")


@strawberry.type(description="One page of contacts.")
class ContactConnection:
    """A page of contacts."""

    nodes: list[Contact] = plain("The page's contacts.")
    edges: list[ContactEdge] = plain("The page's contacts with their cursors.")
    page_info: PageInfo = plain("Where the page lies in the list.")
    total_count: int | None = plain("Contacts in the whole list; null where Wix could not count.")
