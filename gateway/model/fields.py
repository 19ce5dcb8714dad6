"""Definitions of extended fields (contract 4)."""

from dataclasses import dataclass
from datetime import datetime

from gateway.model.enums import FieldDataType, FieldType


@dataclass(frozen=True, slots=True)
class ExtendedField:
    """The definition of one extra property that contacts can hold."""

    key: str
    """Identity, ``<namespace>.<slug>``; never changes."""
    display_name: str
    namespace: str
    data_type: FieldDataType
    type: FieldType
    description: str | None = None
    """System fields only."""
    created_at: datetime | None = None
    updated_at: datetime | None = None
