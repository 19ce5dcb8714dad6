"""Filter trees into Wix's query language (contract 5), refused where Wix would refuse them."""

from collections.abc import Sequence
from datetime import date
from enum import Flag, auto
from typing import Any, Final

from gateway.errors import InvalidInput, Path, Violation
from gateway.model.queries import Condition, Filter, Not, Operator, Or
from gateway.wix.filterable import Entity, Filterable
from gateway.wix.operands import UnusableOperandError, several, truth

Json = dict[str, Any]

_DEEPEST: Final = 32
"""Levels of nesting; deeper filters are no questions people ask."""

_DOLLAR: Final = {operator: f"${operator}" for operator in Operator} | {Operator.NOT_IN: "$nin"}

_LISTS: Final = frozenset({Operator.IN, Operator.NOT_IN, Operator.HAS_SOME, Operator.HAS_ALL})

_ORDERING: Final = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})


class _DataType(Flag):
    """What a custom field would have to hold for a condition on it to be taken (contract 3.2)."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()


class FilterCompiler:
    """Compiles one filter; it remembers what it learnt about the types of custom fields."""

    def __init__(self, entity: Entity, *, has_nin: bool = True) -> None:
        self._entity = entity
        self._has_nin = has_nin
        self._data_types: dict[str, _DataType] = {}

    def compile(self, tree: Filter) -> Json:
        """Compile a whole filter; a tree without conditions gives ``{}``.

        Raises:
            InvalidInput: A field is unknown, does not take the operator or the value, or the
                tree is too deep.
        """
        return self._node(tree, 0)

    def _node(self, node: Filter, depth: int) -> Json:
        if depth > _DEEPEST:
            raise InvalidInput(f"The filter nests more than {_DEEPEST} levels.")
        if isinstance(node, Condition):
            return self._condition(node)
        if isinstance(node, Not):
            return {"$not": self._branch(node.part, depth)}
        if isinstance(node, Or):
            return _joined("$or", [self._branch(part, depth) for part in node.parts])
        parts = [self._node(part, depth + 1) for part in node.parts]
        return _joined("$and", [part for part in parts if part])

    def _branch(self, node: Filter, depth: int) -> Json:
        """Compile what stands under "or" or "not", where saying nothing would say everything."""
        compiled = self._node(node, depth + 1)
        if not compiled:
            raise InvalidInput("A part of the filter under 'or' or 'not' has no condition.")
        return compiled

    def _condition(self, condition: Condition) -> Json:
        field = self._entity.field(condition.field)
        operator = condition.operator
        if field is None:
            raise _refused(condition, "cannot be filtered by")
        if operator not in field.operators:
            taken = ", ".join(field.operators)
            raise _refused(condition, f"does not take the operator {operator}; it takes {taken}")
        value = _operand(condition, field)
        if field.custom:
            self._learn(condition)
        if operator is Operator.EQ:
            return {field.wire: value}
        if operator is Operator.NOT_IN and not self._has_nin:
            return {"$not": {field.wire: {"$in": value}}}
        return {field.wire: {_DOLLAR[operator]: value}}

    def _learn(self, condition: Condition) -> None:
        """Refuse what no data type takes; which one the field has is known to Wix only."""
        possible = self._data_types.get(condition.field, ~_DataType(0)) & _types_for(condition)
        if not possible:
            raise _refused(
                condition,
                f"does not take the operator {condition.operator} with this value: text takes "
                "eq, ne, in and startsWith, numbers and dates take eq, ne, gt, gte, lt and lte",
            )
        self._data_types[condition.field] = possible


def _joined(operator: str, parts: Sequence[Json]) -> Json:
    if len(parts) == 1:
        return parts[0]
    if not parts and operator == "$or":
        raise InvalidInput("An 'or' without parts matches nothing.")
    return {operator: list(parts)} if parts else {}


def _operand(condition: Condition, field: Filterable) -> Any:
    try:
        if condition.operator is Operator.EXISTS:
            return truth(condition.value)
        if condition.operator in _LISTS:
            return several(condition.value, field.operand)
        return field.operand(condition.value)
    except UnusableOperandError as unusable:
        raise _refused(
            condition, f"does not take this value for {condition.operator}; it takes {unusable}"
        ) from unusable


def _types_for(condition: Condition) -> _DataType:
    value, operator = condition.value, condition.operator
    if operator is Operator.STARTS_WITH:
        return _DataType.TEXT if isinstance(value, str) else _DataType(0)
    if operator is Operator.IN:
        texts = all(isinstance(entry, str) for entry in value)
        return _DataType.TEXT if texts else _DataType(0)
    possible = _types_of(value)
    return possible & ~_DataType.TEXT if operator in _ORDERING else possible


def _types_of(value: Any) -> _DataType:
    if isinstance(value, date):
        return _DataType.DATE
    if not isinstance(value, str):
        return _DataType.NUMBER
    try:
        date.fromisoformat(value)
    except ValueError:
        return _DataType.TEXT
    return _DataType.TEXT | _DataType.DATE


def _refused(condition: Condition, rule: str) -> InvalidInput:
    """Name the field, and where in the caller's input the condition stands."""
    message = f"{_spoken(condition.field)} {rule}"
    path: Path = condition.path
    return InvalidInput(f"{message}.", violations=(Violation(path, message),))


def _spoken(field: str) -> str:
    """Spell a field as callers do: ``last_activity_at`` as ``lastActivityAt``."""
    name, colon, key = field.partition(":")
    first, *others = name.split("_")
    camel = first + "".join(part.capitalize() for part in others)
    return f"{camel} {key}" if colon else camel
