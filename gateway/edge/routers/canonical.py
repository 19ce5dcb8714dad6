"""Writes JSON in the one way in which both ends of a signature write it (RFC 8785).

Hive Gateway signs what the package json-stable-stringify writes: names in the order of their UTF-16
code units, numbers as JavaScript has them, nothing escaped that need not be.
"""

import json
import math
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

_LARGEST_PLAIN: Final = 21
"""Places before the point up to which JavaScript writes a number without an exponent."""
_SMALLEST_PLAIN: Final = -6


def canonical(value: Any) -> str:
    """Write a value that was read from JSON; the reader bounds its depth.

    Raises:
        ValueError: There is something in it that JSON has no form for.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Mapping):
        names = sorted(value, key=_code_units)
        members = (f"{encode_basestring(name)}:{canonical(value[name])}" for name in names)
        return "{" + ",".join(members) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def _code_units(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """Write a number as ECMA-262 does (Number::toString): the shortest that reads back."""
    if not math.isfinite(value):
        raise ValueError("JSON has no such number")
    if value == 0:
        return "0"
    sign, digits, point = _decimal(value)
    if 0 < point <= _LARGEST_PLAIN:
        whole, rest = digits[:point].ljust(point, "0"), digits[point:]
        return f"{sign}{whole}.{rest}" if rest else sign + whole
    if _SMALLEST_PLAIN < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    mantissa = f"{digits[0]}.{digits[1:]}" if len(digits) > 1 else digits
    return f"{sign}{mantissa}e{point - 1:+d}"


def _decimal(value: float) -> tuple[str, str, int]:
    """Take a number apart: its sign, its digits, and where among them the point is."""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, rest = mantissa.partition(".")
    digits = whole + rest
    leading = len(digits) - len(digits.lstrip("0"))
    point = len(whole) + int(exponent or 0) - leading
    return ("-" if value < 0 else ""), digits.strip("0"), point
