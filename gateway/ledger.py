"""What one request spent upstream, carried along by the context of its tasks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class UpstreamCall:
    """One HTTP exchange with Wix, retries counted one by one."""

    operation: str
    """The method's name in our words, e.g. ``contacts.query``."""
    method: str
    path: str
    status: int | None
    """None when no answer came."""
    seconds: float
    attempt: int
    """1 for the first try."""


@dataclass(slots=True)
class Ledger:
    """The upstream calls of one request, in the order in which they ended."""

    calls: list[UpstreamCall] = field(default_factory=list)

    def record(self, call: UpstreamCall) -> None:
        """Write one call down."""
        self.calls.append(call)


_current: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


def current() -> Ledger | None:
    """Tell the running request's ledger; None outside of a request."""
    return _current.get()


@contextmanager
def opened(ledger: Ledger) -> Iterator[Ledger]:
    """Make `ledger` the current one for the block, and for the tasks started inside it."""
    token = _current.set(ledger)
    try:
        yield ledger
    finally:
        _current.reset(token)
