"""What is known to have just happened, and goes before what Wix's index says (contract 9, row 29).

Queries are answered from an index that may trail behind writes, ours and others'. For a while after
a change the values it left are remembered, and laid over whatever an index answers.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from cachetools import TTLCache

T = TypeVar("T")

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Touched(Generic[T]):
    value: T | None
    """The newest version we were told of; None when we were told of none."""
    gone: bool = False
    known: bool = True
    """Whether `value` is what the last change left."""
    settled: bool = True
    """Whether there has been no change since, of which nobody knows what came."""
    born_after: float = -math.inf
    """For what is gone: only what was made later can be another one under the same identity."""


class Recent(Generic[T]):
    """The last changes to things of one kind."""

    def __init__(
        self,
        *,
        identity: Callable[[T], str],
        version: Callable[[T], float],
        born: Callable[[T], float],
        seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self.identity = identity
        self._version = version
        self._born = born
        self._touched: TTLCache[str, _Touched[T]] = TTLCache(_MOST, seconds, timer=clock)

    def __len__(self) -> int:
        """Tell how many things have just changed."""
        return len(self._touched)

    def changed(self, key: str, value: T | None, *, reborn: bool = False) -> bool:
        """Note what a change left, None when nobody told; say whether that is news.

        What is as old as what we know, or older, is none: so Wix's echoes of our own writes change
        nothing. And nothing comes back from being deleted, unless it is `reborn` under the same
        identity: made after what was deleted.
        """
        before = self._touched.get(key)
        if before is not None and before.gone:
            late = value is not None and self._born(value) <= before.born_after
            if late or not reborn:
                return False
        known = before.value if before is not None else None
        if value is None:
            self._touched[key] = _Touched(known, known=False, settled=False)
        elif known is None or (value != known and self._newer(value, known) is value):
            self._touched[key] = _Touched(value)
        else:
            return False
        return True

    def doubted(self, key: str) -> None:
        """Note that something may be changed just now; until it is, it is what it was."""
        before = self._touched.get(key) or _Touched(None, known=False)
        self._touched[key] = replace(before, settled=False)

    def deleted(self, key: str, *, at: float = math.inf) -> bool:
        """Note that something is gone since `at`, in seconds of Wix's clock; say if that is news.

        When the one that we know was made later, that of an earlier life is meant.
        """
        before: _Touched[T] = self._touched.get(key) or _Touched(None)
        born = self._born(before.value) if before.value is not None else before.born_after
        if born > at:
            return False
        self._touched[key] = _Touched(
            None, gone=True, born_after=max(born, at) if at < math.inf else born
        )
        return not before.gone

    def is_unsettled(self, key: str) -> bool:
        """Tell whether only Wix's truth, and not its index, can say what this is now."""
        touched = self._touched.get(key)
        return touched is not None and not touched.settled

    def is_gone(self, key: str) -> bool:
        """Tell whether it was deleted."""
        touched = self._touched.get(key)
        return touched is not None and touched.gone

    def newest(self, key: str) -> T | None:
        """Tell the version that the last change left; None when we were not told."""
        touched = self._touched.get(key)
        return touched.value if touched is not None and touched.known else None

    def corrected(self, value: T) -> T | None:
        """Tell the newest version of what an index answered; None when it is gone."""
        touched = self._touched.get(self.identity(value))
        if touched is None:
            return value
        return None if touched.gone else self._newer(value, touched.value)

    def values(self) -> Iterator[T]:
        """Tell the versions that last changes left, as far as we were told."""
        for touched in self._touched.values():
            if touched.known and touched.value is not None:
                yield touched.value

    def _newer(self, value: T, other: T | None) -> T:
        if other is None or self._version(value) >= self._version(other):
            return value
        return other
