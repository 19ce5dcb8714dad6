"""ExtendedField and its connection."""

from datetime import datetime

import strawberry
from strawberry import ID

from gateway.model.enums import FieldDataType, FieldType
from schema.connection import PageInfo
from schema.field import plain


@strawberry.type(description="The definition of one extra property that contacts can hold.")
class ExtendedField:
    """An extended field's definition (contract 4)."""

    key: ID = plain("`<namespace>.<slug>`; made by Wix, and kept when the field is renamed.")
    display_name: str = plain("The name people see, 1 to 150 characters.")
    namespace: str = plain("`custom` for fields made by people and APIs, others for Wix's own.")
    data_type: FieldDataType = plain("What the field holds; set once.")
    type: FieldType = plain("Who made the field.")
    description: str | None = plain("What the field is for; system fields only, else null.")
    created_at: datetime | None = plain("When it was made; null on system fields.")
    updated_at: datetime | None = plain("When it was last renamed; null on system fields.")


@strawberry.type(description="An extended field in a list, with its cursor.")
class ExtendedFieldEdge:
    """An edge to an extended field."""

    cursor: str = plain("Where the field stands, to be sent as `after`.")
    node: ExtendedField = plain("The field.")


@strawberry.type(description="One page of extended fields.")
class ExtendedFieldConnection:
    """A page of extended fields."""

    nodes: list[ExtendedField] = plain("The page's fields.")
    edges: list[ExtendedFieldEdge] = plain("The page's fields with their cursors.")
    page_info: PageInfo = plain("Where the page lies in the list.")
    total_count: int | None = plain("Fields in the whole list; null where Wix could not count.")
