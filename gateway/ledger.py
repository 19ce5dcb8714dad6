"""What one request spent upstream, and what it was spared, carried by the context of its tasks."""

from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace


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
    keys: frozenset[Hashable] = frozenset()
    """The keys of a batch that it was made for; empty where it was made for all there is."""


@dataclass(slots=True)
class Ledger:
    """The upstream calls of one request, in the order in which they ended."""

    calls: list[UpstreamCall] = field(default_factory=list)
    """Those that were made because of this request."""
    shared: int = 0
    """Calls that were made because of others, and answered this request as well."""
    cache_hits: int = 0
    """Look-ups that were answered from memory."""
    stale: int = 0
    """How many of these were past their fresh period."""

    def record(self, call: UpstreamCall) -> None:
        """Write one call down, with the keys that it was made for."""
        self.calls.append(replace(call, keys=_keys.get()))

    def take_over(self, calls: Iterable[UpstreamCall]) -> None:
        """Write down the calls of a load that this request began and others may have joined."""
        self.calls.extend(calls)

    def hit(self, *, stale: bool = False) -> None:
        """Note a look-up that was answered from memory."""
        self.cache_hits += 1
        self.stale += stale


_current: ContextVar[Ledger | None] = ContextVar("ledger", default=None)
_keys: ContextVar[frozenset[Hashable]] = ContextVar("keys", default=frozenset())


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


@contextmanager
def asking_for(keys: Iterable[Hashable]) -> Iterator[None]:
    """Say that the calls of the block are made for these keys of a batch, and not for the others.

    So everybody is charged for his own keys, with whomever they happened to travel.
    """
    token = _keys.set(frozenset(keys))
    try:
        yield
    finally:
        _keys.reset(token)
