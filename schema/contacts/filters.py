"""How contacts can be chosen and ordered (contract 3.2, Query Contacts)."""

from enum import Enum
from typing import Optional

import strawberry

from schema.operators import (
    DateFilter,
    DateTimeFilter,
    ExtendedFieldValueFilter,
    KeyFilter,
    LabelKeysFilter,
    StringFilter,
    SubscriptionStatusFilter,
    operand,
)
from schema.ordering import SortDirection


@strawberry.enum(description="What contacts can be ordered by; Wix takes no others.")
class ContactSortField(Enum):
    """Sort keys of contacts."""

    CREATED_AT = strawberry.enum_value("CREATED_AT", description="When the contact was made.")
    LAST_ACTIVITY_AT = strawberry.enum_value(
        "LAST_ACTIVITY_AT", description="When the contact last did something."
    )
    PRIMARY_EMAIL = strawberry.enum_value("PRIMARY_EMAIL", description="The primary e-mail.")
    FIRST_NAME = strawberry.enum_value("FIRST_NAME", description="The first name.")
    LAST_NAME = strawberry.enum_value("LAST_NAME", description="The last name.")
    COMPANY = strawberry.enum_value("COMPANY", description="The company.")
    JOB_TITLE = strawberry.enum_value("JOB_TITLE", description="The job title.")
    BIRTHDATE = strawberry.enum_value("BIRTHDATE", description="The day of birth.")


@strawberry.input(description="How to order contacts.")
class ContactOrder:
    """An order of contacts."""

    field: ContactSortField = strawberry.field(description="What to order by.")
    direction: SortDirection = strawberry.field(
        description="Which end comes first.", default=SortDirection.ASC
    )


@strawberry.input(description="Which contacts to choose; several conditions must all hold.")
class ContactFilter:
    """Conditions on contacts."""

    and_: list["ContactFilter"] | None = operand("All of these hold.", name="and")
    or_: list["ContactFilter"] | None = operand("At least one of these holds.", name="or")
    not_: Optional["ContactFilter"] = operand("This does not hold.", name="not")
    id: KeyFilter | None = operand("Conditions on the id.")
    created_at: DateTimeFilter | None = operand("Conditions on when the contact was made.")
    updated_at: DateTimeFilter | None = operand("Conditions on the last change.")
    last_activity_at: DateTimeFilter | None = operand("Conditions on the last activity.")
    primary_email: StringFilter | None = operand("Conditions on the primary e-mail.")
    primary_phone: StringFilter | None = operand("Conditions on the primary phone.")
    email: StringFilter | None = operand("Conditions on any of the contact's e-mails.")
    phone: StringFilter | None = operand("Conditions on any of the contact's phones, as typed.")
    first_name: StringFilter | None = operand("Conditions on the first name.")
    last_name: StringFilter | None = operand("Conditions on the last name.")
    company: StringFilter | None = operand("Conditions on the company.")
    job_title: StringFilter | None = operand("Conditions on the job title.")
    birthdate: DateFilter | None = operand("Conditions on the day of birth.")
    locale: StringFilter | None = operand("Conditions on the language tag; not `startsWith`.")
    city: StringFilter | None = operand("Conditions on the city of any address.")
    subdivision: StringFilter | None = operand(
        "Conditions on the subdivision of any address, e.g. `US-ME`; not `startsWith`."
    )
    country: StringFilter | None = operand(
        "Conditions on the country of any address, e.g. `US`; not `startsWith`."
    )
    label_keys: LabelKeysFilter | None = operand("Conditions on the labels carried.")
    email_subscription: SubscriptionStatusFilter | None = operand(
        "Conditions on the consent to receive mail."
    )
    extended_field: ExtendedFieldValueFilter | None = operand(
        "Conditions on one custom field; use `and` for several."
    )
