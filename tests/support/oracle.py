"""What filters mean, in plain Python over contacts as Wix writes them."""

from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]
Values = Callable[[Document], list[Any]]
"""Reads what a field holds on one contact; empty for nothing."""


def at(*path: str) -> Values:
    """Read a property; a list's entries one by one."""

    def read(contact: Document) -> list[Any]:
        found: list[Any] = [contact]
        for step in path:
            found = [each[step] for each in found if step in each]
            found = [
                item for each in found for item in (each if isinstance(each, list) else [each])
            ]
        return found

    return read


def extended(key: str) -> Values:
    """Read an extended field."""
    return lambda contact: [
        value for name, value in contact["info"]["extendedFields"]["items"].items() if name == key
    ]


def folded(values: Values) -> Values:
    """Read text for which capitals do not matter."""
    return lambda contact: [value.casefold() for value in values(contact)]


FIELDS: Mapping[str, Values] = {
    "id": at("id"),
    "createdAt": at("createdDate"),
    "updatedAt": at("updatedDate"),
    "lastActivityAt": at("lastActivity", "activityDate"),
    "primaryEmail": at("primaryInfo", "email"),
    "primaryPhone": at("primaryInfo", "phone"),
    "email": at("info", "emails", "items", "email"),
    "phone": at("info", "phones", "items", "phone"),
    "firstName": at("info", "name", "first"),
    "lastName": at("info", "name", "last"),
    "company": at("info", "company"),
    "jobTitle": at("info", "jobTitle"),
    "birthdate": at("info", "birthdate"),
    "locale": at("info", "locale"),
    "city": at("info", "addresses", "items", "address", "city"),
    "subdivision": at("info", "addresses", "items", "address", "subdivision"),
    "country": at("info", "addresses", "items", "address", "country"),
    "labelKeys": at("info", "labelKeys", "items"),
    "emailSubscription": at("primaryEmail", "subscriptionStatus"),
    "extendedField": extended("custom.loyalty-tier"),
}
"""The fields of ContactFilter."""


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[list[Any], Any], bool]:
    return lambda held, operand: any(compare(value, operand) for value in held)


OPERATORS: Mapping[str, Callable[[list[Any], Any], bool]] = {
    "eq": lambda held, operand: operand in held,
    "ne": lambda held, operand: operand not in held,
    "in": lambda held, operand: any(value in operand for value in held),
    "notIn": lambda held, operand: not any(value in operand for value in held),
    "startsWith": lambda held, operand: any(
        value.casefold().startswith(operand.casefold()) for value in held
    ),
    "exists": lambda held, operand: bool(held) == operand,
    "gt": _ordered(lambda value, operand: value > operand),
    "gte": _ordered(lambda value, operand: value >= operand),
    "lt": _ordered(lambda value, operand: value < operand),
    "lte": _ordered(lambda value, operand: value <= operand),
    "hasSome": lambda held, operand: any(value in held for value in operand),
    "hasAll": lambda held, operand: all(value in held for value in operand),
}
"""What each operator asks of what a field holds."""


def matches(given: Mapping[str, Any], contact: Document) -> bool:
    """Tell whether a contact meets a filter as the graph takes it."""
    return all(_part(name, value, contact) for name, value in given.items())


def _part(name: str, value: Any, contact: Document) -> bool:
    if name == "and":
        return all(matches(part, contact) for part in value)
    if name == "or":
        return any(matches(part, contact) for part in value)
    if name == "not":
        return not matches(value, contact)
    if name == "extendedField":
        held = extended(value["key"])(contact)
        value = {operator: operand for operator, operand in value.items() if operator != "key"}
    else:
        held = FIELDS[name](contact)
    return all(OPERATORS[operator](held, operand) for operator, operand in value.items())
