"""The values a filter compares with, written as Wix reads them (contract 5)."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from gateway.model.enums import Vocabulary
from gateway.model.ids import is_guid

Operand = Callable[[Any], str | int | float | bool]
"""Writes one value; raises `UnusableOperandError` when the field cannot be compared with it."""


class UnusableOperandError(ValueError):
    """A value the field cannot be compared with; the message completes "it takes …"."""


def plain_text(value: Any) -> str:
    """Write text."""
    if isinstance(value, str):
        return str(value)
    raise UnusableOperandError("text")


def guid(value: Any) -> str:
    """Write an id in the form of a GUID."""
    if isinstance(value, str) and is_guid(value):
        return value
    raise UnusableOperandError("a GUID")


def timestamp(value: Any) -> str:
    """Write a moment as RFC 3339 in UTC with milliseconds, or finer where it is finer."""
    if not isinstance(value, datetime):
        raise UnusableOperandError("a date with a time")
    utc = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    precision = "microseconds" if utc.microsecond % 1000 else "milliseconds"
    return utc.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def calendar_day(value: Any) -> str:
    """Write a day as ``YYYY-MM-DD``."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    raise UnusableOperandError("a date")


def truth(value: Any) -> bool:
    """Write a boolean."""
    if isinstance(value, bool):
        return value
    raise UnusableOperandError("true or false")


def word_of(vocabulary: type[Vocabulary]) -> Operand:
    """Make the operand that takes a vocabulary's values, UNKNOWN excepted."""

    def write(value: Any) -> str:
        if isinstance(value, str) and vocabulary(value) != "UNKNOWN":
            return str(value)
        words = ", ".join(word for word in vocabulary if word != "UNKNOWN")
        raise UnusableOperandError(f"one of {words}")

    return write


def field_value(value: Any) -> str | int | float:
    """Write an extended field's value: text, a finite number, or a day."""
    if isinstance(value, date):
        return calendar_day(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise UnusableOperandError("text, a number or a date")


def several(value: Any, write: Operand) -> list[Any]:
    """Write a list of at least one value."""
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise UnusableOperandError("a list of at least one value")
    return [write(entry) for entry in value]
