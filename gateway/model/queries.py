"""Questions as data: a filter tree, an order and a slice, free of Wix's spelling.

Fields are named by their place in the model (``first_name``, ``labels``); the wire layer knows
what Wix calls them and which operators Wix takes for each.
"""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Operator(StrEnum):
    """A comparison; which field takes which is the wire layer's knowledge (contract 3.2 and 5)."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NOT_IN = "notIn"
    STARTS_WITH = "startsWith"
    EXISTS = "exists"
    HAS_SOME = "hasSome"
    HAS_ALL = "hasAll"


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with one value."""

    field: str
    """Its name in the model, e.g. ``first_name``; ``extended_field:<key>`` for a custom one."""
    operator: Operator
    value: Any
    """Text, number, bool, date, datetime, a vocabulary's value, or a tuple of these."""
    path: tuple[str, ...] = dataclasses.field(default=(), compare=False, repr=False)
    """Where in the caller's input the condition stands, to name it when it is refused; no part of
    the question, and so neither of its equality nor of its repr."""


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Filter"


Filter = Condition | And | Or | Not


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key."""

    field: str
    """The field's name in the model."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """Which rows of the result: ``limit`` of them from ``offset`` on."""

    offset: int = 0
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Query:
    """A filtered, ordered slice."""

    filter: Filter | None = None
    order: Order | None = None
    slice: Slice = Slice()
