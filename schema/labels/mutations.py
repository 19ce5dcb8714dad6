"""Finding or creating, renaming and deleting labels."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.errors import InvalidInput, LabelNotFound, LabelProtected, QuotaReached
from schema.context import Info
from schema.field import argument, plain
from schema.labels.types import Label
from schema.payloads import USER_ERRORS, InputShape, answers, payload
from schema.user_errors import UserError


@strawberry.input(description="Which label to find or create.")
class FindOrCreateLabelInput:
    """Input of findOrCreateLabel."""

    display_name: str = strawberry.field(
        description="The exact name, 1 to 180 characters; capitals matter."
    )


@strawberry.type(description="What findOrCreateLabel did.")
class FindOrCreateLabelPayload:
    """Payload of findOrCreateLabel."""

    label: Label | None = plain("The label; null when refused.")
    created: bool | None = plain("Whether it was made just now; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which label to rename, and how.")
class RenameLabelInput:
    """Input of renameLabel."""

    key: ID = strawberry.field(description="The label's key; it stays.")
    display_name: str = strawberry.field(description="The new name, 1 to 180 characters.")


@strawberry.type(description="What renameLabel did.")
class RenameLabelPayload:
    """Payload of renameLabel."""

    label: Label | None = plain("The renamed label; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which label to delete.")
class DeleteLabelInput:
    """Input of deleteLabel."""

    key: ID = strawberry.field(description="The label's key.")


@strawberry.type(description="What deleteLabel did.")
class DeleteLabelPayload:
    """Payload of deleteLabel."""

    deleted_label_key: ID | None = plain("The key that is gone; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


NAMED = InputShape(subjects={QuotaReached: "displayName", InvalidInput: "displayName"})
KEYED = InputShape(subjects={LabelNotFound: "key", LabelProtected: "key"})


@answers(
    FindOrCreateLabelPayload,
    "Find the label of exactly this name, or make it. Safe to repeat. One upstream call.",
    NAMED,
)
async def find_or_create_label(
    info: Info,
    input: Annotated[FindOrCreateLabelInput, argument("The label's name.")],
) -> FindOrCreateLabelPayload:
    """Answer Mutation.findOrCreateLabel."""
    label, created = await info.context.services.labels.find_or_create(input.display_name)
    info.context.loaders.label_written(label)
    return payload(FindOrCreateLabelPayload, label=label, created=created)


@answers(
    RenameLabelPayload,
    "Give a label another name; its key, and the contacts that carry it, stay. One upstream call.",
    KEYED,
)
async def rename_label(
    info: Info,
    input: Annotated[RenameLabelInput, argument("The label and its new name.")],
) -> RenameLabelPayload:
    """Answer Mutation.renameLabel."""
    label = await info.context.services.labels.rename(input.key, input.display_name)
    info.context.loaders.label_written(label)
    return payload(RenameLabelPayload, label=label)


@answers(
    DeleteLabelPayload,
    "Remove a label from the site and from every contact that carries it. One upstream call.",
    KEYED,
)
async def delete_label(
    info: Info,
    input: Annotated[DeleteLabelInput, argument("The label.")],
) -> DeleteLabelPayload:
    """Answer Mutation.deleteLabel."""
    await info.context.services.labels.delete(input.key)
    info.context.loaders.label_gone(input.key)
    return payload(DeleteLabelPayload, deleted_label_key=input.key)
