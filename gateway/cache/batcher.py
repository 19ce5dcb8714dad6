"""Loads by key from many requests, gathered into as few calls as there is need for."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from gateway.budget.priority import refreshing
from gateway.cache.flight import Flight, Flights, outcomes, require_time
from gateway.cache.generations import Generations
from gateway.cache.keys import Tag

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Load = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]
"""Loads the values of some keys in one call, or in as few as it takes."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """When a batch leaves."""

    most: int = 1_000
    """Keys in one batch: the upstream's largest page."""
    in_the_air: int = 4
    """Batches under way at a time, unless they are full."""
    patience: float = 1.0
    """Seconds after which a batch no longer waits for one that is under way: it may hang."""


DEFAULT_GATHERING = Gathering()


@dataclass(eq=False, slots=True)
class _Batch(Generic[K, V]):
    keys: dict[K, None] = field(default_factory=dict)
    departure: asyncio.Event = field(default_factory=asyncio.Event)
    flight: Flight[Mapping[K, V]] | None = None


class Batcher(Generic[K, V]):
    """Natural batching: a key leaves at once when nothing is under way.

    While a batch is under way further keys gather, and leave together when it lands. A key that
    is under way already is waited for, unless its tags have changed since it left. A batch that
    does not ask Wix (`asking` is false) waits for no turn among the site's calls.
    """

    def __init__(
        self,
        load: Load[K, V],
        *,
        flights: Flights,
        generations: Generations,
        tags: Callable[[K], tuple[Tag, ...]],
        gathering: Gathering = DEFAULT_GATHERING,
        asking: bool = True,
    ) -> None:
        self._load = load
        self._flights = flights
        self._generations = generations
        self._tags = tags
        self._rules = gathering
        self._asking = asking
        self._gathering: _Batch[K, V] | None = None
        self._under_way: dict[_Batch[K, V], None] = {}

    async def load(self, keys: Iterable[K]) -> dict[K, V]:
        """Load the values of `keys`; what does not exist is missing from the answer.

        Raises:
            GatewayError: What a batch raised, or the caller's time is over.
        """
        require_time()
        asked: dict[_Batch[K, V], list[K]] = {}
        for key in dict.fromkeys(keys):
            asked.setdefault(self._batch_of(key), []).append(key)
        flights = {batch.flight: own for batch, own in asked.items() if batch.flight is not None}
        return {key: value for landed in await outcomes(flights) for key, value in landed.items()}

    def begin(self, keys: Iterable[K]) -> None:
        """Load the values of `keys` for whom nobody waits."""
        for key in dict.fromkeys(keys):
            self._batch_of(key)

    def _batch_of(self, key: K) -> _Batch[K, V]:
        for batch in self._under_way:
            if key in batch.keys and self._is_joinable(batch, key):
                return batch
        batch = self._open_batch()
        batch.keys[key] = None
        if len(batch.keys) >= self._rules.most:
            self._close(batch)
            self._depart(batch)
        return batch

    def _is_joinable(self, batch: _Batch[K, V], key: K) -> bool:
        flight = batch.flight
        if flight is None or flight.over:
            return False
        return flight.since is None or self._generations.unchanged(self._tags(key), flight.since)

    def _open_batch(self) -> _Batch[K, V]:
        batch = self._gathering
        if batch is None or batch.flight is None or batch.flight.over:
            batch = self._gathering = _Batch()
            batch.flight = self._flights.start(lambda: self._fly(batch))
            batch.flight.when_over(lambda: self._land(batch))
            asyncio.get_running_loop().call_later(self._rules.patience, self._hurry, batch)
            if not self._under_way:
                # The task begins in the loop's next turn, with the keys added until then.
                asyncio.get_running_loop().call_soon(self._depart, batch)
        return batch

    def _hurry(self, batch: _Batch[K, V]) -> None:
        if len(self._under_way) < self._rules.in_the_air:
            self._depart(batch)

    def _depart(self, batch: _Batch[K, V]) -> None:
        """Let a batch leave when its turn comes; further keys gather in it until then."""
        batch.departure.set()

    def _close(self, batch: _Batch[K, V]) -> None:
        """Let no more keys into a batch."""
        if self._gathering is batch:
            self._gathering = None
        self._under_way[batch] = None

    async def _fly(self, batch: _Batch[K, V]) -> Mapping[K, V]:
        await batch.departure.wait()
        awaited = await self._flights.turn(self._generations.now, asking=self._asking)
        self._close(batch)
        if awaited:
            return await self._load(tuple(batch.keys))
        with refreshing():
            return await self._load(tuple(batch.keys))

    def _land(self, batch: _Batch[K, V]) -> None:
        if self._gathering is batch:
            self._gathering = None
        self._under_way.pop(batch, None)
        if self._gathering is not None:
            self._depart(self._gathering)
