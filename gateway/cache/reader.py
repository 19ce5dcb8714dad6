"""Reads through the store: from memory, together with whoever asks the same, or from Wix."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway import ledger
from gateway.budget.priority import refreshing
from gateway.cache.flight import Flight, Flights, require_time
from gateway.cache.keys import Key
from gateway.cache.store import Age, Held, Store, Subject
from gateway.errors import Throttled, UpstreamTimeout, UpstreamUnavailable

T = TypeVar("T")

Describe = Callable[[], Subject]
"""Says what is read, and how its answer would be kept if it were asked for now."""

PASSING = (Throttled, UpstreamTimeout, UpstreamUnavailable)
"""Faults an older answer may stand in for; refused credentials are none of them."""


@dataclass(frozen=True, slots=True)
class _Joinable:
    flight: Flight[Any]
    since: int


class Reader:
    """Answers reads of one thing each, so that Wix is asked no more often than needed."""

    def __init__(self, store: Store, flights: Flights) -> None:
        self._store = store
        self._flights = flights
        self._looked: dict[Key, _Joinable] = {}
        self._asked: dict[Key, _Joinable] = {}
        self._refreshed: dict[Key, _Joinable] = {}

    async def read(
        self, describe: Describe, load: Callable[[], Awaitable[T]], *, oldest: float | None = None
    ) -> T:
        """Answer from memory, or by `load`, which several callers may share.

        A stale answer is given out while a new one is fetched in the background. Nobody joins a
        load that began before a change of the subject's tags. With `oldest`, an answer kept for
        more than so many seconds counts as none. Where calls are scarce a spent answer is given
        out as well, and fetched anew when there is one to spare.

        Raises:
            GatewayError: What `load` raises, unless an older answer can stand in for it.
        """
        subject = describe()
        held: Held[T] | None = self._usable(subject, oldest)
        if held is None and self._store.second is not None:
            await self._join(self._looked, subject, lambda: self._store.look([subject]))
            held = self._usable(subject, oldest)
        if held is not None:
            if held.age is not Age.FRESH:
                self._refresh(subject, describe, load)
            return _given_out(held)
        try:
            return await self._join(
                self._asked, subject, lambda: self._load_and_keep(describe, load)
            )
        except PASSING:
            held = self._store.find(subject.key) if oldest is None else None
            if held is None:
                raise
            return _given_out(held)

    def _usable(self, subject: Subject, oldest: float | None) -> Held[Any] | None:
        held = self._store.find(subject.key)
        if held is None or (oldest is not None and held.seconds > oldest):
            return None
        if held.age is Age.SPENT and (oldest is not None or not self._flights.is_tight):
            return None
        return held

    async def _join(
        self, table: dict[Key, _Joinable], subject: Subject, work: Callable[[], Awaitable[T]]
    ) -> T:
        require_time()
        under_way: Flight[T] | None = self._under_way(table, subject)
        if under_way is None:
            under_way = self._start(table, subject, work)
        return await under_way.outcome()

    def _refresh(
        self, subject: Subject, describe: Describe, load: Callable[[], Awaitable[Any]]
    ) -> None:
        """Fetch a new answer that nobody waits for, unless one is on its way."""
        for table in (self._asked, self._refreshed):
            if self._under_way(table, subject) is not None:
                return

        async def load_in_background() -> None:
            await self._store.look([subject])
            held = self._store.find(subject.key)
            if held is None or held.age is not Age.FRESH:
                with refreshing():
                    await self._load_and_keep(describe, load)

        self._start(self._refreshed, subject, load_in_background)

    async def _load_and_keep(self, describe: Describe, load: Callable[[], Awaitable[T]]) -> T:
        """Load when its turn comes; how the answer is to be kept is said then."""
        await self._flights.turn(self._store.generations.now)
        since, subject = self._store.generations.now(), describe()
        value = await load()
        self._store.keep(subject, value, since=since)
        return value

    def _under_way(self, table: dict[Key, _Joinable], subject: Subject) -> Flight[Any] | None:
        found = table.get(subject.key)
        if found is None or found.flight.over:
            return None
        flight = found.flight
        since = found.since if flight.since is None else flight.since
        unchanged = self._store.generations.unchanged(subject.tags, since)
        return flight if flight.boarding or unchanged else None

    def _start(
        self, table: dict[Key, _Joinable], subject: Subject, work: Callable[[], Awaitable[T]]
    ) -> Flight[T]:
        def forget() -> None:
            if table.get(subject.key) is mine:
                del table[subject.key]

        flight = self._flights.start(work)
        mine = table[subject.key] = _Joinable(flight, self._store.generations.now())
        flight.when_over(forget)
        return flight


def _given_out(held: Held[T]) -> T:
    note(held)
    return held.value


def note(*given_out: Held[Any]) -> None:
    """Write into the current request's ledger that these were answered from memory."""
    book = ledger.current()
    if book is not None:
        for held in given_out:
            book.hit(kind=held.kind, seconds=held.seconds, stale=held.age is not Age.FRESH)
