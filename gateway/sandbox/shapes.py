"""Shapes of JSON values, checked so that every violation is found, not only the first.

A shape is a function of a value, its path in the request and the list of violations found so far.
``null`` passes every shape inside a record, as if the property had been left out; what it means is
for the caller to say.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

from gateway.sandbox import moments
from gateway.sandbox.refusals import Violation, invalid

Shape: TypeAlias = Callable[[Any, str, list[Violation]], None]

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1
_LONGEST_NUMERAL = 19


def check(shape: Shape, value: Any, path: str = "") -> None:
    """Refuse a value that does not have the shape.

    Raises:
        Refusal: 400 with every violation.
    """
    found: list[Violation] = []
    shape(value, path, found)
    if found:
        raise invalid(found)


def anything(_value: Any, _path: str, _found: list[Violation]) -> None:
    """Take every value."""


def text(*, most: int, least: int = 0) -> Shape:
    """Text of ``least`` to ``most`` characters."""

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, str):
            found.append(_wrong_type(path, "STRING"))
        elif not least <= len(value) <= most:
            short = len(value) < least
            found.append(
                Violation(
                    path,
                    f"size must be between {least} and {most}, got {len(value)}",
                    "MIN_LENGTH" if short else "MAX_LENGTH",
                    {"threshold": least if short else most},
                )
            )

    return shape


def pattern(expression: str, name: str, *, most: int = 100) -> Shape:
    """Text that matches a regular expression as a whole; ``name`` is what the format is called."""
    compiled = re.compile(expression, re.ASCII)
    return formatted(lambda value: bool(compiled.fullmatch(value)), name, most=most)


def formatted(fits: Callable[[str], bool], name: str, *, most: int = 100) -> Shape:
    """Text in a format that a function knows."""
    of_some_size = text(most=most)

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        before = len(found)
        of_some_size(value, path, found)
        if len(found) == before and not fits(value):
            found.append(Violation(path, f"must be a valid {name}", "FORMAT", {"type": name}))

    return shape


day = formatted(moments.is_date, "DATE")
"""Text that is a day of the calendar, ``YYYY-MM-DD``."""

language = pattern(r"[A-Za-z]{2}", "LANGUAGE")
"""Two letters, ISO 639-1."""


def one_of(choices: Collection[str]) -> Shape:
    """One of an enumeration's values."""

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, str) or value not in choices:
            listed = ", ".join(f"{each}({number})" for number, each in enumerate(choices))
            found.append(Violation(path, f"enum must be in [{listed}]", "INVALID_ENUM_VALUE"))

    return shape


def boolean(value: Any, path: str, found: list[Violation]) -> None:
    """Take true or false."""
    if not isinstance(value, bool):
        found.append(_wrong_type(path, "BOOLEAN"))


def number(value: Any, path: str, found: list[Violation]) -> None:
    """Take any JSON number."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        found.append(_wrong_type(path, "NUMBER"))


def integer(*, least: int = 0, most: int = INT32_MAX) -> Shape:
    """Take a whole number, or its numeral as query strings and 64-bit fields have it."""

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        whole = whole_number(value)
        if whole is None:
            found.append(_wrong_type(path, "INTEGER"))
        elif whole < least:
            found.append(_beyond(path, "MIN", f"must be at least {least}", least))
        elif whole > most:
            found.append(_beyond(path, "MAX", f"must be at most {most}", most))

    return shape


def whole_number(value: Any) -> int | None:
    """Read a whole number or its numeral; None for everything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value, re.ASCII):
        # Longer numerals are beyond 64 bits anyway, and int() refuses very long ones.
        return int(value) if len(value) <= _LONGEST_NUMERAL else INT64_MAX
    return None


def items(of: Shape, *, most: int, least: int = 0) -> Shape:
    """Take a list of ``least`` to ``most`` values of one shape, none of them null."""

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, list):
            found.append(_wrong_type(path, "ARRAY"))
            return
        if len(value) > most:
            found.append(_beyond(path, "MAX_SIZE", f"must hold at most {most} items", most))
        elif len(value) < least:
            found.append(_beyond(path, "MIN_SIZE", f"must hold at least {least} items", least))
        for position, each in enumerate(value[:most]):
            of(each, f"{path}[{position}]", found)

    return shape


def record(properties: Mapping[str, Shape], *, required: Collection[str] = ()) -> Shape:
    """Take an object; properties it does not name are ignored (contract 0)."""

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        if not isinstance(value, dict):
            found.append(_wrong_type(path, "OBJECT"))
            return
        for name, of in properties.items():
            inner = f"{path}.{name}" if path else name
            if value.get(name) is not None:
                of(value[name], inner, found)
            elif name in required:
                found.append(Violation(inner, "must not be empty", "REQUIRED_FIELD"))

    return shape


def wrapped(of: Shape, *, most: int) -> Shape:
    """Take a list in Wix's wrapper, ``{"items": […]}``."""
    return record({"items": items(of, most=most)})


def one_or_many(of: Shape, *, most: int) -> Shape:
    """Take a list, or one bare object as older guides show it (contract 5)."""
    many = items(of, most=most)

    def shape(value: Any, path: str, found: list[Violation]) -> None:
        (of if isinstance(value, dict) else many)(value, path, found)

    return shape


def _wrong_type(path: str, expected: str) -> Violation:
    kind = expected.lower()
    article = "an" if kind[0] in "aio" else "a"
    return Violation(path, f"must be {article} {kind}", "FORMAT", {"expected": expected})


def _beyond(path: str, rule: str, description: str, threshold: int) -> Violation:
    return Violation(path, description, rule, {"threshold": threshold})
