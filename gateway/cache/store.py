"""Answers kept in memory: bounded in bytes, aged, and never given out after a change."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import Period
from gateway.cache.second import SecondLevel, Shared
from gateway.cache.second import Subject as Subject  # noqa: PLC0414 - of one vocabulary with Store
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
class Held(Generic[T_co]):
    """An answer that is still true as far as we were told."""

    value: T_co
    age: Age
    seconds: float
    """Since it was kept."""
    kind: str = field(default="", compare=False)
    """What it is an answer about, as its key says."""


@dataclass(frozen=True, slots=True)
class _Entry:
    value: Any
    tags: tuple[Tag, ...]
    since: int
    kept: int
    """The last change when it was kept."""
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
        self.second: SecondLevel | None = None
        """What is shared with other gateways; None where there are none."""
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
        return Held(entry.value, age, now - entry.kept_at, key.kind)

    def keep(self, subject: Subject, value: Any, *, since: int) -> None:
        """Keep an answer, unless one of its tags changed after `since`, when its read began.

        An answer larger than the whole store is not kept.
        """
        if self.generations.unchanged(subject.tags, since):
            self._enter(subject, value, since=since, kept_at=self._clock())
            if self.second is not None and subject.seconds:
                self.second.keep(subject, value)

    async def look(self, subjects: Sequence[Subject]) -> None:
        """Take over what the shared memory knows of `subjects`, as old as it is there."""
        if self.second is None:
            return
        since = self.generations.now()
        lasting = [subject for subject in subjects if subject.seconds]
        found = await self.second.find(lasting) if lasting else {}
        for subject in lasting:
            shared = found.get(subject.key)
            if shared is not None and self.generations.unchanged(subject.tags, since):
                self._take_over(subject, shared, since=since)

    def change(self, tags: Iterable[Tag]) -> None:
        """Let go of every answer that carries one of `tags`."""
        self.generations.change(tags)

    def was_kept_by(self, key: Key, moment: int) -> bool:
        """Tell whether the answer at `key` was here at a moment that `Generations.begin` told."""
        entry = self._entries.get(key)
        return entry is not None and entry.kept <= moment

    def carry(self, key: Key, value: Any) -> None:
        """Put what a change has made of the answer at `key` in its place, at the same age."""
        entry = self._entries.get(key)
        if entry is not None:
            now, size = self.generations.now(), _ENTRY_BYTES + weigh(value)
            self._entries[key] = replace(entry, value=value, since=now, size=size)

    def change_all(self) -> None:
        """Let go of everything."""
        self.generations.change_all()

    def _take_over(self, subject: Subject, shared: Shared, *, since: int) -> None:
        kept_at = self._clock() - shared.seconds
        held = self._entries.get(subject.key)
        if held is not None and held.kept_at >= kept_at:
            return
        period = Period(
            fresh=min(subject.period.fresh, shared.period.fresh),
            stale=min(subject.period.stale, shared.period.stale),
        )
        on_error = min(subject.on_error, shared.on_error)
        agreed = Subject(subject.key, subject.tags, period, on_error)
        self._enter(agreed, shared.value, since=since, kept_at=kept_at)

    def _enter(self, subject: Subject, value: Any, *, since: int, kept_at: float) -> None:
        fresh_until = kept_at + subject.period.fresh
        stale_until = fresh_until + subject.period.stale
        entry = _Entry(
            value=value,
            tags=subject.tags,
            since=since,
            kept=self.generations.now(),
            kept_at=kept_at,
            fresh_until=fresh_until,
            stale_until=stale_until,
            ends_at=stale_until + subject.on_error,
            size=_ENTRY_BYTES + weigh(value),
        )
        if entry.size <= self._entries.maxsize:
            self._entries[subject.key] = entry
