"""Tells which new things are whose, so that no two writes take the same one for theirs."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager

from cachetools import LRUCache

_REMEMBERED = 10_000


class Claims:
    """The ids that writes of this process have been answered with."""

    def __init__(self) -> None:
        self._taken: LRUCache[str, None] = LRUCache(_REMEMBERED)
        self._awaited: Counter[Hashable] = Counter()

    @contextmanager
    def awaiting(self, kind: Hashable) -> Iterator[None]:
        """Expect the answer to a write of this kind for the length of the block."""
        self._awaited[kind] += 1
        try:
            yield
        finally:
            self._awaited[kind] -= 1
            if not self._awaited[kind]:
                del self._awaited[kind]

    def take(self, new_id: str) -> None:
        """Note whose a new thing is: that of the write which was answered with it."""
        self._taken[new_id] = None

    def first_free(self, candidates: Sequence[str], kind: Hashable) -> str | None:
        """Take the first of the candidates that is nobody's; None while it may yet be another's.

        As many free ones as there are answers awaited may belong to those.
        """
        free = [candidate for candidate in candidates if candidate not in self._taken]
        if len(free) <= self._awaited[kind]:
            return None
        self.take(free[0])
        return free[0]
