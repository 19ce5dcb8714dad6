"""The queue before the gate: by priority, and first come, first served within one."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.budget.priority import Priority
from gateway.budget.window import Granted
from gateway.deadline import Deadline


@dataclass(eq=False, slots=True)
class Waiter:
    """One call that waits to be made."""

    priority: Priority
    end: Deadline
    granted: asyncio.Future[Granted] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Line:
    """The calls of one site that wait."""

    def __init__(self) -> None:
        # Dictionaries, because they keep the order and let those in the middle leave.
        self._waiting: dict[Priority, dict[Waiter, None]] = {each: {} for each in Priority}

    def __len__(self) -> int:
        """Tell how many wait."""
        return sum(map(len, self._waiting.values()))

    def __iter__(self) -> Iterator[Waiter]:
        """Go through those who wait, in the order in which they will be let in."""
        return (waiter for waiters in self._waiting.values() for waiter in tuple(waiters))

    def first(self) -> Waiter | None:
        """Tell who is next; None when nobody waits."""
        return next((next(iter(waiters)) for waiters in self._waiting.values() if waiters), None)

    def ahead_of(self, priority: Priority) -> int:
        """Tell how many would be let in before one who comes now."""
        return sum(len(self._waiting[each]) for each in Priority if each <= priority)

    def join(self, waiter: Waiter) -> None:
        """Let one wait."""
        self._waiting[waiter.priority][waiter] = None

    def leave(self, waiter: Waiter) -> None:
        """Let one go, who may have gone already."""
        self._waiting[waiter.priority].pop(waiter, None)
