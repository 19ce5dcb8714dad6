"""In which form a caller takes an answer in parts, by the Accept header."""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import Final

MULTIPART: Final = "multipart/mixed"

_LONGEST_ACCEPT: Final = 2_048


class Form(Enum):
    """A form that an answer in parts can have; the value is its Content-Type."""

    CURRENT = f'{MULTIPART}; boundary="-"'
    """The specification's draft (graphql-spec, pull request 1110)."""
    V0_2 = f'{MULTIPART}; boundary="-"; incrementalSpec=v0.2'
    """The same under the name that Apollo gives it (specs.apollo.dev/incremental/v0.2)."""
    DATED = f'{MULTIPART}; boundary="-"; deferSpec=20220824'
    """The draft of 24 August 2022, which Apollo's routers and most clients speak."""


_BY_PARAMETER: Final = {
    ("incrementalspec", "v0.2"): Form.V0_2,
    ("deferspec", "20220824"): Form.DATED,
}
_VARIANTS: Final = frozenset({"incrementalspec", "deferspec", "subscriptionspec"})
"""Parameters that change what the parts mean; of the others, none does."""


@lru_cache(maxsize=256)
def wanted(accept: str) -> Form | None:
    """Choose the form that is wanted most, of equals the first; None where none is named.

    A wildcard names none: whoever says ``*/*`` does not know that answers can have parts.
    """
    ranked = list(_ranked(accept[:_LONGEST_ACCEPT]))
    return max(ranked, key=lambda each: each[0])[1] if ranked else None


def _ranked(accept: str) -> Iterator[tuple[float, Form]]:
    for item in accept.lower().split(","):
        name, *rest = (part.strip() for part in item.split(";"))
        if name == MULTIPART:
            parameters = dict(_parameter(each) for each in rest)
            quality, form = _quality(parameters.pop("q", "1")), _form(parameters)
            if form is not None and quality > 0:
                yield quality, form


def _form(parameters: dict[str, str]) -> Form | None:
    said = [each for each in parameters.items() if each[0] in _VARIANTS]
    if not said:
        return Form.CURRENT
    return _BY_PARAMETER.get(said[0]) if len(said) == 1 else None


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip(' "')


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
