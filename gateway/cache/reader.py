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
        self._asked: dict[Key, _Joinable] = {}
        self._refreshed: dict[Key, _Joinable] = {}

    async def read(
        self, subject: Subject, load: Callable[[], Awaitable[T]], *, oldest: float | None = None
    ) -> T:
        """Answer from memory, or by `load`, which several callers may share.

        A stale answer is given out while a new one is fetched in the background. Nobody joins a
        load that began before a change of the subject's tags. With `oldest`, an answer kept for
        more than so many seconds counts as none.

        Raises:
            GatewayError: What `load` raises, unless an older answer can stand in for it.
        """
        held: Held[T] | None = self._store.find(subject.key)
        if held is not None and held.age is not Age.SPENT and _young(held, oldest):
            if held.age is Age.STALE:
                self._refresh(subject, load)
            return _given_out(held)
        try:
            return await self._join(subject, load)
        except PASSING:
            held = self._store.find(subject.key) if oldest is None else None
            if held is None:
                raise
            return _given_out(held)

    async def _join(self, subject: Subject, load: Callable[[], Awaitable[T]]) -> T:
        require_time()
        under_way: Flight[T] | None = self._under_way(self._asked, subject)
        if under_way is None:
            under_way = self._start(self._asked, subject, load)
        return await under_way.outcome()

    def _refresh(self, subject: Subject, load: Callable[[], Awaitable[Any]]) -> None:
        """Fetch a new answer that nobody waits for, unless one is on its way."""
        for table in (self._asked, self._refreshed):
            if self._under_way(table, subject) is not None:
                return

        async def load_in_background() -> Any:
            with refreshing():
                return await load()

        self._start(self._refreshed, subject, load_in_background)

    def _under_way(self, table: dict[Key, _Joinable], subject: Subject) -> Flight[Any] | None:
        found = table.get(subject.key)
        if found is None or found.flight.over:
            return None
        unchanged = self._store.generations.unchanged(subject.tags, found.since)
        return found.flight if unchanged else None

    def _start(
        self, table: dict[Key, _Joinable], subject: Subject, load: Callable[[], Awaitable[T]]
    ) -> Flight[T]:
        since = self._store.generations.now()

        async def load_and_keep() -> T:
            value = await load()
            self._store.keep(subject, value, since=since)
            return value

        def forget() -> None:
            if table.get(subject.key) is mine:
                del table[subject.key]

        flight = self._flights.start(load_and_keep)
        mine = table[subject.key] = _Joinable(flight, since)
        flight.when_over(forget)
        return flight


def _young(held: Held[Any], oldest: float | None) -> bool:
    return oldest is None or held.seconds <= oldest


def _given_out(held: Held[T]) -> T:
    note(held)
    return held.value


def note(*given_out: Held[Any]) -> None:
    """Write into the current request's ledger that these were answered from memory."""
    book = ledger.current()
    if book is not None:
        for held in given_out:
            book.hit(stale=held.age is not Age.FRESH)
