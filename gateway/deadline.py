"""How long the current request may still take, carried along by the context of its tasks.

A context variable, because the deadline belongs to the request and not to any one layer's
arguments: each upstream call reads it where it waits.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a clock after which the caller no longer listens."""

    at: float
    """Seconds on `clock`."""
    clock: Callable[[], float]
    """A monotonic clock in seconds."""

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float]) -> "Deadline":
        """Build the deadline that lies `seconds` from now."""
        return cls(at=clock() + seconds, clock=clock)

    def remaining(self) -> float:
        """Tell how many seconds are left; 0.0 when none are."""
        return max(0.0, self.at - self.clock())


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def current() -> Deadline | None:
    """Tell the running request's deadline; None outside of a request."""
    return _current.get()


@contextmanager
def within(deadline: Deadline) -> Iterator[Deadline]:
    """Make `deadline` the current one for the block, and for the tasks started inside it."""
    token = _current.set(deadline)
    try:
        yield deadline
    finally:
        _current.reset(token)
