"""The outbox: which event goes to the subscriber when, and what became of it (contract 7.1)."""

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from gateway.sandbox.ports import DomainEvent
from gateway.sandbox.webhooks.events import StampedEvent, Stamper, Subscription

_DISORDER = 2.0
"""Seconds that events, if they shall overtake each other, wait at most."""
_REMEMBERED = 1_000
"""Attempts of which the outcome is kept."""
_ROOM = 20_000
"""Deliveries that wait at most; beyond it the new ones are lost, and counted."""


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """When an attempt has failed, and when the next one follows; all in seconds."""

    timeout: float = 1.25
    retries: tuple[float, ...] = (1.0, 10.0, 60.0, 600.0, 3_600.0)
    """The waits after failed attempts; the last one repeats."""
    give_up_after: float = 172_800.0
    """How long after the event no attempt is made any more."""

    def wait_after(self, attempts: int) -> float:
        """Tell the wait after the given number of failed attempts."""
        return self.retries[min(attempts, len(self.retries)) - 1]


@dataclass(order=True, slots=True)
class Delivery:
    """One event on its way to the subscriber."""

    due: float
    number: int
    event: StampedEvent = field(compare=False)
    since: float = field(compare=False)
    """When the event happened."""
    attempts: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one attempt; ``status`` is None when no answer came."""

    event_id: str
    event_type: str
    attempt: int
    status: int | None

    def report(self) -> dict[str, Any]:
        """Tell it as ``GET /_sandbox/webhooks/deliveries`` does."""
        return {
            "eventId": self.event_id,
            "eventType": self.event_type,
            "attempt": self.attempt,
            "status": self.status,
        }


class Outbox:
    """Holds deliveries until they are due; sends nothing itself.

    ``clock`` counts seconds. ``wake`` is called whenever something new may be due.
    """

    def __init__(self, stamper: Stamper, clock: Callable[[], float], dice: Random) -> None:
        self.subscription: Subscription | None = None
        self.policy = DeliveryPolicy()
        self.wake: Callable[[], None] = lambda: None
        self._stamper = stamper
        self._clock = clock
        self._dice = dice
        self._waiting: list[Delivery] = []
        self._numbers = count()
        self._attempts: deque[Attempt] = deque(maxlen=_REMEMBERED)
        self._counters: Counter[str] = Counter()

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The latest attempts, oldest first."""
        return tuple(self._attempts)

    @property
    def next_due(self) -> float | None:
        """When the next delivery is due; None when nothing waits."""
        return self._waiting[0].due if self._waiting else None

    def publish(self, event: DomainEvent) -> None:
        """Take an event that has happened; it is numbered even if nobody wants it."""
        stamped = self._stamper.stamp(event)
        subscription = self.subscription
        if subscription is None or not subscription.wants(stamped.event_type):
            return
        for _ in range(2 if subscription.duplicates else 1):
            self._enqueue(stamped, subscription)
        self.wake()

    def subscribe(self, subscription: Subscription | None) -> None:
        """Set or end the subscription; what waits goes to the new one, or is dropped."""
        self.subscription = subscription
        if subscription is None:
            self._waiting.clear()

    def due(self, most: int) -> Iterator[Delivery]:
        """Take out what is due, the oldest first, at most one delivery of each entity.

        Taken together these may be sent at the same time and still keep each entity's order.
        """
        now = self._clock()
        later: list[Delivery] = []
        taken: set[str] = set()
        while self._waiting and self._waiting[0].due <= now and len(taken) < most:
            delivery = heapq.heappop(self._waiting)
            if delivery.event.entity_id in taken:
                later.append(delivery)
                continue
            taken.add(delivery.event.entity_id)
            yield delivery
        for delivery in later:
            heapq.heappush(self._waiting, delivery)

    def settle(self, delivery: Delivery, status: int | None) -> None:
        """Note how an attempt ended: 200 is success, all else is tried again until too late."""
        delivery.attempts += 1
        event = delivery.event
        self._attempts.append(Attempt(event.event_id, event.event_type, delivery.attempts, status))
        if status == 200:  # noqa: PLR2004 - the status is its own name
            self._counters["delivered"] += 1
            return
        self._counters["failedAttempts"] += 1
        delivery.due = self._clock() + self.policy.wait_after(delivery.attempts)
        if delivery.due > delivery.since + self.policy.give_up_after:
            self._counters["givenUp"] += 1
        elif self.subscription is not None:
            heapq.heappush(self._waiting, delivery)

    def clear(self) -> None:
        """Forget the subscription, what waits, and what was."""
        self.subscribe(None)
        self._attempts.clear()
        self._counters.clear()

    def report(self) -> dict[str, int]:
        """Tell how many deliveries wait, succeeded, failed and were given up."""
        names = ("delivered", "failedAttempts", "givenUp", "lost")
        return {"waiting": len(self._waiting)} | {name: self._counters[name] for name in names}

    def _enqueue(self, event: StampedEvent, subscription: Subscription) -> None:
        if len(self._waiting) >= _ROOM:
            self._counters["lost"] += 1
            return
        now = self._clock()
        delay = self._dice.uniform(0.0, _DISORDER) if subscription.disorder else 0.0
        heapq.heappush(self._waiting, Delivery(now + delay, next(self._numbers), event, now))
