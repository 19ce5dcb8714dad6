"""Answers kept in memory: bounded in bytes, aged, and never given out after a change."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.weight import weigh

T_co = TypeVar("T_co", covariant=True)

_ENTRY_BYTES = 600
"""What an entry weighs beside its value: its key, its tags and its place in the store."""


class Age(Enum):
    """How old an answer is."""

    FRESH = auto()
    STALE = auto()
    """To be given out once more, and fetched anew."""
    SPENT = auto()
    """Of use only where Wix fails."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that can be known, and how its answer is kept."""

    key: Key
    tags: tuple[Tag, ...]
    """Everything whose change makes the answer untrue."""
    period: Period
    on_error: float = 0.0
    """Seconds after both ages in which it may stand in for a failed call."""


@dataclass(frozen=True, slots=True)
class Held(Generic[T_co]):
    """An answer that is still true as far as we were told."""

    value: T_co
    age: Age
    seconds: float
    """Since it was kept."""


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    tags: tuple[Tag, ...]
    since: int
    kept_at: float
    fresh_until: float
    stale_until: float
    ends_at: float
    size: int


class Store:
    """Keeps answers by key until they age, their tags change, or others need the room.

    A change is a matter of the generations alone: an entry older than the last change of one of
    its tags is gone, wherever it is, without a search.
    """

    def __init__(
        self, *, limit_bytes: int, clock: Callable[[], float], generations: Generations
    ) -> None:
        self.generations = generations
        self._clock = clock
        self._entries: LRUCache[Key, _Entry] = LRUCache(limit_bytes, getsizeof=lambda e: e.size)

    @property
    def size(self) -> int:
        """The bytes held, as estimated."""
        return int(self._entries.currsize)

    def __len__(self) -> int:
        """Tell how many answers are held."""
        return len(self._entries)

    def find(self, key: Key) -> Held[Any] | None:
        """Find an answer; None when there is none that is still of any use."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        now = self._clock()
        if now >= entry.ends_at or not self.generations.unchanged(entry.tags, entry.since):
            del self._entries[key]
            return None
        if now < entry.fresh_until:
            age = Age.FRESH
        else:
            age = Age.STALE if now < entry.stale_until else Age.SPENT
        return Held(entry.value, age, now - entry.kept_at)

    def keep(self, subject: Subject, value: Any, *, since: int) -> None:
        """Keep an answer, unless one of its tags changed after `since`, when its read began.

        An answer larger than the whole store is not kept.
        """
        if not self.generations.unchanged(subject.tags, since):
            return
        now = self._clock()
        fresh_until = now + subject.period.fresh
        stale_until = fresh_until + subject.period.stale
        entry = _Entry(
            value=value,
            tags=subject.tags,
            since=since,
            kept_at=now,
            fresh_until=fresh_until,
            stale_until=stale_until,
            ends_at=stale_until + subject.on_error,
            size=_ENTRY_BYTES + weigh(value),
        )
        if entry.size <= self._entries.maxsize:
            self._entries[subject.key] = entry

    def change(self, tags: Iterable[Tag]) -> None:
        """Let go of every answer that carries one of `tags`."""
        self.generations.change(tags)
