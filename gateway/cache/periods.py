"""How long answers are good, by their kind."""

import re
from dataclasses import dataclass, fields
from typing import Final, Self

_WRITTEN: Final = re.compile(r"(\w+)=(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Period:
    """The two ages of an answer, in seconds."""

    fresh: float
    """For so long it is given out as it is."""
    stale: float
    """For so long after that it is still given out, while a new one is fetched."""


@dataclass(frozen=True, slots=True)
class Periods:
    """The periods of each kind, and how long an upstream that fails is covered for.

    They bound what others change without telling us; our own writes and Wix's events do not wait
    for any of them.
    """

    contacts: Period = Period(15, 60)
    labels: Period = Period(60, 300)
    fields: Period = Period(60, 300)
    pages: Period = Period(5, 30)
    facets: Period = Period(15, 60)
    misses: Period = Period(5, 0)
    """That something does not exist."""
    on_error: float = 300
    """Seconds after both periods in which an answer stands in for a failed call."""
    settling: float = 10
    """Seconds that Wix's index may trail behind a write, or a write with a lost answer may still
    take to happen."""

    @classmethod
    def written(cls, text: str, *, on_error: float, settling: float) -> Self:
        """Read periods such as ``contacts=15/60 labels=60/300``, fresh before stale in seconds.

        Raises:
            ValueError: A word is not of this form, or names no kind.
        """
        kinds = {field.name for field in fields(cls) if field.type is Period}
        periods: dict[str, Period] = {}
        for word in text.split():
            match = _WRITTEN.fullmatch(word)
            if match is None or match[1] not in kinds:
                raise ValueError(
                    f"{word} is not like contacts=15/60; there are {', '.join(sorted(kinds))}"
                )
            periods[match[1]] = Period(float(match[2]), float(match[3]))
        return cls(on_error=on_error, settling=settling, **periods)


def readable(text: str) -> str:
    """Tell the text of periods, as `Periods.written` reads it.

    Raises:
        ValueError: It cannot be read.
    """
    Periods.written(text, on_error=0, settling=0)
    return text


DEFAULT_PERIODS = Periods()

NOTHING_KEPT: Final = " ".join(
    f"{field.name}=0/0" for field in fields(Periods) if field.type is Period
)
"""The periods of a process that cannot know what others write, as `Periods.written` reads them."""
