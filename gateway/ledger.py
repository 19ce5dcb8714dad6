"""What one request spent upstream, and what it was spared, carried by the context of its tasks."""

from collections.abc import Collection, Hashable, Iterable, Iterator
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
    waited: float = 0.0
    """Seconds at the gate, before it was sent."""
    sent_at: float = field(default=0.0, compare=False)
    """In seconds on the clock of whoever sent it; two calls alike were sent at other times."""
    keys: frozenset[Hashable] = frozenset()
    """The keys of a batch that it was made for; empty where it was made for all there is."""

    def is_for(self, keys: Collection[Hashable]) -> bool:
        """Tell whether it was made for who asks for these keys, or without keys for all."""
        return not self.keys or not keys or not self.keys.isdisjoint(keys)


@dataclass(slots=True)
class Share:
    """What somebody waits for of a load."""

    keys: frozenset[Hashable]
    """Those of a batch; empty where he waits for all that it brings."""

    def widen(self, keys: Collection[Hashable]) -> None:
        """Wait for these keys as well, or without keys for all."""
        self.keys = self.keys.union(keys) if self.keys and keys else frozenset()


@dataclass(slots=True)
class Remembered:
    """The answers of one kind that came from memory."""

    answers: int = 0
    stale: int = 0
    """How many of these were past their fresh period."""
    oldest: float = 0.0
    """How long the oldest of them had been kept, in seconds."""


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
    loads: dict[int, tuple["Ledger", Share]] = field(default_factory=dict, compare=False)
    """The books of the loads that it waited for, each by its identity, and what of them."""
    shares: list[Share] = field(default_factory=list, compare=False)
    """What other books' owners have waited for of what is written down here, one for each."""
    remembered: dict[str, Remembered] | None = None
    """What came from memory, by kind; None as long as nobody wants to know."""
    traced_since: float = field(default=0.0, compare=False)
    """When somebody wanted to know, on the clock of the calls; 0 when nobody does."""

    def record(self, call: UpstreamCall) -> None:
        """Write one call down, with the keys that it was made for."""
        self.calls.append(replace(call, keys=_keys.get()))

    def take_over(self, calls: Iterable[UpstreamCall]) -> None:
        """Write down the calls of a load that this request began and others may have joined."""
        self.calls.extend(calls)

    def wait_for(self, load: "Ledger", keys: Collection[Hashable] = ()) -> None:
        """Note that this request waits for a load, once however many of its fields do.

        It waits for some keys of a batch or, without keys, for all.
        """
        if id(load) in self.loads:
            self.loads[id(load)][1].widen(keys)
            return
        share = Share(frozenset(keys))
        self.loads[id(load)] = load, share
        load.shares.append(share)

    def hit(self, *, kind: str = "", seconds: float = 0.0, stale: bool = False) -> None:
        """Note a look-up of some kind that was answered from memory, which is so old."""
        self.cache_hits += 1
        self.stale += stale
        if self.remembered is not None:
            known = self.remembered.setdefault(kind, Remembered())
            known.answers += 1
            known.stale += stale
            known.oldest = max(known.oldest, seconds)


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
