"""Filters of Wix's query language, read from JSON into a tree (contract 5)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from gateway.sandbox.language.operands import operand_of
from gateway.sandbox.language.vocabulary import OPERATORS, Dialect, Field
from gateway.sandbox.refusals import application

_DEEPEST = 16
_MOST_CONDITIONS = 500
_JUNCTIONS: Mapping[str, Literal["AND", "OR"]] = {"$and": "AND", "$or": "OR"}
_NEGATIVE = {"$ne": "$eq", "$nin": "$in"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A field compared with an operand; the operator is never a negative one."""

    field: Field
    operator: str
    operand: Any
    """As ``operands.operand_of`` reads it."""


@dataclass(frozen=True, slots=True)
class Junction:
    """All parts hold, or at least one does. Without parts, AND holds and OR does not."""

    word: Literal["AND", "OR"]
    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The part does not hold; a condition on an absent value does not."""

    part: "Filter"


Filter: TypeAlias = Condition | Junction | Negation

EVERYTHING = Junction("AND", ())


def read_filter(document: Any, dialect: Dialect) -> Filter:
    """Read a filter; none at all means everything.

    Raises:
        Refusal: 400 with one of the codes of contract section 5.
    """
    read = EVERYTHING if document is None else _filter(document, dialect, _DEEPEST)
    if sum(1 for _ in conditions(read)) > _MOST_CONDITIONS:
        raise application(400, "UNSUPPORTED_FILTER", "Filter has too many conditions")
    return read


def conditions(tree: Filter) -> Iterator[Condition]:
    """List the conditions of a filter; a filter without any is one that asks nothing."""
    match tree:
        case Condition():
            yield tree
        case Negation(part):
            yield from conditions(part)
        case _:
            for part in tree.parts:
                yield from conditions(part)


def _filter(document: Any, dialect: Dialect, depth: int) -> Filter:
    if not isinstance(document, dict):
        raise _malformed("a filter must be an object")
    return _all_of(_property(name, value, dialect, depth) for name, value in document.items())


def _property(name: str, value: Any, dialect: Dialect, depth: int) -> Filter:
    if name in _JUNCTIONS:
        if not isinstance(value, list) or not value:
            raise _malformed(f"{name} takes a list of filters")
        parts = tuple(_filter(each, dialect, _deeper(depth)) for each in value)
        return Junction(_JUNCTIONS[name], parts)
    if name == "$not":
        return Negation(_filter(value, dialect, _deeper(depth)))
    if name.startswith("$"):
        raise _malformed(f"unknown operator {name}")
    field = dialect.find(name)
    if field is None:
        raise application(400, dialect.unknown_field, f"Unsupported filter field: {name}")
    return _comparisons(_Subject(name, field, dialect), value, depth)


@dataclass(frozen=True, slots=True)
class _Subject:
    """The field that comparisons speak of, under the name the request gave it."""

    name: str
    field: Field
    dialect: Dialect


def _comparisons(subject: _Subject, value: Any, depth: int) -> Filter:
    if not isinstance(value, dict):
        return _comparison(subject, "$eq", value, depth)
    if not value:
        raise _malformed(f"no operator for {subject.name}")
    return _all_of(
        _comparison(subject, operator, operand, depth) for operator, operand in value.items()
    )


def _comparison(subject: _Subject, written: str, value: Any, depth: int) -> Filter:
    if written == "$not":
        return Negation(_comparisons(subject, value, _deeper(depth)))
    operator = "$startsWith" if written == "$begins" else written
    if operator not in OPERATORS:
        raise _malformed(f"unknown operator {written} for {subject.name}")
    if operator not in subject.field.operators or operator in subject.dialect.barred:
        message = f"Unsupported filter operator: {subject.name} {written}"
        raise application(400, "UNSUPPORTED_FILTER_OPERATOR", message)
    return _condition(subject, operator, value)


def _condition(subject: _Subject, operator: str, value: Any) -> Filter:
    """Make a tree of plain operators only: what is left has no double meaning for SQL."""
    if operator in _NEGATIVE:
        return Negation(_condition(subject, _NEGATIVE[operator], value))
    if operator == "$in" and isinstance(value, list) and None in value:
        present = _condition(subject, "$in", [each for each in value if each is not None])
        return Junction("OR", (present, _absent(subject)))
    operand = operand_of(subject.name, subject.field, operator, value, subject.dialect)
    if operand is None or (operator == "$exists" and not operand):
        return _absent(subject)
    return Condition(subject.field, operator, operand)


def _absent(subject: _Subject) -> Filter:
    return Negation(Condition(subject.field, "$exists", operand=True))


def _deeper(depth: int) -> int:
    if depth == 1:
        raise application(400, "UNSUPPORTED_FILTER", "Filter is nested too deeply")
    return depth - 1


def _all_of(parts: Iterator[Filter]) -> Filter:
    collected = tuple(parts)
    return collected[0] if len(collected) == 1 else Junction("AND", collected)


def _malformed(message: str) -> Exception:
    return application(400, "MALFORMED_FILTER", f"Malformed filter: {message}")
