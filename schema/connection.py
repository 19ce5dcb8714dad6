"""Relay connections over pages of upstream rows (Relay Cursor Connections Specification)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from gateway.errors import InvalidInput, Violation
from gateway.model.paging import Page
from gateway.model.queries import Filter, Order, Query, Slice
from schema import cursors
from schema.field import plain

T = TypeVar("T")

MOST = 100
"""Rows of the largest page a caller may ask for."""


@strawberry.federation.type(
    shareable=True, description="Where a page lies in its list (Relay connections)."
)
class PageInfo:
    """Relay's PageInfo; paging is forward only."""

    has_next_page: bool = plain("Whether there are more rows after `endCursor`.")
    has_previous_page: bool = plain("Whether there are rows before `startCursor`.")
    start_cursor: str | None = plain("Cursor of the page's first row; null on an empty page.")
    end_cursor: str | None = plain(
        "Cursor of the page's last row, to be sent as `after`; null on an empty page."
    )


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """A row with its cursor."""

    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Connection(Generic[T]):
    """One page of a list, as the connection types read it."""

    nodes: Sequence[T]
    offset: int
    total_count: int | None
    has_next_page: bool
    question: bytes

    @property
    def edges(self) -> list[Edge[T]]:
        """The rows with their cursors."""
        return [Edge(self._cursor(index), node) for index, node in enumerate(self.nodes)]

    @property
    def page_info(self) -> PageInfo:
        """Where the page lies."""
        return PageInfo(
            has_next_page=self.has_next_page,
            has_previous_page=self.offset > 0,
            start_cursor=self._cursor(0) if self.nodes else None,
            end_cursor=self._cursor(len(self.nodes) - 1) if self.nodes else None,
        )

    def _cursor(self, index: int) -> str:
        return cursors.encode(self.question, self.offset + index + 1)


async def connect(
    find: Callable[[Query], Awaitable[Page[T]]],
    *,
    listed: str,
    first: int,
    after: str | None,
    chosen: Filter | None,
    order: Order | None,
) -> Connection[T]:
    """Fetch one page and its place in the list, in one upstream call.

    One row more than asked for is fetched: whether there is a next page is then known and does
    not hang on a total that Wix may not have counted (contract 5, Paging).

    Raises:
        InvalidInput: `first` is not within 1 to 100.
        BadCursor: `after` was made for another list, filter or order.
    """
    if not 1 <= first <= MOST:
        message = f"takes 1 to {MOST}, got {first}"
        raise InvalidInput(f"first {message}", violations=[Violation(("first",), message)])
    question = cursors.digest(listed, chosen, order)
    offset = cursors.decode(after, question) if after is not None else 0
    page: Page[Any] = await find(Query(chosen, order, Slice(offset=offset, limit=first + 1)))
    return Connection(
        nodes=page.items[:first],
        offset=offset,
        total_count=page.total,
        has_next_page=len(page.items) > first,
        question=question,
    )
