"""Pages of results."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One slice of a result."""

    items: tuple[T_co, ...]
    offset: int
    """How many rows of the result come before this page."""
    total: int | None = None
    """All rows of the result; None where Wix could not count (contract 5, tooManyToCount)."""
