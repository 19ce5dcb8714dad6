"""Telephone numbers: E.164 and the printed form, where a number is one that could be dialled.

Possible is enough: contract 3.1 itself shows an E.164 form for a number that no carrier has, and
so do all numbers that are safe to put into examples.
"""

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers


@dataclass(frozen=True, slots=True)
class Dialled:
    """A possible number in both of its forms."""

    e164: str
    """``+972501234567``."""
    formatted: str
    """``+972 50-123-4567``."""


@lru_cache(maxsize=16_384)
def dial(phone: str, country: str | None) -> Dialled | None:
    """Read a number as dialled in a country (ISO 3166 alpha-2); None if it cannot be one."""
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return Dialled(
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        formatted=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    )
