"""One site's memory: what is kept of it, and what becomes untrue when something changes there."""

import math
import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final, Protocol

from cachetools import TTLCache

from gateway.cache.flight import Flights
from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import DEFAULT_PERIODS, Period, Periods
from gateway.cache.reader import Reader
from gateway.cache.store import Store, Subject
from gateway.crm.invalidation import CONTACT, FIELDS, LABELS, ContactsInMotion, tags_of
from gateway.crm.recent import Recent
from gateway.errors import (
    CallerFault,
    ContactNotFound,
    FieldNotFound,
    LabelNotFound,
    RevisionConflict,
    UpstreamFault,
)
from gateway.model.contacts import Contact
from gateway.model.events import (
    Change,
    ContactChanged,
    ContactDeleted,
    ContactsMerged,
    FieldChanged,
    FieldDeleted,
    LabelChanged,
    LabelDeleted,
)
from gateway.model.fields import ExtendedField
from gateway.model.labels import Label

_MOST_DOUBTS: Final = 10_000
_MOVED_ON: Final = (ContactNotFound, RevisionConflict)
"""Refusals that show that a contact is not as we believed."""
_DISPROVED: Final = {LabelNotFound: LABELS, FieldNotFound: FIELDS}
"""Refusals that show that one of our lists is not whole, or too long."""


class Watcher(Protocol):
    """Is told of every change that is news, e.g. a `gateway.crm.live.Live`."""

    def former(self, change: Change) -> Any:
        """Look up what a change is about to replace."""

    def happened(self, change: Change, former: Any) -> None:
        """Take note of a change; nothing older is given out any more."""


class Freshness:
    """Keeps one site's answers true: `apply` is told of every change, whoever made it."""

    def __init__(
        self,
        site: str,
        store: Store,
        *,
        clock: Callable[[], float],
        periods: Periods = DEFAULT_PERIODS,
        seconds: float = 10.0,
    ) -> None:
        self.site = site
        self.periods = periods
        self.store = store
        self.flights = Flights(seconds=seconds, clock=clock)
        self.reader = Reader(store, self.flights)
        self.watcher: Watcher | None = None
        """Passes on what happens; None where nobody listens."""
        self._clock = clock
        self._counts_settle_at = 0.0
        # An answer can be as much older than its arrival as a load may take.
        settling = periods.settling + seconds if periods.settling else 0.0
        self._doubtful: TTLCache[Tag, None] = TTLCache(_MOST_DOUBTS, settling, timer=clock)
        self.contacts = Recent[Contact](
            identity=lambda contact: contact.id,
            version=lambda contact: contact.revision,
            born=lambda contact: _seconds(contact.created_at),
            seconds=settling,
            clock=clock,
        )
        self.labels = Recent[Label](
            identity=lambda label: label.key,
            version=lambda label: _seconds(label.updated_at),
            born=lambda label: _seconds(label.created_at),
            seconds=settling,
            clock=clock,
        )
        self.fields = Recent[ExtendedField](
            identity=lambda field: field.key,
            version=lambda field: _seconds(field.updated_at),
            born=lambda field: _seconds(field.created_at),
            seconds=settling,
            clock=clock,
        )

    def tag(self, kind: str, identity: str | None = None) -> Tag:
        """Write one of this site's tags."""
        return Tag(self.site, kind, identity)

    def contact_tags(self, contact_id: str) -> tuple[Tag, ...]:
        """Tell what an answer about one contact depends on."""
        return (self.tag(CONTACT, contact_id), self.tag(CONTACT))

    def subject(
        self, kind: str, identity: Hashable = None, *, tags: tuple[Tag, ...], period: Period
    ) -> Subject:
        """Describe something that can be read on this site.

        What may be changing just now is not kept at all.
        """
        key = Key(self.site, kind, identity)
        if self.in_doubt(tags):
            return Subject(key, tags, Period(0, 0))
        return Subject(key, tags, period, self.periods.on_error)

    def apply(self, change: Change) -> None:
        """Take note of a change that has happened: from now on nothing older is given out.

        Wix tells us of our own writes as well; what we know already costs no answer its place.
        """
        former = self.watcher.former(change) if self.watcher is not None else None
        if not self._remember(change):
            return
        self.store.change(tags_of(change, self.site))
        self._counts_settle_at = self._clock() + self.periods.settling
        if self.watcher is not None:
            self.watcher.happened(change, former)

    def distrust(self, change: Change | ContactsInMotion) -> None:
        """Take note of a change that may happen any moment, or already has."""
        tags = tuple(tags_of(change, self.site))
        self.store.change(tags)
        for tag in tags:
            self._doubtful[tag] = None
        self._doubt(change)

    @asynccontextmanager
    async def writing(self, intended: Change | ContactsInMotion) -> AsyncIterator[None]:
        """Guard one of our own writes; `intended` says what it is about to touch.

        A write whose outcome is unknown may still be carried out. One that was refused because
        things are not as we believed makes us ask anew.
        """
        try:
            yield
        except CallerFault as fault:
            self._disproved(intended, fault)
            raise
        except UpstreamFault as fault:
            if fault.in_doubt:
                self.distrust(intended)
            raise
        except BaseException:
            self.distrust(intended)
            raise

    def in_doubt(self, tags: Iterable[Tag]) -> bool:
        """Tell whether something with one of `tags` may be changing just now."""
        return bool(self._doubtful) and any(tag in self._doubtful for tag in tags)

    def counts_period(self) -> Period:
        """Tell how long counts taken now are good: no longer than Wix may still be counting."""
        period, settled_in = self.periods.facets, self._counts_settle_at - self._clock()
        if settled_in <= 0:
            return period
        return Period(fresh=min(period.fresh, settled_in), stale=0)

    async def aclose(self) -> None:
        """End the loads under way."""
        await self.flights.aclose()

    def _disproved(self, intended: Change | ContactsInMotion, fault: CallerFault) -> None:
        """Forget what a refusal shows to be wrong."""
        kinds = [kind for cause, kind in _DISPROVED.items() if isinstance(fault, cause)]
        self.store.change(self.tag(kind) for kind in kinds)
        if isinstance(fault, _MOVED_ON):
            self.store.change(tags_of(intended, self.site))
            self._doubt(intended)

    def _remember(self, change: Change) -> bool:  # noqa: PLR0911 - one case for each kind of change
        """Keep what a change left; say whether it was news."""
        match change:
            case ContactChanged(contact_id, contact):
                return self.contacts.changed(contact_id, contact)
            case ContactDeleted(contact_id):
                return self.contacts.deleted(contact_id)
            case ContactsMerged(target_id, source_ids, target):
                gone = [self.contacts.deleted(source_id) for source_id in source_ids]
                return self.contacts.changed(target_id, target) or any(gone)
            case LabelChanged(key, label):
                return self.labels.changed(key, label, reborn=change.created)
            case LabelDeleted(key, at):
                return self.labels.deleted(key, at=_seconds(at, math.inf))
            case FieldChanged(key, field):
                return self.fields.changed(key, field, reborn=change.created)
            case FieldDeleted(key, at):
                return self.fields.deleted(key, at=_seconds(at, math.inf))

    def _doubt(self, change: Change | ContactsInMotion) -> None:
        match change:
            case ContactChanged(contact_id) | ContactDeleted(contact_id) if contact_id:
                self.contacts.doubted(contact_id)
            case ContactsMerged(target_id, source_ids):
                for contact_id in (target_id, *source_ids):
                    self.contacts.doubted(contact_id)
            case _:
                """Labels and fields are read whole, and jobs name no contacts."""


def _seconds(moment: datetime | None, unknown: float = 0.0) -> float:
    return moment.timestamp() if moment else unknown


def remembering(
    site: str,
    *,
    limit_bytes: int = 64 * 2**20,
    periods: Periods = DEFAULT_PERIODS,
    seconds: float = 10.0,
    clock: Callable[[], float] = time.monotonic,
) -> Freshness:
    """Make a site's memory.

    Args:
        site: The site's id; nothing of one site is ever found by another.
        limit_bytes: The most that is kept.
        periods: How long it is good.
        seconds: How long a load may take that several requests share.
        clock: A monotonic clock in seconds.
    """
    store = Store(limit_bytes=limit_bytes, clock=clock, generations=Generations())
    return Freshness(site, store, clock=clock, periods=periods, seconds=seconds)
