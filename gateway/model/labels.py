"""Labels (contract 2.1)."""

from dataclasses import dataclass
from datetime import datetime

from gateway.model.enums import LabelType


@dataclass(frozen=True, slots=True)
class Label:
    """A name that contacts can carry."""

    key: str
    """Identity, ``<namespace>.<slug>``; never changes, not even on a rename."""
    display_name: str
    namespace: str
    type: LabelType
    namespace_display_name: str | None = None
    created_at: datetime | None = None
    """None on system labels."""
    updated_at: datetime | None = None

    @property
    def id(self) -> str:
        """The label's identity in the graph: its key."""
        return self.key
