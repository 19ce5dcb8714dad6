"""Operands of conditions: JSON values read as what their field holds."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from gateway.sandbox import moments
from gateway.sandbox.language.vocabulary import LISTS, Dialect, Field, Kind
from gateway.sandbox.refusals import Refusal, application

Operand: TypeAlias = str | int | float | bool | tuple[str | float, ...] | None

_LONGEST = 4000
_NUL = "\0"  # ends a text within SQLite's JSON functions, so that it would compare as its beginning


class _WrongTypeError(Exception):
    """The operand is of another JSON type than the field's values."""


class _WrongValueError(Exception):
    """The operand is of the right type, but means nothing."""


def operand_of(name: str, field: Field, operator: str, value: Any, dialect: Dialect) -> Operand:
    """Read an operand, folded where the comparison disregards case.

    Returns:
        Microseconds for moments, ``YYYY-MM-DD`` for days; a tuple for the operators on lists.

    Raises:
        Refusal: 400, the value's type or the value itself being unusable.
    """
    try:
        return _read(field, operator, value)
    except _WrongTypeError:
        raise _refusal(dialect.wrong_type, name, operator) from None
    except _WrongValueError:
        raise _refusal("UNSUPPORTED_FILTER_VALUE", name, operator) from None


def fold(text: str) -> str:
    """Make texts equal that differ in case only, in any script."""
    return text.casefold()


def _read(field: Field, operator: str, value: Any) -> Operand:
    if operator == "$exists":
        return _boolean(value)
    if operator in LISTS:
        if not isinstance(value, list):
            raise _WrongTypeError
        return tuple(_READERS[field.kind](field, each) for each in value)
    if operator == "$startsWith":
        return fold(_text(value))
    if value is None and operator == "$eq":
        return None
    if value is None:
        # What is absent is neither before nor after anything.
        raise _WrongValueError
    return _READERS[field.kind](field, value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _WrongTypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongTypeError
    if len(value) > _LONGEST or _NUL in value:
        raise _WrongValueError
    return value


def _plain(_field: Field, value: Any) -> str:
    return _text(value)


def _folded(_field: Field, value: Any) -> str:
    return fold(_text(value))


def _moment(_field: Field, value: Any) -> int:
    try:
        return moments.from_text(_text(value))
    except ValueError:
        raise _WrongValueError from None


def _day(field: Field, value: Any) -> str:
    if not moments.is_date(_text(value)):
        _moment(field, value)
    return _text(value)[:10]


def _number(_field: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _WrongTypeError
    return float(value)


def _choice(field: Field, value: Any) -> str:
    if _text(value) not in field.choices:
        raise _WrongValueError
    return _text(value)


_READERS: Mapping[Kind, Callable[[Field, Any], str | int | float]] = {
    Kind.TEXT: _plain,
    Kind.EMAIL: _folded,
    Kind.MOMENT: _moment,
    Kind.DATE: _day,
    Kind.NUMBER: _number,
    Kind.CHOICE: _choice,
}


def _refusal(code: str, name: str, operator: str) -> Refusal:
    return application(400, code, f"Unsupported filter value for {name} {operator}")
