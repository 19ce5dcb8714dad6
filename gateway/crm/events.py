"""The inbox of Wix's events: which of them are news to this site, and what becomes of those."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Protocol

from cachetools import TTLCache

from gateway.model.events import Change, Entity, Event

REMEMBERED: Final = timedelta(hours=49)
"""Wix sends an event again for 48 hours (contract 7.1); what is older cannot be told from new."""
_MOST_EVENTS: Final = 20_000


class Outcome(Enum):
    """What became of an event; all but `APPLIED` changed nothing."""

    APPLIED = "applied"
    REPEATED = "repeated"
    """The same event was here before."""
    OVERTAKEN = "overtaken"
    """A later event of the same entity was here before."""
    OUTDATED = "outdated"
    """It is older than anything that is remembered, so that it could be either of these."""
    FOREIGN = "foreign"
    """It is about another site."""


class Freshness(Protocol):
    """Takes note of changes, so that nothing older is answered from then on."""

    def apply(self, change: Change) -> None:
        """Drop or replace what the change makes stale."""


class History(Protocol):
    """Which events were here; shared by all who share a site's events."""

    async def note(self, event: Event) -> Outcome:
        """Note an event, in one step; APPLIED when it is news, else REPEATED or OVERTAKEN."""

    async def forget(self, event: Event) -> None:
        """Undo the note of an event that was news: its repeat shall be news again."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whose events are ours: one installation's, or where that is not known, one site's."""

    instance_id: str | None
    site_id: str | None

    def is_meant_by(self, event: Event) -> bool:
        """Tell whether an event is ours; Wix sends those of all sites to the same address."""
        if self.instance_id is not None:
            return event.instance_id.lower() == self.instance_id.lower()
        if self.site_id is None or event.site_id is None:
            return False
        return event.site_id.lower() == self.site_id.lower()


class OwnHistory:
    """A history in memory: of the latest events, and no longer than repeats can come.

    `clock` counts seconds. An event that had to make room is news again when it is repeated; what
    it says of a contact is then older than its revision, and of anything else it is a reason to
    ask Wix once more.
    """

    def __init__(self, *, clock: Callable[[], float], most: int = _MOST_EVENTS) -> None:
        seconds = REMEMBERED.total_seconds()
        self._ids: TTLCache[str, None] = TTLCache(most, seconds, timer=clock)
        self._sequences: TTLCache[Entity, int] = TTLCache(most, seconds, timer=clock)

    async def note(self, event: Event) -> Outcome:
        """Note an event."""
        if event.id in self._ids:
            return Outcome.REPEATED
        self._ids[event.id] = None
        last = self._sequences.get(event.entity)
        if last is not None and event.sequence <= last:
            return Outcome.OVERTAKEN
        self._sequences[event.entity] = event.sequence
        return Outcome.APPLIED

    async def forget(self, event: Event) -> None:
        """Undo the note of an event that was news."""
        self._ids.pop(event.id, None)
        if self._sequences.get(event.entity) == event.sequence:
            self._sequences[event.entity] = event.sequence - 1

    def sequences(self) -> list[tuple[Entity, int]]:
        """List the latest sequence of each entity."""
        return list(self._sequences.items())


class Inbox:
    """Takes one site's events in whatever order and number they come."""

    def __init__(
        self,
        freshness: Freshness,
        history: History,
        *,
        addressee: Addressee,
        now: Callable[[], datetime],
    ) -> None:
        self._freshness = freshness
        self._history = history
        self._addressee = addressee
        self._now = now

    async def take(self, event: Event) -> Outcome:
        """Apply an event if it is news; nothing may wait between noting and applying it."""
        if not self._addressee.is_meant_by(event):
            return Outcome.FOREIGN
        if event.time < self._now() - REMEMBERED:
            return Outcome.OUTDATED
        outcome = await self._history.note(event)
        if outcome is Outcome.APPLIED:
            await self._apply(event)
        return outcome

    async def _apply(self, event: Event) -> None:
        try:
            self._freshness.apply(event.change)
        except Exception:
            await self._history.forget(event)
            raise
