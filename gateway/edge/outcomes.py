"""Outcomes of mutations under the keys of their callers: kept a day, and made only once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from cachetools import TTLCache

KEPT_SECONDS: Final = 86_400.0
"""How long an outcome is replayed."""

_OVERHEAD: Final = 512
"""Bytes a record takes beside its outcome, estimated."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known under a name."""

    fingerprint: str
    """Tells one request from another; it has no blanks."""
    outcome: bytes | None = None
    """The answer's body; None while the request is under way, empty where nobody knows it."""


class OutcomeStore(Protocol):
    """Keeps records for `KEPT_SECONDS`, at least; raises nothing."""

    async def claim(self, name: str, fingerprint: str) -> Record | None:
        """Take the right to execute, which is there once.

        Returns:
            None to the one who has it now, and who must `keep` or `release`; else what is known.
        """
        ...

    async def keep(self, name: str, record: Record) -> None:
        """Write down what came of a claim."""
        ...

    async def release(self, name: str) -> None:
        """Give a claim back: nothing was done."""
        ...

    async def ended(self, name: str) -> None:
        """Return once the claim on `name` was kept or released."""
        ...


@dataclass(frozen=True, slots=True)
class _Claim:
    """A request under way."""

    record: Record
    ended: asyncio.Event


class OutcomesInProcess:
    """The records of one process, bounded in bytes: the least recently used goes first.

    A claim under way is never dropped. An outcome that is larger than all the room there is, is
    kept as unknown.
    """

    def __init__(self, *, limit: int, clock: Callable[[], float]) -> None:
        self._kept: TTLCache[str, Record] = TTLCache(
            limit, KEPT_SECONDS, timer=clock, getsizeof=_size
        )
        self._running: dict[str, _Claim] = {}

    async def claim(self, name: str, fingerprint: str) -> Record | None:
        """Take the right to execute; see `OutcomeStore`."""
        running = self._running.get(name)
        if running is not None:
            return running.record
        kept = self._kept.get(name)
        if kept is None:
            self._running[name] = _Claim(Record(fingerprint), asyncio.Event())
        return kept

    async def keep(self, name: str, record: Record) -> None:
        """Write down what came of a claim."""
        fits = _size(record) <= self._kept.maxsize
        self._kept[name] = record if fits else Record(record.fingerprint, b"")
        self._end(name)

    async def release(self, name: str) -> None:
        """Give a claim back."""
        self._end(name)

    async def ended(self, name: str) -> None:
        """Wait for the claim's end."""
        running = self._running.get(name)
        if running is not None:
            await running.ended.wait()

    def find(self, name: str) -> Record | None:
        """Tell what is kept under a name; None where nothing is, or a request is under way."""
        return self._kept.get(name)

    def names(self) -> list[str]:
        """List the names under which something is kept, the latest used last."""
        return list(self._kept)

    def __len__(self) -> int:
        """Tell how many outcomes are kept."""
        return len(self._kept)

    def _end(self, name: str) -> None:
        self._running.pop(name).ended.set()


def _size(record: Record) -> int:
    return _OVERHEAD + len(record.outcome or b"")
