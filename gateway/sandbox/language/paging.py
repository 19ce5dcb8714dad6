"""Pages: the slice a request asks for, the rows in it, and what the answer tells of them."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.language.sql import Fragment
from gateway.sandbox.shapes import INT64_MAX, Shape, integer, record, whole_number


@dataclass(frozen=True, slots=True)
class Slice:
    """``limit`` rows from ``offset`` on."""

    limit: int
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a slice, and how many there are in all; None if nobody counted that far."""

    rows: Sequence[Any]
    offset: int
    total: int | None

    def metadata(self) -> dict[str, Any]:
        """Describe the page as List Labels and List Fields do, in ``metadata``."""
        described = {"count": len(self.rows), "offset": self.offset}
        return described if self.total is None else {**described, "total": self.total}

    def paging_metadata(self) -> dict[str, Any]:
        """Describe the page as queries do, in ``pagingMetadata``."""
        return {**self.metadata(), "tooManyToCount": self.total is None}


def paging_shape(*, most: int = INT64_MAX) -> Shape:
    """Take ``{"limit", "offset"}`` with whole, not negative numbers."""
    return record({"limit": integer(most=most), "offset": integer()})


def read_slice(paging: Mapping[str, Any] | None, *, default: int) -> Slice:
    """Read paging that has the shape."""
    limit = whole_number((paging or {}).get("limit"))
    offset = whole_number((paging or {}).get("offset"))
    return Slice(default if limit is None else limit, offset or 0)


def fetch_page(
    db: sqlite3.Connection,
    selected: Fragment,
    order: Fragment,
    part: Slice,
    ceiling: int | None = None,
) -> Page:
    """Read a slice of what a SELECT finds, in an order, and count the whole up to a ceiling."""
    rows = db.execute(
        f"{selected.text} ORDER BY {order.text} LIMIT ? OFFSET ?",
        (*selected.values, *order.values, part.limit, part.offset),
    ).fetchall()
    furthest = -1 if ceiling is None else ceiling + 1
    (total,) = db.execute(
        f"SELECT count(*) FROM ({selected.text} LIMIT ?)",  # noqa: S608 - values are bound
        (*selected.values, furthest),
    ).fetchone()
    counted = ceiling is None or total <= ceiling
    return Page(rows, part.offset, total if counted else None)
