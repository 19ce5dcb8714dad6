"""Tells whether something has changed since a read began."""

from collections.abc import Iterable

from gateway.cache.keys import Tag


class Generations:
    """Numbers the changes, and knows for each tag which one touched it last.

    Bounded: when the oldest tag is forgotten, whatever is older than its change counts as changed,
    which is never wrong, only wasteful.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._now = 0
        self._horizon = 0
        self._changed: dict[Tag, int] = {}

    def now(self) -> int:
        """Tell the number of the last change; a read notes it when it begins."""
        return self._now

    def begin(self) -> int:
        """Number a moment at which nothing changes, to tell what was before it from what comes."""
        self._now += 1
        return self._now - 1

    def change(self, tags: Iterable[Tag]) -> None:
        """Note a change of everything that carries one of `tags`."""
        self._now += 1
        for tag in tags:
            self._changed.pop(tag, None)
            self._changed[tag] = self._now
        while len(self._changed) > self._most:
            self._horizon = self._changed.pop(next(iter(self._changed)))

    def change_all(self) -> None:
        """Note a change of everything."""
        self._now += 1
        self._horizon = self._now
        self._changed.clear()

    def unchanged(self, tags: Iterable[Tag], since: int) -> bool:
        """Tell whether nothing touched any of `tags` after change number `since`."""
        if since == self._now:
            return True
        changed = self._changed
        return since >= self._horizon and all(changed.get(tag, 0) <= since for tag in tags)
