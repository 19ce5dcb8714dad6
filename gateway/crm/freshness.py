"""One site's memory: what is kept of it, and what becomes untrue when something changes there."""

import time
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

from cachetools import TTLCache

from gateway.budget.rhythm import Rhythm
from gateway.cache.flight import Flights
from gateway.cache.generations import Generations
from gateway.cache.keys import Key, Tag
from gateway.cache.periods import DEFAULT_PERIODS, Period, Periods
from gateway.cache.reader import Reader
from gateway.cache.store import Store, Subject
from gateway.crm.carrying import Carried, Carrying
from gateway.crm.difference import OwnWrite
from gateway.crm.invalidation import CONTACT, FIELDS, LABELS, ContactsInMotion, doubtful_tags
from gateway.crm.news import Disproved, Doubted, Happened, News, tags_in
from gateway.crm.recollection import Recollection
from gateway.errors import (
    CallerFault,
    ContactNotFound,
    FieldNotFound,
    LabelNotFound,
    RevisionConflict,
    UpstreamFault,
)
from gateway.model.events import (
    Change,
)

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

    def interrupt(self) -> None:
        """Take note that changes may have been missed."""


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
        rhythm: Rhythm | None = None,
    ) -> None:
        self.site = site
        self.periods = periods
        self.store = store
        self.flights = Flights(seconds=seconds, clock=clock, rhythm=rhythm)
        self.reader = Reader(store, self.flights)
        self.listener: Callable[[News], None] | None = None
        """Is told what was found out here, so that it can tell others; None where nobody is."""
        self.watcher: Watcher | None = None
        """Is told what is news, here or elsewhere; None where nobody listens."""
        self._clock = clock
        self._counts_settle_at = 0.0
        # An answer can be as much older than its arrival as a load may take.
        self.settling = settling = periods.settling + seconds if periods.settling else 0.0
        """Seconds after a change in which a load may still bring what was true before it."""
        self._doubtful: TTLCache[Tag, None] = TTLCache(_MOST_DOUBTS, settling, timer=clock)
        self._recollection = Recollection(seconds=settling, clock=clock)
        self.contacts = self._recollection.contacts
        self.labels = self._recollection.labels
        self.fields = self._recollection.fields
        self.trimmed = self._recollection.trimmed
        self.carrying = Carrying(site, store)

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

    def apply(self, change: Change, write: OwnWrite | None = None) -> None:
        """Take note of a change that has happened: from now on nothing older is given out.

        Wix tells us of our own writes as well; what we know already costs no answer its place.
        `write` says that it is one of ours, and when it began.
        """
        self._tell(Happened(change), write)

    def distrust(self, change: Change | ContactsInMotion) -> None:
        """Take note of a change that may happen any moment, or already has."""
        self._tell(Doubted(change))

    def hear(self, news: News, write: OwnWrite | None = None) -> bool:
        """Take note of what somebody found out, here or elsewhere; say whether that was news."""
        carried: list[Carried] = []
        former = self._former(news)
        match news:
            case Happened(change):
                carried = self.carrying.over(change, write)
                if not self._recollection.remember(change):
                    return False
                self._counts_settle_at = self._clock() + self.periods.settling
            case Doubted(change):
                carried = self.carrying.through(change)
                self._doubtful.update(dict.fromkeys(doubtful_tags(change, self.site)))
                self._recollection.doubt(change)
            case Disproved(_, target) if target is not None:
                self._recollection.doubt(target)
        self.store.change(tags_in(news, self.site))
        self.carrying.enter(carried)
        if self.watcher is not None and isinstance(news, Happened):
            self.watcher.happened(news.change, former)
        return True

    def hear_no_more(self) -> None:
        """Take note that others are not heard for now: whoever listens here may miss something."""
        if self.watcher is not None:
            self.watcher.interrupt()

    def hear_nothing(self) -> None:
        """Take note that others may have found out what we were not told."""
        self.store.change_all()
        self.hear_no_more()

    @asynccontextmanager
    async def writing(self, intended: Change | ContactsInMotion) -> AsyncIterator[OwnWrite]:
        """Guard one of our own writes; `intended` says what it is about to touch.

        A write whose outcome is unknown may still be carried out. One that was refused because
        things are not as we believed makes us ask anew.
        """
        try:
            yield OwnWrite(self.store.generations.begin())
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

    def _former(self, news: News) -> Any:
        """Look up what a change is about to replace; None where nobody wants to know."""
        if self.watcher is None or not isinstance(news, Happened):
            return None
        return self.watcher.former(news.change)

    def _tell(self, news: News, write: OwnWrite | None = None) -> None:
        if self.hear(news, write) and self.listener is not None:
            self.listener(news)

    def _disproved(self, intended: Change | ContactsInMotion, fault: CallerFault) -> None:
        """Forget what a refusal shows to be wrong."""
        lists = tuple(kind for cause, kind in _DISPROVED.items() if isinstance(fault, cause))
        target = intended if isinstance(fault, _MOVED_ON) else None
        if lists or target:
            self._tell(Disproved(lists, target))


def remembering(
    site: str,
    *,
    limit_bytes: int = 64 * 2**20,
    periods: Periods = DEFAULT_PERIODS,
    seconds: float = 10.0,
    clock: Callable[[], float] = time.monotonic,
    rhythm: Rhythm | None = None,
) -> Freshness:
    """Make a site's memory.

    Args:
        site: The site's id; nothing of one site is ever found by another.
        limit_bytes: The most that is kept.
        periods: How long it is good.
        seconds: How long a load may take that several requests share.
        clock: A monotonic clock in seconds.
        rhythm: Spreads the loads over the minute; without it they leave at once.
    """
    store = Store(limit_bytes=limit_bytes, clock=clock, generations=Generations())
    return Freshness(site, store, clock=clock, periods=periods, seconds=seconds, rhythm=rhythm)
