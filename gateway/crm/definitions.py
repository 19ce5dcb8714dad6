"""Labels and extended fields, of which a site has few: look-ups read all, lists read pages."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway.cache.keys import Tag
from gateway.cache.periods import Period
from gateway.cache.store import Subject
from gateway.crm.freshness import Freshness
from gateway.crm.judging import Judge
from gateway.crm.overlay import Overlay
from gateway.crm.recent import Recent
from gateway.model.paging import Page
from gateway.model.queries import Query, Slice

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source(Generic[T]):
    """Where definitions of one kind come from, and how they are kept."""

    listed: Callable[[Slice], Awaitable[Page[T]]]
    queried: Callable[[Query], Awaitable[Page[T]]]
    page_size: int
    """The largest page of `listed`."""
    recent: Recent[T]
    judge: Judge[T]
    whole: Tag
    pages: Tag
    period: Period


class Definitions(Generic[T]):
    """The definitions of one kind on one site."""

    def __init__(self, source: Source[T], freshness: Freshness) -> None:
        self._source = source
        self._freshness = freshness
        self._overlay = Overlay(source.recent, source.judge, _as_it_is)

    async def by_keys(self, keys: Sequence[str]) -> list[T | None]:
        """Find definitions by key, all from one list that is kept.

        A key that is missing there makes the list be read anew, unless that has just been done:
        one look-up never reads it twice, whatever changes meanwhile.

        Returns:
            One entry per key, in the order of `keys`; None for a key nobody has.
        """
        just_read = False

        async def load() -> Mapping[str, T]:
            nonlocal just_read
            just_read = True
            return await self._load_whole()

        known = await self._freshness.reader.read(self._whole, load)
        if not just_read and any(key not in known for key in keys):
            known = await self.all(oldest=self._freshness.periods.misses.fresh)
        return [known.get(key) for key in keys]

    async def all(self, *, oldest: float | None = None) -> Mapping[str, T]:
        """Tell all definitions by key; with `oldest`, as they were at most so many seconds ago."""
        return await self._freshness.reader.read(self._whole, self._load_whole, oldest=oldest)

    async def page(self, query: Query) -> Page[T]:
        """Answer a filtered, ordered slice of the definitions."""
        period = self._freshness.periods.pages
        return await self._freshness.reader.read(
            lambda: self._subject(self._source.pages, query, period),
            lambda: self._load_page(query),
        )

    async def _load_whole(self) -> Mapping[str, T]:
        recent, size = self._source.recent, self._source.page_size
        rows: list[T] = []
        while True:
            page = await self._source.listed(Slice(len(rows), size))
            rows += page.items
            if len(page.items) < size:
                break
        newest = [recent.corrected(row) for row in rows]
        return {
            recent.identity(definition): definition
            for definition in (*recent.values(), *newest)
            if definition is not None
        }

    async def _load_page(self, query: Query) -> Page[T]:
        fetched = self._overlay.widened(query)
        page = await self._source.queried(fetched)
        return self._overlay.mended(page, fetched=fetched, asked=query)

    def _whole(self) -> Subject:
        return self._subject(self._source.whole, None, self._source.period)

    def _subject(self, tag: Tag, query: Query | None, period: Period) -> Subject:
        identity = None if query is None else repr(query)
        subject = self._freshness.subject(tag.kind, identity, tags=(tag,), period=period)
        if query is not None:
            self._freshness.carrying.asked(subject.key, query)
        return subject


def _as_it_is(definition: T) -> T:
    return definition
