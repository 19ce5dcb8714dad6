"""Filter inputs → the model's filter trees, without a word of Wix's.

A field's attribute name in the input is its name in the model, but for ``label_keys``. What could
silently widen a filter is refused: a null operand, an empty ``and`` or ``or``, and a branch or a
field without a condition, which is what a forgotten variable leaves behind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any, NoReturn

from strawberry import UNSET
from strawberry.utils.str_converters import to_camel_case

from gateway.errors import InvalidInput, Path, Violation
from gateway.model.queries import And, Condition, Filter, Not, Operator, Or
from schema.operators import ExtendedFieldValueFilter

COMBINATORS: Mapping[str, Callable[[tuple[Filter, ...]], Filter]] = {"and_": And, "or_": Or}
EXTENDED_FIELD = "extended_field:{key}"
RENAMED = {"label_keys": "labels"}


def to_filter(given: Any, path: Path = ("filter",)) -> Filter | None:
    """Translate a filter input; None when it holds no condition.

    Raises:
        InvalidInput: A part of it would have no effect, or has a null operand.
    """
    if given is None or given is UNSET:
        return None
    return _join(list(_parts(given, path)))


def _join(parts: Sequence[Filter]) -> Filter | None:
    if len(parts) > 1:
        return And(tuple(parts))
    return parts[0] if parts else None


def _parts(given: Any, path: Path) -> Iterator[Filter]:
    for name, value in _present(given):
        place = (*path, to_camel_case(name.rstrip("_")))
        if name in COMBINATORS:
            yield COMBINATORS[name](tuple(_branches(value, place)))
        elif name == "not_":
            yield Not(_branch(value, place))
        elif isinstance(value, Enum):
            yield Condition(name, Operator.EQ, value, place)
        else:
            yield from _conditions(name, value, place)


def _branches(values: Sequence[Any], path: Path) -> Iterator[Filter]:
    if not values:
        _refuse(path, "needs at least one part")
    for index, value in enumerate(values):
        yield _branch(value, (*path, str(index)))


def _branch(given: Any, path: Path) -> Filter:
    part = to_filter(given, path)
    return part if part is not None else _refuse(path, "holds no condition")


def _conditions(name: str, given: Any, path: Path) -> Iterator[Condition]:
    if isinstance(given, ExtendedFieldValueFilter):
        name = EXTENDED_FIELD.format(key=given.key)
    operands = list(_operands(given, path))
    if not operands:
        _refuse(path, "holds no condition")
    for operator, value in operands:
        operand = tuple(value) if isinstance(value, list) else value
        yield Condition(RENAMED.get(name, name), Operator(operator), operand, (*path, operator))


def _operands(given: Any, path: Path) -> Iterator[tuple[str, Any]]:
    for field in fields(given):
        value = getattr(given, field.name)
        if value is UNSET or field.name == "key":
            continue
        operator = to_camel_case(field.name.rstrip("_"))
        if value is None:
            _refuse((*path, operator), "takes no null; leave it out, or use exists")
        yield operator, value


def _present(given: Any) -> Iterator[tuple[str, Any]]:
    for field in fields(given):
        value = getattr(given, field.name)
        if value is not None and value is not UNSET:
            yield field.name, value


def _refuse(path: Path, reason: str) -> NoReturn:
    raise InvalidInput(
        f"{'.'.join(path)} {reason}", violations=[Violation(path=path, message=reason)]
    )
