"""How many bytes a value holds in memory, near enough to bound a store by."""

import sys
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any

_POINTER = 8


def weigh(value: Any) -> int:
    """Estimate the bytes of a model value and of everything that only it holds.

    What is shared by all values, as enumerations and None, weighs nothing.
    """
    if value is None or isinstance(value, Enum | bool):
        return 0
    if isinstance(value, tuple | list | frozenset):
        return sys.getsizeof(value) + sum(weigh(entry) for entry in value)
    if isinstance(value, dict):
        held = sum(weigh(key) + weigh(entry) for key, entry in value.items())
        return sys.getsizeof(value) + held
    kind: Any = type(value)
    held = sum(weigh(getattr(value, name)) for name in _parts_of(kind))
    return sys.getsizeof(value) + held


@cache
def _parts_of(kind: Any) -> tuple[str, ...]:
    """Name the parts of a dataclass; none for anything else."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()
