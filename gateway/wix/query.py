"""Questions of the model as Wix's query bodies and query strings (contract 2.3, 3.2, 4 and 5)."""

from typing import Any

from gateway.errors import FilterRequired, InvalidInput, Violation
from gateway.model.enums import Vocabulary
from gateway.model.queries import Filter, Order, Query, Slice
from gateway.wix.calls import QueryValue
from gateway.wix.filterable import CONTACTS, FACETS, Entity
from gateway.wix.filters import FilterCompiler

Json = dict[str, Any]


def compile_contact_filter(tree: Filter) -> Json:
    """Compile a filter on contacts, as Query Contacts takes it.

    Raises:
        InvalidInput:
            Wix would not take it; the violation's path is the condition's, its message names the
            field and the operator.
    """
    return FilterCompiler(CONTACTS).compile(tree)


def compile_bulk_filter(tree: Filter) -> Json:
    """Compile a filter on contacts for a bulk call, which knows no ``$nin`` (contract 3.2).

    Raises:
        InvalidInput: As `compile_contact_filter`.
        FilterRequired:
            The filter has no condition: it would touch every contact (contract 9, row 32).
    """
    compiled = FilterCompiler(CONTACTS, has_nin=False).compile(tree)
    if not compiled:
        raise FilterRequired("A bulk call needs at least one condition.")
    return compiled


def compile_facet_filter(tree: Filter) -> Json:
    """Compile a filter on facets, which can only be about e-mail subscriptions.

    Raises:
        InvalidInput: As `compile_contact_filter`.
    """
    return FilterCompiler(FACETS).compile(tree)


def query_body(query: Query, entity: Entity) -> Json:
    """Write the body of a query call.

    Raises:
        InvalidInput: Wix would not take the filter or the order.
    """
    written: Json = {"paging": paging(query.slice)}
    if query.filter is not None:
        written["filter"] = FilterCompiler(entity).compile(query.filter)
    if query.order is not None:
        written["sort"] = [
            {"fieldName": sort_field(query.order, entity), "order": _direction(query.order)}
        ]
    return {"query": written}


def paging(rows: Slice) -> dict[str, int]:
    """Write a slice."""
    return {"limit": rows.limit, "offset": rows.offset}


def listing(rows: Slice, order: Order | None, entity: Entity) -> dict[str, QueryValue]:
    """Write a slice and an order for a list call's query string, nested by dots (contract 8.3).

    Raises:
        InvalidInput: Wix cannot sort by that field.
    """
    ordered: dict[str, QueryValue] = {}
    if order is not None:
        ordered = {
            "sort.fieldName": sort_field(order, entity),
            "sort.order": _direction(order),
        }
    return {**ordered, "paging.limit": rows.limit, "paging.offset": rows.offset}


def sort_field(order: Order, entity: Entity) -> str:
    """Tell what Wix calls the field to sort by.

    Raises:
        InvalidInput: Wix cannot sort by it.
    """
    wire = entity.sortable(order.field)
    if wire is None:
        message = f"{order.field} cannot be sorted by"
        raise InvalidInput(f"{message}.", violations=(Violation(("order", "field"), message),))
    return wire


def known(value: Vocabulary | None, place: str) -> str | None:
    """Write a vocabulary's value.

    Raises:
        InvalidInput: It is UNKNOWN, which is for reading only.
    """
    if value is not None and value == "UNKNOWN":
        message = "UNKNOWN is for reading only"
        raise InvalidInput(f"{place}: {message}.", violations=(Violation((place,), message),))
    return value


def _direction(order: Order) -> str:
    return "DESC" if order.descending else "ASC"
