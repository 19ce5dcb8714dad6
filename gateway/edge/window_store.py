"""Counts what callers took, for the limits library: in memory, in bounded room, by a clock."""

import time
from collections.abc import Callable
from typing import Final

from cachetools import LRUCache
from limits.aio.storage import MemoryStorage

MOST_KEYS: Final = 50_000
"""Windows remembered, about 0.3 KB each; whoever asked least recently is forgotten first."""


class WindowsInProcess(MemoryStorage):
    """The library's memory with sliding windows of our own.

    Its own start a task for each count, which looks at every key there is.
    """

    def __init__(
        self, *, most: int = MOST_KEYS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._counts: LRUCache[str, tuple[int, int, int]] = LRUCache(most)
        self._clock = clock

    def __len__(self) -> int:
        """Tell how many windows are remembered."""
        return len(self._counts)

    async def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        """Count `amount` more in a window of `expiry` seconds, unless that is over `limit`."""
        before, left, now, _ = await self.get_sliding_window(key, expiry)
        if int(before * left / expiry) + now + amount > limit:
            return False
        self._counts[key] = (int(self._clock() // expiry), before, now + amount)
        return True

    async def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Tell the counts of the period before and of this one, each with its seconds left."""
        period, passed = divmod(self._clock(), expiry)
        then, before, now = self._counts.get(key, (int(period), 0, 0))
        age = int(period) - then
        if age:
            before, now = (now if age == 1 else 0), 0
        left = expiry - passed
        return before, left if before else 0.0, now, left + expiry

    async def clear_sliding_window(self, key: str, _expiry: int) -> None:
        """Forget a window."""
        self._counts.pop(key, None)
