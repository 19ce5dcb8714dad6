"""How settings are spoken of: their names, their defaults, and what is wrong with them."""

import difflib
from collections.abc import Iterable
from typing import Any, Final

PREFIX: Final = "GATEWAY_"


def name_of(field: str) -> str:
    """Tell the variable that sets a field."""
    return PREFIX + field.upper()


def names_of(fields: Iterable[str]) -> str:
    """List variables in a sentence."""
    return " and ".join(map(name_of, fields))


def default_of(value: object) -> str:
    """Tell a default as the README does."""
    return "not set" if value is None else str(value)


def unknown(variable: str, fields: Iterable[str]) -> str:
    """Say that there is no such setting, and which one may be meant."""
    near = difflib.get_close_matches(variable.upper(), map(name_of, fields), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{variable} is not a setting of this gateway.{hint}"


def reason_of(detail: dict[str, Any]) -> str:
    """Put one of pydantic's findings into words, without the value: it may be a secret."""
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "too_short":  # of a secret; pydantic counts its "items", and tells them
        message = f"at least {detail['ctx']['min_length']} characters are needed"
    where = detail["loc"]
    return f"{name_of(str(where[0]))}: {message}." if where else message
