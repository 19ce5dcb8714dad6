"""Order inputs → the model's orders."""

from enum import Enum
from typing import Any

import strawberry

from gateway.model.queries import Order


@strawberry.enum(description="Which end of an order comes first.")
class SortDirection(Enum):
    """A direction of sorting."""

    ASC = strawberry.enum_value("ASC", description="Smallest, earliest, or A first.")
    DESC = strawberry.enum_value("DESC", description="Largest, latest, or Z first.")


def to_order(given: Any) -> Order | None:
    """Translate an order input; None leaves the order to Wix.

    A sort field's name in the graph, in small letters, is its name in the model.
    """
    if given is None:
        return None
    return Order(given.field.value.lower(), descending=given.direction is SortDirection.DESC)
