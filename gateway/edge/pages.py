"""Bounds on the rows that an operation asks for, and on the fields in all of them together."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import DocumentNode, GraphQLSchema

from gateway.edge.limits import Limits
from gateway.edge.page_plans import Page, plan
from gateway.edge.refusals import Refusal


class _Size(NamedTuple):
    """How much is asked for."""

    rows: int = 0
    fields: int = 0

    def plus(self, other: "_Size") -> "_Size":
        return _Size(self.rows + other.rows, self.fields + other.fields)


class Pages:
    """Finds the pages of operations, and holds them to their limits."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits

    def plan(self, document: DocumentNode, name: str | None) -> tuple[Page, ...]:
        """List the pages at the root of a valid document's operation; do so once for each."""
        return plan(self._schema, document, name)

    def admit(self, pages: Sequence[Page], variables: Mapping[str, Any] | None) -> None:
        """Let an operation pass whose pages are small enough.

        Raises:
            Refusal: ``PAGE_TOO_LARGE`` for one page, ``TOO_MANY_ROWS`` for all together,
                ``TOO_MANY_FIELDS`` for all that is in their rows.
        """
        if not pages:
            return
        size = self._size(pages, variables or {}, {})
        if size.rows > self._limits.page_rows:
            raise _refusal("TOO_MANY_ROWS", "rows in all pages together", self._limits.page_rows)
        if size.fields > self._limits.row_fields:
            raise _refusal("TOO_MANY_FIELDS", "fields in all rows", self._limits.row_fields)

    def _size(
        self, pages: Sequence[Page], variables: Mapping[str, Any], known: dict[int, _Size]
    ) -> _Size:
        """Add up; `known` holds the pages of fragments that are spread in several places."""
        total = _Size()
        for page in pages:
            if id(page) not in known:
                rows = page.rows(variables)
                if rows > self._limits.page_size and not page.named:
                    raise _refusal("PAGE_TOO_LARGE", "rows on a page", self._limits.page_size)
                each = self._size(page.below, variables, known).plus(_Size(1, page.fields))
                many = max(0, rows)
                known[id(page)] = _Size(many * each.rows, many * each.fields * page.times)
            total = total.plus(known[id(page)])
        return total


def _refusal(code: str, what: str, most: int) -> Refusal:
    message = f"At most {most} {what} may be asked for."
    return Refusal(message, code=code, in_document=True, details={"limit": most})
