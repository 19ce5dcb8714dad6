"""One site with its memory, beside a model of what everybody who reads there has to know."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

from hypothesis.stateful import RuleBasedStateMachine

from gateway.cache.generations import Generations
from gateway.cache.periods import Period, Periods
from gateway.cache.reader import Reader
from gateway.cache.store import Store
from gateway.crm.contact_records import ContactRecords
from gateway.crm.contacts import ContactService
from gateway.crm.facets import FacetService
from gateway.crm.freshness import Freshness
from gateway.crm.labels import LabelService
from gateway.errors import CallerFault, UpstreamFault
from gateway.model.events import Change
from gateway.model.queries import Condition, Operator, Query, Slice
from gateway.wix.contacts import ContactsApi
from gateway.wix.facets import FacetsApi
from gateway.wix.labels import LabelsApi
from tests.support.clock import ManualClock
from tests.support.slow_wix import EVEN, HeldCall, SlowFacets, SlowWix, contact, label

CONTACTS, LABELS = 3, 2
PERIODS = Periods(
    contacts=Period(8, 20),
    labels=Period(8, 20),
    pages=Period(4, 8),
    facets=Period(4, 8),
    misses=Period(2, 0),
    on_error=40,
)
ALL = Query()
AT_EVEN = Query(Condition("company", Operator.EQ, EVEN))
FIRST = Query(slice=Slice(limit=1))
GONE = 1_000_000
"""The version of what was deleted: later than any."""

LONGEST = 10.0
"""Seconds after which no call is waited for any longer."""


class StaleRead(AssertionError):
    """A read gave what was no longer true when it began."""


@dataclass
class Reading:
    """A read under way, and what it has to know."""

    task: "asyncio.Task[Any]"
    check: Callable[[Any], None]


class WatchedSite(RuleBasedStateMachine):
    """A site, its memory, the reads and writes under way, and what they have to know."""

    make_store: ClassVar[type[Store]] = Store
    make_reader: ClassVar[type[Reader]] = Reader
    overlaid: ClassVar[bool] = True
    regimes: ClassVar[list[tuple[float, float]]] = [(0.0, 0.0), (0.0, 10.0), (6.0, 10.0)]
    """By how many seconds the index lags, and how long changes are remembered to make up for it."""

    def open(self, lag: float, settling: float, limit_bytes: int) -> None:
        """Begin with a site that has long been at rest."""
        self.clock = ManualClock()
        self.wix = SlowWix(self.clock, lag)
        self.loop = asyncio.new_event_loop()
        self.reads: list[Reading] = []
        self.writes: list[asyncio.Task[Any]] = []
        self.news: list[tuple[Change, str, int]] = []
        self.known: dict[str, int] = {}
        for number in range(CONTACTS):
            first = self.wix.put(contact(number, 1))
            self.known[first.id] = 1
        for number in range(LABELS):
            first_name = label(number, 1)
            self.wix.labels[first_name.key] = first_name
            self.known[first_name.key] = 1
        self.clock.advance(100)
        self._build(limit_bytes, replace(PERIODS, settling=settling))

    def _build(self, limit_bytes: int, periods: Periods) -> None:
        store = type(self).make_store(
            limit_bytes=limit_bytes, clock=self.clock, generations=Generations()
        )
        fresh = Freshness("site", store, clock=self.clock, periods=periods, seconds=LONGEST)
        fresh.reader = type(self).make_reader(store, fresh.flights)
        if not self.overlaid:
            fresh.contacts.values = lambda: iter(())  # type: ignore[method-assign]
            fresh.contacts.corrected = lambda value: value  # type: ignore[method-assign]
        self.fresh = fresh
        api = cast("ContactsApi", self.wix)
        self.labels = LabelService(cast("LabelsApi", self.wix), fresh)
        records = ContactRecords(api, fresh)
        self.contacts = ContactService(api, self.labels, records, fresh)
        self.facets = FacetService(cast("FacetsApi", SlowFacets(self.wix)), fresh)

    def teardown(self) -> None:
        if not hasattr(self, "loop"):
            return
        self.loop.run_until_complete(self._end())
        self.loop.close()

    async def _end(self) -> None:
        # What is ended may begin something: a write in doubt is told to others.
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # The model

    @staticmethod
    def is_contact(key: str) -> bool:
        return "." not in key

    def learning(self) -> Callable[[str, int], None]:
        """Tell how to note what has to be known from now on, to whoever reads now."""
        known = self.known

        def learn(key: str, version: int) -> None:
            known[key] = max(known[key], version)

        return learn

    def _now(self, key: str) -> int:
        current = self.wix.truth.get(key)
        return current.revision if current else GONE

    def at_rest(self, key: str, floors: dict[str, int]) -> bool:
        """Tell whether all that ever happened to a contact was known when a read began."""
        return floors[key] == self._now(key)

    def check_version(self, key: str, version: int, floors: dict[str, int]) -> None:
        if version < floors[key]:
            raise StaleRead(f"{key} was known to be {floors[key]}, and is read as {version}")

    def check_membership(self, query: Query, key: str, *, listed: bool) -> None:
        current = self.wix.truth.get(key)
        belongs = current is not None and (query is not AT_EVEN or current.company == EVEN)
        if listed != belongs and (listed or query is not FIRST):
            raise StaleRead(f"{key} is {'' if listed else 'not '}listed")

    def check_total(self, query: Query, total: int | None) -> None:
        every = self.wix.truth.values()
        if total != sum(query is not AT_EVEN or each.company == EVEN for each in every):
            raise StaleRead(f"{total} are counted")

    # The loop

    def read(self, work: Awaitable[Any], check: Callable[[Any], None]) -> None:
        self.reads.append(Reading(self._start(work), check))
        self.turn()

    def write(self, work: Awaitable[Any]) -> None:
        self.writes.append(self._start(work))
        self.turn()

    def inside(self, do: Callable[[], Any]) -> None:
        """Do something that may start work of its own, and let the loop turn."""

        async def work() -> None:
            do()

        self.loop.run_until_complete(work())
        self.turn()

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)

    def _start(self, work: Awaitable[Any]) -> "asyncio.Task[Any]":
        return self.loop.create_task(cast("Any", work))

    def with_held(self, pick: int, do: Callable[[HeldCall], None]) -> None:
        if self.wix.held:
            do(self.wix.held[pick % len(self.wix.held)])
            self.turn()

    def turn(self) -> None:
        """Let the loop turn until nothing moves, then check the reads that have ended."""
        self.loop.run_until_complete(_until_nothing_moves())
        for reading in [each for each in self.reads if each.task.done()]:
            self.reads.remove(reading)
            if isinstance(reading.task.exception(), UpstreamFault):
                continue
            reading.check(reading.task.result())
        for written in [each for each in self.writes if each.done()]:
            self.writes.remove(written)
            if not isinstance(written.exception(), UpstreamFault | CallerFault):
                written.result()


async def _until_nothing_moves() -> None:
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while loop._ready:  # noqa: ASYNC110 - what is waited for is that nothing happens
        await asyncio.sleep(0)
