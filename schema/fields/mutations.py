"""Finding or creating, renaming and deleting extended fields."""

from typing import Annotated

import strawberry
from strawberry import ID

from gateway.errors import FieldNotFound, InvalidInput, QuotaReached, Refused, Violation
from gateway.model.enums import FieldDataType
from schema.context import Info
from schema.field import argument, plain
from schema.fields.types import ExtendedField
from schema.payloads import USER_ERRORS, InputShape, answers, payload
from schema.user_errors import UserError


@strawberry.input(description="Which extended field to find or create.")
class FindOrCreateExtendedFieldInput:
    """Input of findOrCreateExtendedField."""

    display_name: str = strawberry.field(description="The exact name, 1 to 150 characters.")
    data_type: FieldDataType = strawberry.field(
        description="What a new field holds; a field that exists keeps its own type."
    )


@strawberry.type(description="What findOrCreateExtendedField did.")
class FindOrCreateExtendedFieldPayload:
    """Payload of findOrCreateExtendedField."""

    extended_field: ExtendedField | None = plain("The field; null when refused.")
    created: bool | None = plain("Whether it was made just now; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which extended field to rename, and how.")
class RenameExtendedFieldInput:
    """Input of renameExtendedField."""

    key: ID = strawberry.field(description="The field's key; it stays.")
    display_name: str = strawberry.field(description="The new name, 1 to 150 characters.")


@strawberry.type(description="What renameExtendedField did.")
class RenameExtendedFieldPayload:
    """Payload of renameExtendedField."""

    extended_field: ExtendedField | None = plain("The renamed field; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


@strawberry.input(description="Which extended field to delete.")
class DeleteExtendedFieldInput:
    """Input of deleteExtendedField."""

    key: ID = strawberry.field(description="The field's key.")


@strawberry.type(description="What deleteExtendedField did.")
class DeleteExtendedFieldPayload:
    """Payload of deleteExtendedField."""

    deleted_key: ID | None = plain("The key that is gone; null when refused.")
    user_errors: list[UserError] = plain(USER_ERRORS)


NAMED = InputShape(subjects={QuotaReached: "displayName", InvalidInput: "displayName"})
KEYED = InputShape(subjects={FieldNotFound: "key", Refused: "key"})


@answers(
    FindOrCreateExtendedFieldPayload,
    "Find the custom field of exactly this name, or make it. Safe to repeat. One upstream call.",
    NAMED,
)
async def find_or_create_extended_field(
    info: Info,
    input: Annotated[FindOrCreateExtendedFieldInput, argument("The field's name and type.")],
) -> FindOrCreateExtendedFieldPayload:
    """Answer Mutation.findOrCreateExtendedField."""
    if input.data_type is FieldDataType.UNKNOWN:
        message = "UNKNOWN is no type a field can be made with"
        raise InvalidInput(message, violations=[Violation(("data_type",), message)])
    service = info.context.services.fields
    definition, created = await service.find_or_create(input.display_name, input.data_type)
    info.context.loaders.field_written(definition)
    return payload(FindOrCreateExtendedFieldPayload, extended_field=definition, created=created)


@answers(
    RenameExtendedFieldPayload,
    "Give a custom field another name; its key and values stay. One upstream call.",
    KEYED,
)
async def rename_extended_field(
    info: Info,
    input: Annotated[RenameExtendedFieldInput, argument("The field and its new name.")],
) -> RenameExtendedFieldPayload:
    """Answer Mutation.renameExtendedField."""
    definition = await info.context.services.fields.rename(input.key, input.display_name)
    info.context.loaders.field_written(definition)
    return payload(RenameExtendedFieldPayload, extended_field=definition)


@answers(
    DeleteExtendedFieldPayload,
    "Remove a custom field and, for good, its values on all contacts. One upstream call.",
    KEYED,
)
async def delete_extended_field(
    info: Info,
    input: Annotated[DeleteExtendedFieldInput, argument("The field.")],
) -> DeleteExtendedFieldPayload:
    """Answer Mutation.deleteExtendedField."""
    await info.context.services.fields.delete(input.key)
    info.context.loaders.field_gone(input.key)
    return payload(DeleteExtendedFieldPayload, deleted_key=input.key)
