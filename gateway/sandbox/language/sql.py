"""Filters and orders as SQL: values only ever as bound parameters, names only from vocabularies."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.language.filters import Condition, Filter, Junction, Negation
from gateway.sandbox.language.ordering import Order
from gateway.sandbox.language.vocabulary import Kind

_LAST_CHARACTER = 0x10FFFF
_FIRST_SURROGATE, _AFTER_SURROGATES = 0xD800, 0xE000
_COMPARISONS: Mapping[str, str] = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL with the values of its question marks, in order."""

    text: str
    values: tuple[Any, ...] = ()


def where(tree: Filter) -> Fragment:
    """Compile a filter to a condition whose NULL counts as false."""
    match tree:
        case Negation(part):
            inner = where(part)
            return Fragment(f"NOT ifnull({inner.text}, 0)", inner.values)
        case Junction(word, parts):
            return _joined(word, [where(part) for part in parts])
        case _:
            return _condition(tree)


def order_by(orders: Iterable[Order], *last: str) -> Fragment:
    """Compile a sort: what is absent comes last in either direction, ``last`` breaks ties."""
    keys = [_sort_key(order) for order in orders]
    text = ", ".join([*(key.text for key in keys), *last])
    return Fragment(text, tuple(value for key in keys for value in key.values))


def successor(prefix: str) -> str | None:
    """Give the least text above every text with that prefix; None if nothing is above."""
    for end in range(len(prefix), 0, -1):
        following = ord(prefix[end - 1]) + 1
        if following <= _LAST_CHARACTER:
            if following == _FIRST_SURROGATE:
                following = _AFTER_SURROGATES
            return prefix[: end - 1] + chr(following)
    return None


def _joined(word: str, parts: Sequence[Fragment]) -> Fragment:
    if not parts:
        return Fragment("1")
    text = f" {word} ".join(part.text for part in parts)
    return Fragment(f"({text})", tuple(value for part in parts for value in part.values))


def _condition(condition: Condition) -> Fragment:
    test = _test(condition)
    path = condition.field.path
    if not path:
        return test
    text = f"row IN (SELECT contact FROM contact_values WHERE path = ? AND {test.text})"  # noqa: S608 - values are bound
    return Fragment(text, (path, *test.values))


def _test(condition: Condition) -> Fragment:
    field, operand = condition.field, condition.operand
    column = field.folded if field.kind is Kind.EMAIL else field.column
    match condition.operator:
        case "$eq":
            return Fragment(f"{column} = ?", (operand,))
        case "$exists":
            return Fragment(f"{column} IS NOT NULL")
        case "$startsWith":
            return _prefix(field.folded, operand)
        case "$in" | "$hasSome":
            return _one_of(column, operand)
        case "$hasAll":
            return _all_of(column, operand)
        case operator:
            return Fragment(f"{column} {_COMPARISONS[operator]} ?", (operand,))


def _prefix(column: str, prefix: str) -> Fragment:
    """Compare with a range: it uses the index, and no character is special in it."""
    end = successor(prefix)
    if end is None:
        return Fragment(f"{column} >= ?", (prefix,))
    return Fragment(f"({column} >= ? AND {column} < ?)", (prefix, end))


def _one_of(column: str, operands: Sequence[str]) -> Fragment:
    """Bind the list as one value: SQLite takes only so many question marks."""
    return Fragment(f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(operands),))  # noqa: S608 - values are bound


def _all_of(column: str, operands: Sequence[str]) -> Fragment:
    """Count a contact's hits; of an empty list nobody has any, so it never selects everybody."""
    hits = _one_of(column, operands)
    text = f"{hits.text} GROUP BY contact HAVING count(DISTINCT {column}) = ?"
    return Fragment(text, (*hits.values, len(set(operands))))


def _sort_key(order: Order) -> Fragment:
    field = order.field
    column = field.folded or field.column
    direction = "DESC" if order.descending else "ASC"
    if not field.path:
        return Fragment(f"{column} {direction} NULLS LAST")
    value = f"(SELECT {column} FROM contact_values WHERE contact = row AND path = ?)"  # noqa: S608 - values are bound
    return Fragment(f"{value} {direction} NULLS LAST", (field.path,))
