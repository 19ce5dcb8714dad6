"""Comparison inputs, shared by every filter; which field takes which operator is Wix's choice."""

from datetime import date, datetime
from typing import Any

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from gateway.model.enums import SubscriptionStatus

_EQ = "Equal to this value."
_NE = "Present and different from this value, or missing."
_IN = "Equal to one of these values."
_STARTS_WITH = "Begins with this text; capitals and small letters are alike."
_GT = "After this value."
_GTE = "After this value, or equal to it."
_LT = "Before this value."
_LTE = "Before this value, or equal to it."


def operand(description: str, *, name: str | None = None) -> Any:
    """Declare an operator; left out means no condition, and null is refused as an operand."""
    return strawberry.field(description=description, name=name, default=UNSET)


@strawberry.input(description="Conditions on an identity; several must all hold.")
class KeyFilter:
    """Conditions on an id or a key."""

    eq: ID | None = operand(_EQ)
    ne: ID | None = operand(_NE)
    in_: list[ID] | None = operand(_IN, name="in")


@strawberry.input(description="Conditions on a display name; several must all hold.")
class NameFilter:
    """Conditions on a name."""

    eq: str | None = operand(_EQ)
    ne: str | None = operand(_NE)
    in_: list[str] | None = operand(_IN, name="in")
    starts_with: str | None = operand(_STARTS_WITH)


@strawberry.input(description="Conditions on a namespace; both must hold.")
class NamespaceFilter:
    """Conditions on a namespace."""

    eq: str | None = operand(_EQ)
    ne: str | None = operand(_NE)


@strawberry.input(
    description="Conditions on text; several must all hold. An operator that Wix does not take "
    "for a field is refused before any upstream call, naming field and operator."
)
class StringFilter:
    """Conditions on text."""

    eq: str | None = operand(_EQ)
    ne: str | None = operand(_NE)
    in_: list[str] | None = operand(_IN, name="in")
    starts_with: str | None = operand(_STARTS_WITH)
    exists: bool | None = operand("True: the contact has a value; false: it has none.")


@strawberry.input(description="Conditions on a moment; several must all hold.")
class DateTimeFilter:
    """Conditions on a moment."""

    eq: datetime | None = operand(_EQ)
    ne: datetime | None = operand(_NE)
    gt: datetime | None = operand(_GT)
    gte: datetime | None = operand(_GTE)
    lt: datetime | None = operand(_LT)
    lte: datetime | None = operand(_LTE)


@strawberry.input(description="Conditions on a calendar day; several must all hold.")
class DateFilter:
    """Conditions on a day."""

    eq: date | None = operand(_EQ)
    ne: date | None = operand(_NE)
    gt: date | None = operand(_GT)
    gte: date | None = operand(_GTE)
    lt: date | None = operand(_LT)
    lte: date | None = operand(_LTE)


@strawberry.input(description="Conditions on a contact's labels; both must hold.")
class LabelKeysFilter:
    """Conditions on label keys."""

    has_some: list[ID] | None = operand("Carries at least one of these labels.")
    has_all: list[ID] | None = operand("Carries all of these labels.")


@strawberry.input(description="Conditions on a subscription status; several must all hold.")
class SubscriptionStatusFilter:
    """Conditions on a subscription status."""

    eq: SubscriptionStatus | None = operand(_EQ)
    ne: SubscriptionStatus | None = operand(_NE)
    in_: list[SubscriptionStatus] | None = operand(_IN, name="in")
    not_in: list[SubscriptionStatus] | None = operand("Equal to none of these values.")


@strawberry.input(
    description="Conditions on an extended field's value; several must all hold. TEXT and URL "
    "fields take `eq ne in startsWith`, NUMBER and DATE fields `eq ne gt gte lt lte`."
)
class ExtendedFieldValueFilter:
    """Conditions on a custom field."""

    key: ID = strawberry.field(description="The field's key, e.g. `custom.loyalty-tier`.")
    eq: JSON | None = operand(_EQ)
    ne: JSON | None = operand(_NE)
    in_: list[JSON] | None = operand(_IN, name="in")
    starts_with: str | None = operand(_STARTS_WITH)
    gt: JSON | None = operand(_GT)
    gte: JSON | None = operand(_GTE)
    lt: JSON | None = operand(_LT)
    lte: JSON | None = operand(_LTE)
