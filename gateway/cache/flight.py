"""Loads that several requests wait for, and that belong to none of them."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from contextvars import Context, ContextVar
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gateway import deadline, ledger
from gateway.budget.rhythm import Rhythm
from gateway.deadline import Deadline
from gateway.errors import GatewayError, UpstreamTimeout, UpstreamUnavailable
from gateway.ledger import Ledger, UpstreamCall

T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Passenger:
    """Somebody who waits for a load."""

    keys: frozenset[Hashable]
    """Those that he asks for; empty where he asks for all that the load brings."""


class Flight(Generic[T]):
    """One shared load; it is dropped when nobody waits for it any more."""

    def __init__(self, task: "asyncio.Task[T]", book: Ledger) -> None:
        self._task = task
        self._book = book
        self._passengers: list[Passenger] = []
        self.waiting = 0
        """How many wait for it."""
        self.boarding = False
        """Whether it waits for its turn: what it brings is no older than anybody's question."""
        self.since: int | None = None
        """The last change before its turn; None where it took none."""

    @property
    def over(self) -> bool:
        """Whether it has ended, or is about to because everybody has left."""
        return self._task.done() or bool(self._task.cancelling())

    def when_over(self, callback: Callable[[], None]) -> None:
        """Have `callback` called once it has ended, however it did, before anybody hears of it."""
        self._task.add_done_callback(lambda _task: callback())

    async def outcome(self) -> T:
        """Wait for the load, as long as the caller's own deadline allows.

        Raises:
            UpstreamTimeout: The caller's time is over; the load goes on for the others.
            UpstreamUnavailable: The gateway is closing.
            GatewayError: What the load raised; each caller gets an exception of his own.
        """
        (result,) = await outcomes({self: ()})
        return result

    def board(self, keys: Collection[Hashable]) -> Passenger:
        """Count one more who waits, for some keys of a batch or, without keys, for all."""
        self.waiting += 1
        book = ledger.current()
        if book is not None:
            book.wait_for(self._book, keys)
        passenger = Passenger(frozenset(keys))
        self._passengers.append(passenger)
        return passenger

    def leave(self, passenger: Passenger) -> None:
        """Count one less; his ledger is told of the calls that were made for what he asked for.

        Each is charged to the first who asked for it, and shared by the others. A load that nobody
        waits for any more is dropped.
        """
        self.waiting -= 1
        book = ledger.current()
        if book is not None:
            served = [call for call in self._book.calls if call.is_for(passenger.keys)]
            own = [call for call in served if self._payer(call) is passenger]
            book.take_over(own)
            book.shared += len(served) - len(own)
        if not self.waiting and not self._task.done():
            self._task.cancel()

    def _payer(self, call: UpstreamCall) -> Passenger | None:
        return next((each for each in self._passengers if call.is_for(each.keys)), None)

    async def landed(self) -> None:
        """Return once the load has ended, however it did."""
        await asyncio.wait({self._task})

    def result(self) -> T:
        """Tell what a load that has ended brought; raises as `outcome` does."""
        if self._task.cancelled():
            raise UpstreamUnavailable("The gateway is closing.")
        fault = self._task.exception()
        if isinstance(fault, GatewayError):
            raise copy.copy(fault) from fault
        return self._task.result()


async def outcomes(flights: Mapping[Flight[T], Collection[Hashable]]) -> list[T]:
    """Wait for several loads at once, each for some keys or all; raises as `Flight.outcome` does.

    All are boarded before the first wait: a caller who is cancelled must leave every one of them.
    """
    limit = deadline.current()
    boarded = [(flight, flight.board(keys)) for flight, keys in flights.items()]
    try:
        async with asyncio.timeout(limit.remaining() if limit else None):
            for flight in flights:
                await flight.landed()
    except TimeoutError:
        raise UpstreamTimeout("Wix did not answer in time.") from None
    finally:
        for flight, passenger in boarded:
            flight.leave(passenger)
    return [flight.result() for flight in flights]


_flying: ContextVar[Flight[Any]] = ContextVar("flying")
"""The load that the running task is."""


class Flights:
    """The shared loads of one site that are under way."""

    def __init__(
        self, *, seconds: float, clock: Callable[[], float], rhythm: Rhythm | None = None
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._rhythm = rhythm
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self, load: Callable[[], Awaitable[T]]) -> Flight[T]:
        """Start a load in a context of its own.

        Nothing of the request that asks first gets in: neither its ledger nor its log's request
        id, and of its deadline only what goes beyond the load's own.
        """
        asking = deadline.current()
        seconds = max(self._seconds, asking.remaining() if asking else 0.0)
        book = Ledger()
        work = self._within(Deadline.after(seconds, self._clock), book, load)
        context = Context()
        task = asyncio.create_task(work, context=context)
        self._tasks.add(task)
        task.add_done_callback(self._land)
        flight = Flight(task, book)
        context.run(_flying.set, flight)
        return flight

    @property
    def is_tight(self) -> bool:
        """Whether loads have to wait for their turn."""
        return self._rhythm is not None and self._rhythm.is_tight

    async def turn(self, now: Callable[[], int], *, asking: bool = True) -> bool:
        """Have the running load wait until it is its turn to ask; it can be joined till then.

        `now` tells the last change; without `asking` no turn is needed. Returns whether anybody
        waits for the load.

        Raises:
            Throttled: There is no turn for it in time.
        """
        flight = _flying.get()
        if asking and self._rhythm is not None:
            flight.boarding = True
            try:
                await self._rhythm.turn(lambda: flight.waiting)
            finally:
                flight.boarding = False
        flight.since = now()
        return bool(flight.waiting)

    async def aclose(self) -> None:
        """End what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _within(self, limit: Deadline, book: Ledger, load: Callable[[], Awaitable[T]]) -> T:
        with deadline.within(limit), ledger.opened(book):
            return await load()

    def _land(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Looked at, so that a failure nobody waits for any more is not reported as forgotten.
            task.exception()


def require_time() -> None:
    """Begin nothing for a caller whose time is over.

    Raises:
        UpstreamTimeout: It is.
    """
    limit = deadline.current()
    if limit is not None and not limit.remaining():
        raise UpstreamTimeout("The request's time is over.")
