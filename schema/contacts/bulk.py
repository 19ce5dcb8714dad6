"""Labelling, updating and deleting all contacts that a filter chooses."""

from typing import Annotated, Any

import strawberry
from strawberry import ID

from gateway.crm.search import both, search_filter
from gateway.errors import FilterRequired, InsufficientContactData
from gateway.model.queries import Filter
from schema.contacts.filters import ContactFilter
from schema.contacts.info import ContactInfoInput, to_info
from schema.context import Info
from schema.cost import writes
from schema.field import argument, plain
from schema.filters import to_filter
from schema.jobs.types import BulkJob
from schema.payloads import USER_ERRORS, InputShape, answers, payload
from schema.user_errors import UserError

_FILTER = "Which contacts; this or `search` must hold a condition."
_SEARCH = "Text that the contacts match, as in `contacts`; filter and search must both hold."
_JOB = "The job as it was accepted, to be followed with `bulkJob`; null when refused."


@strawberry.input(description="Which contacts to label and unlabel, and with what.")
class BulkLabelContactsInput:
    """Input of bulkLabelContacts."""

    filter: ContactFilter | None = strawberry.field(description=_FILTER, default=None)
    search: str | None = strawberry.field(description=_SEARCH, default=None)
    add_label_keys: list[ID] | None = strawberry.field(
        description="Keys of labels to put on, at most 100.", default=None
    )
    remove_label_keys: list[ID] | None = strawberry.field(
        description="Keys of labels to take off, at most 100.", default=None
    )


@strawberry.type(description="What bulkLabelContacts began.")
class BulkLabelContactsPayload:
    """Payload of bulkLabelContacts."""

    job: BulkJob | None = plain(_JOB)
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which contacts to change, and how.")
class BulkUpdateContactsInput:
    """Input of bulkUpdateContacts."""

    filter: ContactFilter | None = strawberry.field(description=_FILTER, default=None)
    search: str | None = strawberry.field(description=_SEARCH, default=None)
    changes: ContactInfoInput = strawberry.field(
        description="What every chosen contact gets; absent keeps, null clears."
    )


@strawberry.type(description="What bulkUpdateContacts began.")
class BulkUpdateContactsPayload:
    """Payload of bulkUpdateContacts."""

    job: BulkJob | None = plain(_JOB)
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which contacts to delete.")
class BulkDeleteContactsInput:
    """Input of bulkDeleteContacts."""

    filter: ContactFilter | None = strawberry.field(description=_FILTER, default=None)
    search: str | None = strawberry.field(description=_SEARCH, default=None)


@strawberry.type(description="What bulkDeleteContacts began.")
class BulkDeleteContactsPayload:
    """Payload of bulkDeleteContacts."""

    job: BulkJob | None = plain(_JOB)
    user_errors: list[UserError] = plain(USER_ERRORS)


CHOSEN = InputShape(subjects={FilterRequired: "filter"})
CHANGED = InputShape(
    info="changes", subjects={FilterRequired: "filter", InsufficientContactData: "changes"}
)


def chosen_contacts(given: Any) -> Filter | None:
    """Join a bulk input's filter and search; None when neither holds a condition."""
    searched = search_filter(given.search) if given.search is not None else None
    return both(to_filter(given.filter), searched)


@answers(
    BulkLabelContactsPayload,
    "Put labels on, and take labels off, all chosen contacts, in the background. One upstream "
    "call.",
    CHOSEN,
    writes.BULK_LABEL,
)
async def bulk_label_contacts(
    info: Info,
    input: Annotated[BulkLabelContactsInput, argument("The contacts and the labels.")],
) -> BulkLabelContactsPayload:
    """Answer Mutation.bulkLabelContacts."""
    job = await info.context.services.bulk.relabel(
        chosen_contacts(input),
        add=input.add_label_keys or [],
        remove=input.remove_label_keys or [],
    )
    info.context.loaders.contacts_in_motion()
    return payload(BulkLabelContactsPayload, job=job)


@answers(
    BulkUpdateContactsPayload,
    "Change the same properties on all chosen contacts, in the background. One upstream call.",
    CHANGED,
    writes.CHANGE_CONTACTS,
)
async def bulk_update_contacts(
    info: Info,
    input: Annotated[BulkUpdateContactsInput, argument("The contacts and the changes.")],
) -> BulkUpdateContactsPayload:
    """Answer Mutation.bulkUpdateContacts."""
    changes = to_info(input.changes)
    job = await info.context.services.bulk.update(chosen_contacts(input), changes)
    info.context.loaders.contacts_in_motion()
    return payload(BulkUpdateContactsPayload, job=job)


@answers(
    BulkDeleteContactsPayload,
    "Delete all chosen contacts for good, in the background; members are left alone. One "
    "upstream call.",
    CHOSEN,
)
async def bulk_delete_contacts(
    info: Info,
    input: Annotated[BulkDeleteContactsInput, argument("The contacts.")],
) -> BulkDeleteContactsPayload:
    """Answer Mutation.bulkDeleteContacts."""
    job = await info.context.services.bulk.delete(chosen_contacts(input))
    info.context.loaders.contacts_in_motion()
    return payload(BulkDeleteContactsPayload, job=job)
