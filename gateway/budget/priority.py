"""How urgent a call is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Priority(IntEnum):
    """The classes of calls, the most urgent first."""

    WRITE = 0
    """It changes something: somebody has decided on it, and no cache can stand in for it."""
    READ = 1
    """Somebody waits for it."""
    REFRESH = 2
    """It renews what is at hand anyway."""


_refreshing: ContextVar[bool] = ContextVar("refreshing", default=False)


@contextmanager
def refreshing() -> Iterator[None]:
    """Give the reads of the block, and of the tasks started inside it, the lowest priority."""
    token = _refreshing.set(True)
    try:
        yield
    finally:
        _refreshing.reset(token)


def priority_of(*, writes: bool) -> Priority:
    """Tell the priority of a call that is made here and now."""
    if writes:
        return Priority.WRITE
    return Priority.REFRESH if _refreshing.get() else Priority.READ
