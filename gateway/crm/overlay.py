"""Lays what has just changed over pages that Wix's index answers, which may trail behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from gateway.crm.judging import Judge
from gateway.crm.limits import PAGE
from gateway.crm.recent import Recent
from gateway.model.paging import Page
from gateway.model.queries import Query, Slice

T = TypeVar("T")

_MOST: Final = 100
"""Changes up to which a page is asked for in full; beyond it rows are mended where they stand."""


@dataclass(slots=True)
class _Rows(Generic[T]):
    """The rows of a page while it is being mended."""

    kept: list[T]
    ends: bool
    """Whether the list ends with them."""
    begins: bool
    """Whether it begins with them."""
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Overlay(Generic[T]):
    """Mends pages of things of one kind."""

    recent: Recent[T]
    judge: Judge[T]
    trimmed: Callable[[T], T]
    """Takes off a row what was deleted elsewhere, such as a label."""

    def widened(self, query: Query) -> Query:
        """Ask for as many more rows as may turn out not to belong there.

        Where a row belongs in a list depends on all before it; so the page is asked for from the
        beginning, if that fits into one call.
        """
        extra, wanted = len(self.recent), query.slice
        end = wanted.offset + wanted.limit + extra
        if not extra or extra > _MOST or end > PAGE:
            return query
        return replace(query, slice=Slice(0, end))

    def mended(self, page: Page[T], *, fetched: Query, asked: Query) -> Page[T]:
        """Make the page that was asked for of the one that was fetched."""
        if not len(self.recent):
            return replace(page, items=tuple(map(self.trimmed, page.items)))
        rows = _Rows[T](
            kept=[],
            ends=len(page.items) < fetched.slice.limit,
            begins=fetched.slice.offset == 0,
        )
        moved = self._keep(page.items, rows, asked)
        self._insert(moved, rows, asked)
        rows.added = self._insert(self._unseen(page.items, asked), rows, asked)
        start = asked.slice.offset - fetched.slice.offset
        return Page(
            items=tuple(rows.kept[start : start + asked.slice.limit]),
            offset=asked.slice.offset,
            total=_total(page, rows),
        )

    def _keep(self, items: Sequence[T], rows: _Rows[T], asked: Query) -> list[T]:
        """Keep the rows that stay where they are; tell those that may have moved."""
        moved: list[T] = []
        for row in items:
            newest = self._newest(row, asked)
            if newest is None:
                rows.removed += 1
            elif self._stays(row, newest, asked):
                rows.kept.append(newest)
            else:
                moved.append(newest)
        return moved

    def _newest(self, row: T, asked: Query) -> T | None:
        """Tell what a row is by now; None when it is no longer in the list."""
        newest = self.recent.corrected(row)
        if newest is None:
            return None
        trimmed = self.trimmed(newest)
        if trimmed is not row and self.judge.matches(asked.filter, trimmed) is False:
            return None
        return trimmed

    def _stays(self, row: T, newest: T, asked: Query) -> bool:
        """Tell whether a row keeps its place, as far as we can tell."""
        if newest is row:
            return True
        moves = (
            self.judge.precedes(row, newest, asked.order),
            self.judge.precedes(newest, row, asked.order),
        )
        return True not in moves

    def _insert(self, things: Sequence[T], rows: _Rows[T], asked: Query) -> int:
        """Put things where they belong, unless that is on another page; tell how many were."""
        count = 0
        for thing in things:
            rank = self._rank(thing, rows.kept, asked)
            first = rank == 0 and not rows.begins
            last = rank is None or rank == len(rows.kept)
            if not first and (not last or rows.ends):
                rows.kept.insert(len(rows.kept) if rank is None else rank, thing)
                count += 1
        return count

    def _unseen(self, items: Sequence[T], asked: Query) -> list[T]:
        """Tell what belongs in the list, though the index does not show it yet."""
        shown = {self.recent.identity(row) for row in items}
        new = [
            self.trimmed(thing)
            for thing in self.recent.values()
            if self.recent.identity(thing) not in shown
        ]
        return [thing for thing in new if self.judge.matches(asked.filter, thing)]

    def _rank(self, thing: T, rows: Sequence[T], asked: Query) -> int | None:
        """Tell before which row a thing belongs; None when only Wix can tell."""
        for place, row in enumerate(rows):
            precedes = self.judge.precedes(thing, row, asked.order)
            if precedes is None:
                return None
            if precedes:
                return place
        return len(rows)


def _total(page: Page[T], rows: _Rows[T]) -> int | None:
    if rows.begins and rows.ends:
        return len(rows.kept)
    return None if page.total is None else page.total - rows.removed + rows.added
