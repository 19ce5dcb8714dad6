"""Sorts of Wix's query language (contract 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.sandbox.language.vocabulary import Dialect, Field
from gateway.sandbox.refusals import application
from gateway.sandbox.shapes import Shape, one_of, one_or_many, record, text


@dataclass(frozen=True, slots=True)
class Order:
    """One sort key."""

    field: Field
    descending: bool = False


def sort_shape(*, most: int, name_size: int = 3000) -> Shape:
    """Take up to ``most`` sort entries, or one bare entry."""
    entry = record({"fieldName": text(most=name_size), "order": one_of(("ASC", "DESC"))})
    return one_or_many(entry, most=most)


def read_sort(document: Any, dialect: Dialect) -> Sequence[Order]:
    """Read a sort that has the shape; entries without a field name are ignored.

    Raises:
        Refusal: 400, a field being unknown or not sortable.
    """
    entries = [document] if isinstance(document, dict) else document or []
    return [
        Order(_field(entry["fieldName"], dialect), entry.get("order") == "DESC")
        for entry in entries
        if entry.get("fieldName") is not None
    ]


def _field(name: str, dialect: Dialect) -> Field:
    field = dialect.find(name)
    if field is None or not field.sortable:
        raise application(400, dialect.bad_sort, f"Unsupported sort field: {name}")
    return field
