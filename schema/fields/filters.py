"""How extended fields can be chosen and ordered (contract 4)."""

from enum import Enum

import strawberry

from gateway.model.enums import FieldDataType, FieldType
from schema.operators import KeyFilter, NameFilter, NamespaceFilter, operand
from schema.ordering import SortDirection


@strawberry.enum(description="What extended fields can be ordered by.")
class ExtendedFieldSortField(Enum):
    """Sort keys of extended fields."""

    DISPLAY_NAME = strawberry.enum_value("DISPLAY_NAME", description="The name people see.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="When the field was made.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="When it was last renamed.")


@strawberry.input(description="How to order extended fields.")
class ExtendedFieldOrder:
    """An order of extended fields."""

    field: ExtendedFieldSortField = strawberry.field(description="What to order by.")
    direction: SortDirection = strawberry.field(
        description="Which end comes first.", default=SortDirection.ASC
    )


@strawberry.input(description="Which extended fields to list; several conditions must all hold.")
class ExtendedFieldFilter:
    """Conditions on extended fields."""

    key: KeyFilter | None = operand("Conditions on the key.")
    display_name: NameFilter | None = operand("Conditions on the name.")
    namespace: NamespaceFilter | None = operand("Conditions on the namespace.")
    type: FieldType | None = operand("Made by this kind of maker.")
    data_type: FieldDataType | None = operand("Holding this kind of value.")
