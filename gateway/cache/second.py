"""The door to a memory that several gateways share, asked between one's own memory and Wix."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that can be known, and how its answer is kept."""

    key: Key
    tags: tuple[Tag, ...]
    """Everything whose change makes the answer untrue."""
    period: Period
    on_error: float = 0.0
    """Seconds after both ages in which it may stand in for a failed call."""

    @property
    def seconds(self) -> float:
        """For how long its answer is of any use; 0.0 when it is not to be kept at all."""
        return self.period.fresh + self.period.stale + self.on_error


@dataclass(frozen=True, slots=True)
class Shared:
    """An answer that another gateway has read, and that nothing has made untrue since."""

    value: Any
    seconds: float
    """Since it was loaded."""
    period: Period
    """How long whoever loaded it takes it to be good, from then on."""
    on_error: float = 0.0
    """Seconds after both ages in which it may stand in for a failed call."""


class SecondLevel(Protocol):
    """A memory shared with others; what it does not do in time counts as not there."""

    async def find(self, subjects: Sequence[Subject]) -> Mapping[Key, Shared]:
        """Find what is known of some subjects, together; raises nothing."""

    def keep(self, subject: Subject, value: Any) -> None:
        """Offer an answer that one's own memory has just taken; it is handed on in its own time."""
