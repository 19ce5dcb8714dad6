"""The two kinds of fields an object type has.

Records of `gateway.model` travel through the graph as they are: a GraphQL type only says which of
a record's attributes are public. So a field is either *plain*, read straight off the record, or
*resolved* by a function that takes the record as its ``root``. No object is copied on the way out.
"""

from collections.abc import Callable
from typing import Any

import strawberry

from schema.cost.charges import CHARGE, Charge


def plain(description: str) -> Any:
    """Declare a field that is the record's attribute of the same name."""
    return strawberry.field(description=description)


def resolved(resolver: Callable[..., Any], description: str, charge: Charge | None = None) -> Any:
    """Declare a field that a function answers, and what it costs where it asks Wix.

    The field's public type is the class annotation; `resolver` may return the record behind it.
    """
    return strawberry.field(resolver=resolver, description=description, **priced(charge))


def subscribed(source: Callable[..., Any], description: str) -> Any:
    """Declare a field of the subscription root; `source` gives what it is told, one by one."""
    return strawberry.subscription(resolver=source, description=description)


def priced(charge: Charge | None) -> dict[str, Any]:
    """Write a charge as what `strawberry.field` takes: for the schema, and for the estimate."""
    if charge is None:
        return {}
    return {"directives": charge.directives, "metadata": {CHARGE: charge}}


def argument(description: str, *, name: str | None = None) -> Any:
    """Describe an argument, for use inside ``Annotated``."""
    return strawberry.argument(description=description, name=name)
