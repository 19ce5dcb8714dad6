"""Which field takes which operators and values, and what may be sorted by (contract 2 to 4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.model.enums import (
    DeliverabilityStatus,
    FieldDataType,
    FieldType,
    LabelType,
    SubscriptionStatus,
)
from gateway.model.queries import Operator
from gateway.wix.operands import (
    Operand,
    calendar_day,
    field_value,
    guid,
    plain_text,
    timestamp,
    word_of,
)

_EQUALITY: Final = (Operator.EQ, Operator.NE)
_ORDER: Final = (*_EQUALITY, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)
_CHOICE: Final = (*_EQUALITY, Operator.IN)
_STATUS: Final = (*_CHOICE, Operator.NOT_IN)
_OPTIONAL: Final = (*_CHOICE, Operator.EXISTS)
_TEXT: Final = (*_OPTIONAL, Operator.STARTS_WITH)
_CUSTOM: Final = (*_ORDER, Operator.IN, Operator.STARTS_WITH)
_MEMBERS: Final = (Operator.HAS_SOME, Operator.HAS_ALL)


@dataclass(frozen=True, slots=True)
class Filterable:
    """A field that can be filtered by."""

    wire: str
    """What Wix calls it."""
    operators: tuple[Operator, ...]
    operand: Operand = plain_text
    custom: bool = False
    """Whether it is a site's own field, whose data type decides which operators it takes."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What can be filtered and sorted by in one kind of thing; names are the model's."""

    field: Callable[[str], Filterable | None]
    sortable: Callable[[str], str | None]


EXTENDED_FIELD: Final = "extended_field:"
"""What stands before an extended field's key in a condition."""

_EXTENDED: Final = "info.extendedFields."


def _system(key: str, *operators: Operator, operand: Operand = plain_text) -> Filterable:
    return Filterable(_EXTENDED + key, operators, operand)


_SYSTEM_FIELDS: Final[Mapping[str, Filterable]] = {
    "members.membershipStatus": _system("members.membershipStatus", *_STATUS),
    "emailSubscriptions.subscriptionStatus": _system(
        "emailSubscriptions.subscriptionStatus", *_STATUS, operand=word_of(SubscriptionStatus)
    ),
    "emailSubscriptions.deliverabilityStatus": _system(
        "emailSubscriptions.deliverabilityStatus", *_STATUS, operand=word_of(DeliverabilityStatus)
    ),
    "emailSubscriptions.effectiveEmail": _system(
        "emailSubscriptions.effectiveEmail", Operator.EXISTS
    ),
}

_CONTACT_FIELDS: Final[Mapping[str, Filterable]] = {
    "id": Filterable("id", _OPTIONAL, guid),
    "created_at": Filterable("createdDate", _ORDER, timestamp),
    "updated_at": Filterable("updatedDate", _ORDER, timestamp),
    "last_activity_at": Filterable("lastActivity.activityDate", _ORDER, timestamp),
    "primary_email": Filterable("primaryInfo.email", _TEXT),
    "primary_phone": Filterable("primaryInfo.phone", _TEXT),
    "email": Filterable("info.emails.email", _TEXT),
    "phone": Filterable("info.phones.phone", _TEXT),
    "e164": Filterable("info.phones.e164Phone", _TEXT),
    "first_name": Filterable("info.name.first", _TEXT),
    "last_name": Filterable("info.name.last", _TEXT),
    "company": Filterable("info.company", _TEXT),
    "job_title": Filterable("info.jobTitle", _TEXT),
    "birthdate": Filterable("info.birthdate", _ORDER, calendar_day),
    "locale": Filterable("info.locale", _OPTIONAL),
    "city": Filterable("info.addresses.city", _TEXT),
    "subdivision": Filterable("info.addresses.subdivision", _OPTIONAL),
    "country": Filterable("info.addresses.country", _OPTIONAL),
    "labels": Filterable("info.labelKeys", _MEMBERS),
    "email_subscription": _SYSTEM_FIELDS["emailSubscriptions.subscriptionStatus"],
}

_CONTACT_SORTS: Final[Mapping[str, str]] = {
    "created_at": "createdDate",
    "last_activity_at": "lastActivity.activityDate",
    "primary_email": "primaryInfo.email",
    "first_name": "info.name.first",
    "last_name": "info.name.last",
    "company": "info.company",
    "job_title": "info.jobTitle",
    "birthdate": "info.birthdate",
}


def _contact_field(name: str) -> Filterable | None:
    key = name.removeprefix(EXTENDED_FIELD)
    if key == name:
        return _CONTACT_FIELDS.get(name)
    if _is_custom(key):
        return Filterable(_EXTENDED + key, _CUSTOM, field_value, custom=True)
    return _SYSTEM_FIELDS.get(key)


def _contact_sort(name: str) -> str | None:
    key = name.removeprefix(EXTENDED_FIELD)
    if key == name:
        return _CONTACT_SORTS.get(name)
    takes_sort = _is_custom(key) or key == "emailSubscriptions.effectiveEmail"
    return _EXTENDED + key if takes_sort else None


def _is_custom(key: str) -> bool:
    namespace, dot, slug = key.partition(".")
    return namespace == "custom" and dot == "." and slug != ""


def _facet_field(name: str) -> Filterable | None:
    if name == "email_subscription":
        return _CONTACT_FIELDS[name]
    key = name.removeprefix(f"{EXTENDED_FIELD}emailSubscriptions.")
    return None if key == name else _SYSTEM_FIELDS.get(f"emailSubscriptions.{key}")


_DEFINITION_FIELDS: Final[Mapping[str, Filterable]] = {
    "key": Filterable("key", _CHOICE),
    "display_name": Filterable("displayName", (*_CHOICE, Operator.STARTS_WITH)),
    "namespace": Filterable("namespace", _EQUALITY),
    "created_at": Filterable("createdDate", _ORDER, timestamp),
    "updated_at": Filterable("updatedDate", _ORDER, timestamp),
}

_DEFINITION_SORTS: Final[Mapping[str, str]] = {
    "display_name": "displayName",
    "created_at": "createdDate",
    "updated_at": "updatedDate",
}

_LABEL_FIELDS: Final[Mapping[str, Filterable]] = {
    **_DEFINITION_FIELDS,
    "type": Filterable("labelType", (Operator.EQ,), word_of(LabelType)),
}

_FIELD_FIELDS: Final[Mapping[str, Filterable]] = {
    **_DEFINITION_FIELDS,
    "type": Filterable("fieldType", (Operator.EQ,), word_of(FieldType)),
    "data_type": Filterable("dataType", _EQUALITY, word_of(FieldDataType)),
}

CONTACTS: Final = Entity(_contact_field, _contact_sort)
LABELS: Final = Entity(_LABEL_FIELDS.get, _DEFINITION_SORTS.get)
FIELDS: Final = Entity(_FIELD_FIELDS.get, _DEFINITION_SORTS.get)
FACETS: Final = Entity(_facet_field, lambda _: None)
