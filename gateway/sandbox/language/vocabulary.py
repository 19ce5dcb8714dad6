"""What a query may ask: fields with their operators, and the codes for asking anything else."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

EQUALITY = frozenset({"$eq", "$ne"})
ORDERING = frozenset({"$gt", "$gte", "$lt", "$lte"})
LISTS = frozenset({"$in", "$nin", "$hasSome", "$hasAll"})
OPERATORS = EQUALITY | ORDERING | LISTS | {"$startsWith", "$exists", "$isEmpty"}
"""Every operator of the query language (contract 5), ``$begins`` being read as ``$startsWith``."""


class Kind(StrEnum):
    """What a field holds, which decides how its operands are read and compared."""

    TEXT = "text"
    """Compared exactly; prefixes regardless of case."""
    EMAIL = "email"
    """Text compared regardless of case throughout."""
    MOMENT = "moment"
    """A timestamp."""
    DATE = "date"
    """A day; operands may be timestamps, of which only the day counts."""
    NUMBER = "number"
    CHOICE = "choice"
    """One of an enumeration's values."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a vocabulary: what may be asked of it, and where its values are kept."""

    kind: Kind
    operators: frozenset[str]
    column: str
    """Holds values as they are."""
    folded: str = ""
    """Holds values without regard to case; the same as ``column`` where case counts throughout."""
    path: str = ""
    """Which rows of ``contact_values`` hold the values; empty if a column of the table does."""
    sortable: bool = False
    choices: frozenset[str] = frozenset()


Find: TypeAlias = Callable[[str], Field | None]
"""Looks a field up by the name that filters and sorts use."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vocabulary with the codes under which requests outside it are refused."""

    find: Find
    unknown_field: str = "UNSUPPORTED_FILTER_FIELD"
    wrong_type: str = "UNSUPPORTED_FILTER_VALUE"
    bad_sort: str = "INVALID_SORT"
    barred: frozenset[str] = frozenset()
    """Operators that this one endpoint does not take, whatever the field."""
