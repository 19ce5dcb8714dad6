"""Selecting contacts: lists, queries and the selections of bulk calls (contract 3.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.sandbox.contacts.fields import FIELDS, dialect_of, searched
from gateway.sandbox.contacts.rows import visible
from gateway.sandbox.language.filters import EVERYTHING, Filter, Junction, conditions, read_filter
from gateway.sandbox.language.ordering import Order, read_sort, sort_shape
from gateway.sandbox.language.paging import fetch_page, paging_shape, read_slice
from gateway.sandbox.language.projection import PROJECTION, paths_of, project
from gateway.sandbox.language.sql import Fragment, order_by, where
from gateway.sandbox.refusals import application
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import Shape, check, record, text
from gateway.sandbox.work import Work

_PAGE = 50
_PAGE_MAX = 1000
_QUERY = {
    "sort": sort_shape(most=1, name_size=100),
    "paging": paging_shape(),
    **PROJECTION,
}
_SEARCH = text(most=100)
SELECTION: Mapping[str, Shape] = {"search": _SEARCH}
"""The shape of a bulk call's selection; its filter has its own refusals."""


def list_contacts(work: Work, request: Request) -> dict[str, Any]:
    """Answer List Contacts."""
    asked: dict[str, Any] = {
        "sort": request.nested("sort"),
        "paging": request.nested("paging"),
        "fields": request.comma_texts("fields"),
        "fieldsets": request.comma_texts("fieldsets"),
    }
    check(record(_QUERY), asked)
    return _page(work, EVERYTHING, asked)


def query_contacts(work: Work, request: Request) -> dict[str, Any]:
    """Answer Query Contacts; a top-level ``search``, gone from today's schema, is applied."""
    query = request.object("query")
    check(record({"query": record(_QUERY), "search": _SEARCH}), request.body)
    wanted = read_filter(query.get("filter"), dialect_of(work.db))
    return _page(work, _narrowed(wanted, request.body.get("search")), query)


def select(work: Work, body: Mapping[str, Any]) -> Sequence[str]:
    """Give the ids that a bulk call's filter and search select, oldest contact first.

    Raises:
        Refusal: 400, the filter being wrong, or neither filter nor search saying anything.
    """
    dialect = dialect_of(work.db, barred=frozenset({"$nin"}))
    wanted = read_filter(body.get("filter"), dialect)
    says_nothing = body.get("filter") is None or (
        work.behaviour.empty_bulk_filter_refused and not any(conditions(wanted))
    )
    if says_nothing and not body.get("search"):
        message = "Neither filter nor search was given"
        raise application(400, "NEITHER_FILTER_NOR_SEARCH", message)
    selected = _selected(work, "id", _narrowed(wanted, body.get("search")))
    rows = work.db.execute(f"{selected.text} ORDER BY ordinal", selected.values)
    return [row["id"] for row in rows]


def _narrowed(wanted: Filter, search: str | None) -> Filter:
    return Junction("AND", (wanted, searched(search))) if search else wanted


def _selected(work: Work, columns: str, wanted: Filter) -> Fragment:
    seen, condition = visible(work), where(wanted)
    sql = f"SELECT {columns} FROM contacts WHERE {seen.text} AND {condition.text}"  # noqa: S608 - values are bound
    return Fragment(sql, (*seen.values, *condition.values))


def _page(work: Work, wanted: Filter, asked: Mapping[str, Any]) -> dict[str, Any]:
    part = read_slice(asked.get("paging"), default=_PAGE)
    if part.limit > _PAGE_MAX:
        raise application(400, "ILLEGAL_LIMIT", f"Limit must not exceed {_PAGE_MAX}")
    orders = read_sort(asked.get("sort"), dialect_of(work.db)) or [Order(FIELDS["createdDate"])]
    page = fetch_page(
        work.db,
        _selected(work, "document", wanted),
        order_by(orders, "created_date", "ordinal"),
        part,
        work.behaviour.count_ceiling,
    )
    paths = paths_of(asked)
    return {
        "contacts": [project(orjson.loads(row["document"]), paths) for row in page.rows],
        "pagingMetadata": page.paging_metadata(),
    }
