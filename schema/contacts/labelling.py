"""Putting labels on one contact and taking them off."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.errors import ContactNotFound, LabelNotFound, QuotaReached
from schema.contacts.types import Contact
from schema.context import Info
from schema.cost import writes
from schema.field import argument, plain
from schema.payloads import USER_ERRORS, InputShape, answers, payload
from schema.user_errors import UserError


@strawberry.input(description="Which labels to put on which contact; keys, names or both.")
class LabelContactInput:
    """Input of labelContact."""

    contact_id: ID = strawberry.field(description="The contact's id.")
    label_keys: list[ID] | None = strawberry.field(
        description="Keys of existing labels; 1 to 100 in all, keys and names together.",
        default=None,
    )
    label_names: list[str] | None = strawberry.field(
        description="Names of labels, found or created first, so that a caller need not.",
        default=None,
    )


@strawberry.type(description="What labelContact did.")
class LabelContactPayload:
    """Payload of labelContact."""

    contact: Contact | None = plain("The labelled contact; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which labels to take off which contact.")
class UnlabelContactInput:
    """Input of unlabelContact."""

    contact_id: ID = strawberry.field(description="The contact's id.")
    label_keys: list[ID] = strawberry.field(description="1 to 100 keys of existing labels.")


@strawberry.type(description="What unlabelContact did.")
class UnlabelContactPayload:
    """Payload of unlabelContact."""

    contact: Contact | None = plain("The contact as it is now; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


SHAPE = InputShape(
    subjects={
        ContactNotFound: "contactId",
        LabelNotFound: "labelKeys",
        QuotaReached: "labelNames",
    }
)


@answers(
    LabelContactPayload,
    "Put labels on a contact; those it carries already are no fault. One upstream call for keys, "
    "two where all names exist.",
    SHAPE,
    writes.LABEL_CONTACT,
)
async def label_contact(
    info: Info,
    input: Annotated[LabelContactInput, argument("The contact and the labels.")],
) -> LabelContactPayload:
    """Answer Mutation.labelContact."""
    contact, named = await info.context.services.labelling.label(
        input.contact_id, input.label_keys or [], input.label_names or []
    )
    for label in named:
        info.context.loaders.label_written(label)
    info.context.loaders.contact_written(contact)
    return payload(LabelContactPayload, contact=contact)


@answers(
    UnlabelContactPayload,
    "Take labels off a contact; those it does not carry are no fault. One upstream call.",
    SHAPE,
    writes.UNLABEL_CONTACT,
)
async def unlabel_contact(
    info: Info,
    input: Annotated[UnlabelContactInput, argument("The contact and the labels.")],
) -> UnlabelContactPayload:
    """Answer Mutation.unlabelContact."""
    contact = await info.context.services.labelling.unlabel(input.contact_id, input.label_keys)
    info.context.loaders.contact_written(contact)
    return payload(UnlabelContactPayload, contact=contact)
