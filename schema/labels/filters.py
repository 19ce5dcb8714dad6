"""How labels can be chosen and ordered (contract 2.3, Query Labels)."""

from enum import Enum
from typing import Optional

import strawberry

from gateway.model.enums import LabelType
from schema.operators import DateTimeFilter, KeyFilter, NameFilter, NamespaceFilter, operand
from schema.ordering import SortDirection


@strawberry.enum(description="What labels can be ordered by.")
class LabelSortField(Enum):
    """Sort keys of labels."""

    DISPLAY_NAME = strawberry.enum_value("DISPLAY_NAME", description="The name people see.")
    CREATED_AT = strawberry.enum_value("CREATED_AT", description="When the label was made.")
    UPDATED_AT = strawberry.enum_value("UPDATED_AT", description="When it was last renamed.")


@strawberry.input(description="How to order labels.")
class LabelOrder:
    """An order of labels."""

    field: LabelSortField = strawberry.field(description="What to order by.")
    direction: SortDirection = strawberry.field(
        description="Which end comes first.", default=SortDirection.ASC
    )


@strawberry.input(description="Which labels to list; several conditions must all hold.")
class LabelFilter:
    """Conditions on labels."""

    and_: list["LabelFilter"] | None = operand("All of these hold.", name="and")
    or_: list["LabelFilter"] | None = operand("At least one of these holds.", name="or")
    not_: Optional["LabelFilter"] = operand("This does not hold.", name="not")
    key: KeyFilter | None = operand("Conditions on the key.")
    display_name: NameFilter | None = operand("Conditions on the name.")
    namespace: NamespaceFilter | None = operand("Conditions on the namespace.")
    type: LabelType | None = operand("Made by this kind of maker.")
    created_at: DateTimeFilter | None = operand("Conditions on the making.")
    updated_at: DateTimeFilter | None = operand("Conditions on the last renaming.")
