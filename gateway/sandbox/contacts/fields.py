"""What queries may ask of contacts: contract 3.2's table, row by row."""

import sqlite3
from collections.abc import Mapping

from gateway.sandbox.contacts.shapes import DELIVERABILITY_STATUSES, SUBSCRIPTION_STATUSES
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.system_content import MEMBERSHIP_STATUSES
from gateway.sandbox.language.filters import Condition, Filter, Junction
from gateway.sandbox.language.operands import fold
from gateway.sandbox.language.vocabulary import EQUALITY, ORDERING, Dialect, Field, Find, Kind

_EXTENDED = "info.extendedFields."
_SUBSCRIPTIONS = f"{_EXTENDED}emailSubscriptions."

_EXACT = EQUALITY | {"$in", "$exists"}
_TEXT = _EXACT | {"$startsWith"}
_ORDERED = EQUALITY | ORDERING
_CHOICE = EQUALITY | {"$in", "$nin"}
_HAS = frozenset({"$hasSome", "$hasAll"})
_NOTHING: frozenset[str] = frozenset()


def _text(column: str, *, sortable: bool = False, kind: Kind = Kind.TEXT) -> Field:
    return Field(kind, _TEXT, column, f"{column}_folded", sortable=sortable)


def _exact(column: str) -> Field:
    return Field(Kind.TEXT, _EXACT, column)


def _moment(column: str, *, sortable: bool) -> Field:
    return Field(Kind.MOMENT, _ORDERED, column, sortable=sortable)


def _choice(column: str, choices: tuple[str, ...], path: str = "") -> Field:
    return Field(Kind.CHOICE, _CHOICE, column, path=path, choices=frozenset(choices))


def _values(path: str, operators: frozenset[str] = _TEXT, kind: Kind = Kind.TEXT) -> Field:
    return Field(kind, operators, "exact", "folded", path)


_SUBSCRIPTION = _choice("email_subscription", SUBSCRIPTION_STATUSES)
_DELIVERABILITY = _choice("email_deliverability", DELIVERABILITY_STATUSES)

FIELDS: Mapping[str, Field] = {
    "id": _exact("id"),
    "createdDate": _moment("created_date", sortable=True),
    "updatedDate": _moment("updated_date", sortable=False),
    "lastActivity.activityDate": _moment("activity_date", sortable=True),
    "primaryInfo.email": _text("email", sortable=True, kind=Kind.EMAIL),
    "primaryInfo.phone": _text("phone"),
    "primaryEmail.email": _text("email", sortable=True, kind=Kind.EMAIL),
    "primaryEmail.subscriptionStatus": _SUBSCRIPTION,
    "primaryEmail.deliverabilityStatus": _DELIVERABILITY,
    "primaryPhone.phone": _text("phone"),
    "primaryPhone.e164Phone": _text("phone_e164"),
    "primaryPhone.formattedPhone": _text("phone_formatted", sortable=True),
    "primaryPhone.countryCode": _text("phone_country", sortable=True),
    "primaryPhone.subscriptionStatus": _choice("phone_subscription", SUBSCRIPTION_STATUSES),
    "info.name.first": _text("first_name", sortable=True),
    "info.name.last": _text("last_name", sortable=True),
    "info.emails.email": _values("info.emails.email", kind=Kind.EMAIL),
    "info.phones.phone": _values("info.phones.phone"),
    "info.phones.e164Phone": _values("info.phones.e164Phone"),
    "info.addresses.street": _values("info.addresses.street"),
    "info.addresses.city": _values("info.addresses.city"),
    "info.addresses.subdivision": _values("info.addresses.subdivision", _EXACT),
    "info.addresses.country": _values("info.addresses.country", _EXACT),
    "info.company": _text("company", sortable=True),
    "info.jobTitle": _text("job_title", sortable=True),
    "info.birthdate": Field(Kind.DATE, _ORDERED, "birthdate", sortable=True),
    "info.locale": _exact("locale"),
    "info.labelKeys": _values("info.labelKeys", _HAS),
    "info.locations": _values("info.locations", _HAS),
    f"{_EXTENDED}members.membershipStatus": _choice(
        "exact", MEMBERSHIP_STATUSES, f"{_EXTENDED}members.membershipStatus"
    ),
    f"{_SUBSCRIPTIONS}subscriptionStatus": _SUBSCRIPTION,
    f"{_SUBSCRIPTIONS}deliverabilityStatus": _DELIVERABILITY,
    f"{_SUBSCRIPTIONS}effectiveEmail": Field(
        Kind.EMAIL, frozenset({"$exists"}), "email", "email_folded", sortable=True
    ),
}

FACET_FIELDS = frozenset(
    f"{_SUBSCRIPTIONS}{name}"
    for name in ("effectiveEmail", "subscriptionStatus", "deliverabilityStatus")
)
"""The only fields that Query Facets filters by."""


def dialect_of(
    db: sqlite3.Connection,
    *,
    barred: frozenset[str] = frozenset(),
    only: frozenset[str] | None = None,
) -> Dialect:
    """Give the contacts' dialect with the custom fields that the site has now.

    ``barred`` are operators this endpoint does not take, ``only`` the fields it takes.
    """

    def find(name: str) -> Field | None:
        if only is not None and name not in only:
            return None
        return FIELDS.get(name) or _extended(db, name)

    return _dialect(find, barred)


def searched(text: str) -> Filter:
    """Read a search: the whole text equal to a name, an e-mail or a phone (contract 3.2, bulk)."""
    folded = fold(text)
    parts = (
        ("info.name.first", text),
        ("info.name.last", text),
        ("info.emails.email", folded),
        ("info.phones.phone", text),
        ("info.phones.e164Phone", text),
    )
    return Junction("OR", tuple(Condition(FIELDS[name], "$eq", value) for name, value in parts))


def _dialect(find: Find, barred: frozenset[str]) -> Dialect:
    return Dialect(
        find,
        unknown_field="UNSUPPORTED_FILTER_FIELD_UNKNOWN",
        wrong_type="UNSUPPORTED_FILTER_VALUE_TYPE",
        bad_sort="UNSUPPORTED_SORT_FIELD",
        barred=barred,
    )


def _extended(db: sqlite3.Connection, name: str) -> Field | None:
    """Look an extended field up; a system one without a row of its own takes no operator."""
    if not name.startswith(_EXTENDED):
        return None
    row = definitions.read(db, "field", name.removeprefix(_EXTENDED))
    if row is None:
        return None
    if row["type"] != definitions.CUSTOM:
        return _values(name, _NOTHING)
    match row["data_type"]:
        case "NUMBER":
            return Field(Kind.NUMBER, _ORDERED, "number", path=name, sortable=True)
        case "DATE":
            return Field(Kind.DATE, _ORDERED, "exact", path=name, sortable=True)
        case _:
            operators = EQUALITY | {"$in", "$startsWith"}
            return Field(Kind.TEXT, operators, "exact", "folded", name, sortable=True)
