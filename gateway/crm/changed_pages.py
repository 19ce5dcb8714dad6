"""What a change leaves of a page that was read before it: the same, a mended one, or none."""

from dataclasses import dataclass, replace
from typing import Generic

from gateway.crm.difference import Difference, T
from gateway.crm.judging import Judge
from gateway.model.paging import Page
from gateway.model.queries import Query


@dataclass(frozen=True, slots=True)
class PageChange(Generic[T]):
    """One page, the question that it answers, and the change that it is to survive."""

    page: Page[T]
    query: Query
    change: Difference[T]
    judge: Judge[T]

    def outcome(self, *, counted: bool) -> Page[T] | None:
        """Tell the page as it is after the change; None when only Wix can.

        Without `counted` it may have been read after the change already, so that its total, and
        rows that it does not show, are not to be touched.
        """
        was, now = self._belonged(self.change.before), self._belonged(self.change.after)
        if was is None or now is None:
            return None
        place = self._place()
        if place is not None:
            return self._with_row(place, stays=now) if was else None
        if was == now:
            return self.page if not now or self._keeps_its_rank() else None
        if not counted:
            return None
        return self._entered() if now else self._left()

    def _belonged(self, thing: T | None) -> bool | None:
        return False if thing is None else self.judge.matches(self.query.filter, thing)

    def _place(self) -> int | None:
        ids = [row.id for row in self.page.items]
        return ids.index(self.change.id) if self.change.id in ids else None

    def _with_row(self, place: int, *, stays: bool) -> Page[T] | None:
        """Change a row that the page shows, if it shows what was before the change."""
        rows, after = list(self.page.items), self.change.after
        if rows[place] != self.change.before:
            return None
        if stays and after is not None and self._keeps_its_rank():
            rows[place] = after
            return replace(self.page, items=tuple(rows))
        if stays or self._is_full:
            return None
        del rows[place]
        return self._with(rows, more=-1)

    def _left(self) -> Page[T] | None:
        """Take one off the total that came after the rows."""
        rows, before = self.page.items, self.change.before
        if before is None or not rows or not self._is_full:
            return None
        after_all = self.judge.precedes(rows[-1], before, self.query.order)
        return self._with(list(rows), more=-1) if after_all else None

    def _entered(self) -> Page[T] | None:
        """Put something new where it belongs, or count it where it comes after the rows."""
        rows, new = list(self.page.items), self.change.after
        precedes = [self.judge.precedes(new, row, self.query.order) for row in rows] if new else []
        if new is None or None in precedes:
            return None
        rank = precedes.index(True) if True in precedes else len(rows)
        if rank == 0 and self.page.offset:
            return None
        rows.insert(rank, new)
        return self._with(rows[: self.query.slice.limit], more=1)

    def _keeps_its_rank(self) -> bool:
        before, after, order = self.change.before, self.change.after, self.query.order
        if before is None or after is None:
            return False
        moves = {
            self.judge.precedes(before, after, order),
            self.judge.precedes(after, before, order),
        }
        return moves == {False}

    @property
    def _is_full(self) -> bool:
        return len(self.page.items) >= self.query.slice.limit

    def _with(self, rows: list[T], *, more: int) -> Page[T]:
        total = None if self.page.total is None else self.page.total + more
        return Page(tuple(rows), self.page.offset, total)
