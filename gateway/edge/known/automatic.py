"""Documents that callers have sent once, to name them by their digests from then on."""

from typing import Final, Protocol

from cachetools import LRUCache

_OVERHEAD: Final = 256
"""Bytes that a document takes beside its text, estimated."""


class AutomaticDocuments(Protocol):
    """Keeps documents by their digests, for as long as there is room; raises nothing.

    They hold nothing of any site or caller. Who keeps them where others may write checks each by
    its digest when it comes back.
    """

    async def find(self, digest: str) -> str | None:
        """Find the text of a digest; None where it is not kept, or no longer."""
        ...

    async def keep(self, digest: str, text: str) -> None:
        """Keep a valid document, whose digest has been compared."""
        ...


class AutomaticInProcess:
    """The documents of one process, bounded in bytes: the least recently used goes first."""

    def __init__(self, limit: int) -> None:
        self._texts: LRUCache[str, str] = LRUCache(limit, getsizeof=_size)

    async def find(self, digest: str) -> str | None:
        """Find a text; see `AutomaticDocuments`."""
        return self._texts.get(digest)

    async def keep(self, digest: str, text: str) -> None:
        """Keep a text, unless it is larger than all the room there is."""
        if _size(text) <= self._texts.maxsize:
            self._texts[digest] = text

    def __len__(self) -> int:
        """Tell how many documents are kept."""
        return len(self._texts)


def _size(text: str) -> int:
    return _OVERHEAD + len(text.encode("utf-8", "surrogatepass"))
