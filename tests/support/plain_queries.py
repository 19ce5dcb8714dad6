"""The query language said again in plain Python, to judge the sandbox's SQL by (contract 5)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

_FOLDED = ("primaryInfo.email", "primaryEmail.email", "info.emails.email")
_SINGLE: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda value, operand: value == operand,
    "$startsWith": lambda value, operand: value.casefold().startswith(operand.casefold()),
    "$begins": lambda value, operand: value.casefold().startswith(operand.casefold()),
    "$in": lambda value, operand: value in operand,
    "$hasSome": lambda value, operand: value in operand,
    "$gt": lambda value, operand: value > operand,
    "$gte": lambda value, operand: value >= operand,
    "$lt": lambda value, operand: value < operand,
    "$lte": lambda value, operand: value <= operand,
}


def holds(condition: Document, document: Document) -> bool:
    """Tell whether a filter holds for a contact's, label's or field's document."""
    return all(_property(name, value, document) for name, value in condition.items())


def values(path: str, document: Document) -> list[Any]:
    """Give all the values that a path of the query language names in a document."""
    if path.startswith("info.extendedFields."):
        stored = document["info"].get("extendedFields", {}).get("items", {})
        key = path.removeprefix("info.extendedFields.")
        return [stored[key]] if key in stored else []
    return list(_walk(path.split("."), document))


def _walk(names: list[str], value: Any) -> Iterator[Any]:
    if isinstance(value, dict) and "items" in value:
        value = value["items"]
    if isinstance(value, list):
        for each in value:
            yield from _walk(names, each)
    elif not names:
        yield value
    elif "address" in value:
        yield from _of_address(names[0], value["address"])
    elif names[0] in value:
        yield from _walk(names[1:], value[names[0]])


def _of_address(name: str, address: Document) -> Iterator[Any]:
    street = address.get("streetAddress", {})
    line = f"{street.get('number', '')} {street.get('name', '')}".strip()
    known = {"street": address.get("addressLine") or line, **address}
    yield from filter(None, [known.get(name)])


def _property(name: str, value: Any, document: Document) -> bool:
    match name:
        case "$and":
            return all(holds(each, document) for each in value)
        case "$or":
            return any(holds(each, document) for each in value)
        case "$not":
            return not holds(value, document)
    comparisons = value if isinstance(value, dict) else {"$eq": value}
    return all(_test(name, *pair, values(name, document)) for pair in comparisons.items())


def _test(name: str, operator: str, operand: Any, found: list[Any]) -> bool:
    if operator in ("$ne", "$nin"):
        positive = {"$ne": "$eq", "$nin": "$in"}[operator]
        return not _test(name, positive, operand, found)
    if name in _FOLDED:
        found, operand = _folded(found), _folded(operand)
    if operator == "$exists":
        return bool(found) is operand
    if operator == "$hasAll":
        return bool(operand) and all(each in found for each in operand)
    if not found:
        return operand is None or (operator == "$in" and None in operand)
    return any(_SINGLE[operator](each, operand) for each in found)


def _folded(operand: Any) -> Any:
    if isinstance(operand, list):
        return [_folded(each) for each in operand]
    return operand.casefold() if isinstance(operand, str) else operand
