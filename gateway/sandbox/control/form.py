"""Typed reading of the JSON objects that the control routes take."""

from collections.abc import Collection, Mapping
from typing import Any


class BadForm(Exception):
    """A property is unknown, of the wrong type, or out of its bounds; the message names it."""


class Form:
    """One JSON object, read property by property; a missing or null one gives the default."""

    def __init__(self, document: Mapping[str, Any], known: Collection[str]) -> None:
        unknown = sorted(set(document) - set(known))
        if unknown:
            raise BadForm(f"Unknown property {unknown[0]!r}; known are {', '.join(sorted(known))}")
        self._document = {name: value for name, value in document.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._document

    def flag(self, name: str, *, default: bool) -> bool:
        """Read true or false."""
        value = self._document.get(name, default)
        if not isinstance(value, bool):
            raise BadForm(f"{name} must be true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Read a text that is not empty; it must be there if there is no default."""
        value = self._document.get(name, default)
        if not isinstance(value, str) or not value:
            raise BadForm(f"{name} must be a text")
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """Read one of some words."""
        value = self._document.get(name, default)
        if not isinstance(value, str) or value not in choices:
            raise BadForm(f"{name} must be one of {', '.join(choices)}")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """Read a whole number within bounds."""
        value = self._document.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise BadForm(f"{name} must be a whole number from {low} to {high}")
        return value

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """Read a number within bounds."""
        return _number(name, self._document.get(name, default), low, high)

    def numbers(self, name: str, default: tuple[float, ...], high: float) -> tuple[float, ...]:
        """Read a list of at least one number from 0 up to a bound."""
        values = self._document.get(name, list(default))
        if not isinstance(values, list) or not values:
            raise BadForm(f"{name} must be a list of numbers")
        return tuple(_number(f"{name}[{at}]", value, 0, high) for at, value in enumerate(values))

    def words(self, name: str, choices: Collection[str]) -> frozenset[str] | None:
        """Read a list of words out of some; None when the property is not there."""
        values = self._document.get(name)
        if values is None:
            return None
        if not isinstance(values, list):
            raise BadForm(f"{name} must be a list")
        for value in values:
            if not isinstance(value, str) or value not in choices:
                raise BadForm(f"{name} may only hold {', '.join(choices)}")
        return frozenset(values)


def _number(name: str, value: Any, low: float, high: float) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high:
        raise BadForm(f"{name} must be a number from {low:g} to {high:g}")
    return float(value)
