"""Loads that several requests wait for, and that belong to none of them."""

import asyncio
import copy
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Any, Generic, TypeVar

from gateway import deadline, ledger
from gateway.deadline import Deadline
from gateway.errors import GatewayError, UpstreamTimeout, UpstreamUnavailable
from gateway.ledger import Ledger

T = TypeVar("T")


class Flight(Generic[T]):
    """One shared load; it is dropped when nobody waits for it any more."""

    def __init__(self, task: "asyncio.Task[T]", book: Ledger) -> None:
        self._task = task
        self._book = book
        self._waiting = 0
        self._begun_by_someone = False

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
        (result,) = await outcomes([self])
        return result

    def board(self) -> bool:
        """Count one more who waits; tell whether he is the first of all."""
        self._waiting += 1
        first, self._begun_by_someone = not self._begun_by_someone, True
        return first

    def leave(self, *, first: bool) -> None:
        """Count one less; his ledger is told of the calls, which for all but the first are shared.

        A load that nobody waits for any more is dropped.
        """
        self._waiting -= 1
        book = ledger.current()
        if book is not None and first:
            book.take_over(self._book.calls)
        elif book is not None:
            book.shared += len(self._book.calls)
        if not self._waiting and not self._task.done():
            self._task.cancel()

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


async def outcomes(flights: Sequence[Flight[T]]) -> list[T]:
    """Wait for several loads at once; raises as `Flight.outcome` does.

    All are boarded before the first wait: a caller who is cancelled must leave every one of them.
    """
    limit = deadline.current()
    boarded = [(flight, flight.board()) for flight in flights]
    try:
        async with asyncio.timeout(limit.remaining() if limit else None):
            for flight in flights:
                await flight.landed()
    except TimeoutError:
        raise UpstreamTimeout("Wix did not answer in time.") from None
    finally:
        for flight, first in boarded:
            flight.leave(first=first)
    return [flight.result() for flight in flights]


class Flights:
    """The shared loads of one site that are under way."""

    def __init__(self, *, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
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
        task = asyncio.create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._land)
        return Flight(task, book)

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
