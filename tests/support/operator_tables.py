"""The contract's operator tables, row by row, with operands worth asking for (2.3, 3.2, 4)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.guestbook import PLACES

OPERATORS = (
    *("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin"),
    *("$startsWith", "$begins", "$exists", "$isEmpty", "$hasSome", "$hasAll"),
)
EXACT = "$eq $ne $in $exists"
TEXT = f"{EXACT} $startsWith $begins"
ORDERED = "$eq $ne $gt $gte $lt $lte"
CHOICE = "$eq $ne $in $nin"
EXTENDED = "info.extendedFields"


@dataclass(frozen=True)
class Row:
    """One row of a table, with operands worth asking for."""

    operators: str
    operands: tuple[Any, ...]
    sortable: bool = False


NAMES = ("Ada", "ada", "a", "ALAN", "å", "Ångström", "ångström", "Z", "zoë \U0010ffff", "", "σίσ")
MAILS = ("ada@example.com", "ADA@EXAMPLE.COM", "a", "zoË@example.com", "countess@example.org")
NUMBERS = ("020 7946 0001", "+4420", "+442079460002", "12", "020", "+972501234567", "0501234567")
MOMENTS = (
    "2026-01-02T00:00:00Z",
    "2026-01-01T23:59:59.999999999Z",
    "2026-01-02T02:00:00.000+02:00",
    "2026-01-04T00:00:00.123Z",
    "2026-01-03",
)
DAYS = ("1815-12-10", "1900-01-01", "2025-01-31", "2024-05-01")
SUBSCRIPTIONS = ("SUBSCRIBED", "UNSUBSCRIBED", "NOT_SET", "PENDING", "NO_SUBSCRIPTION_STATUS")
DELIVERABILITIES = ("VALID", "BOUNCED", "NOT_SET", "SPAM_COMPLAINT", "INACTIVE")

CONTACTS: Mapping[str, Row] = {
    "id": Row(EXACT, ("ada", "ADA", "none")),
    "createdDate": Row(ORDERED, MOMENTS, sortable=True),
    "updatedDate": Row(ORDERED, MOMENTS),
    "lastActivity.activityDate": Row(ORDERED, MOMENTS, sortable=True),
    "primaryInfo.email": Row(TEXT, MAILS, sortable=True),
    "primaryInfo.phone": Row(TEXT, NUMBERS),
    "primaryEmail.email": Row(TEXT, MAILS, sortable=True),
    "primaryEmail.subscriptionStatus": Row(CHOICE, SUBSCRIPTIONS),
    "primaryEmail.deliverabilityStatus": Row(CHOICE, DELIVERABILITIES),
    "primaryPhone.phone": Row(TEXT, NUMBERS),
    "primaryPhone.e164Phone": Row(TEXT, NUMBERS),
    "primaryPhone.formattedPhone": Row(TEXT, ("+44 20 7946 0001", "+44", "x"), sortable=True),
    "primaryPhone.countryCode": Row(TEXT, ("GB", "g", "SE"), sortable=True),
    "primaryPhone.subscriptionStatus": Row(CHOICE, SUBSCRIPTIONS),
    "info.name.first": Row(TEXT, NAMES, sortable=True),
    "info.name.last": Row(TEXT, (*NAMES, "Turing", "lovelace"), sortable=True),
    "info.emails.email": Row(TEXT, MAILS),
    "info.phones.phone": Row(TEXT, NUMBERS),
    "info.phones.e164Phone": Row(TEXT, NUMBERS),
    "info.addresses.street": Row(TEXT, ("1 Main St", "2 rue", "2 Rue X")),
    "info.addresses.city": Row(TEXT, ("London", "par", "Paris", "paris")),
    "info.addresses.subdivision": Row(EXACT, ("GB-ENG", "GB")),
    "info.addresses.country": Row(EXACT, ("GB", "FR")),
    "info.company": Row(TEXT, ("Analytical", "analytical", "%", "_"), sortable=True),
    "info.jobTitle": Row(TEXT, ("Admiral%_", "admiral%", "%", "Countess"), sortable=True),
    "info.birthdate": Row(ORDERED, DAYS, sortable=True),
    "info.locale": Row(EXACT, ("en-GB", "en")),
    "info.labelKeys": Row("$hasSome $hasAll", ("custom.vip", "custom.news", "custom.none")),
    "info.locations": Row("$hasSome $hasAll", PLACES),
    f"{EXTENDED}.invoices.vatId": Row("", ("x",)),
    f"{EXTENDED}.contacts.displayByFirstName": Row("", ("x",)),
    f"{EXTENDED}.members.membershipStatus": Row(CHOICE, ("APPROVED", "PENDING", "DENIED")),
    f"{EXTENDED}.emailSubscriptions.subscriptionStatus": Row(CHOICE, SUBSCRIPTIONS),
    f"{EXTENDED}.emailSubscriptions.deliverabilityStatus": Row(CHOICE, DELIVERABILITIES),
    f"{EXTENDED}.emailSubscriptions.effectiveEmail": Row("$exists", (), sortable=True),
    f"{EXTENDED}.custom.tier": Row(
        "$eq $ne $in $startsWith $begins", ("Gold", "gold", "silver"), sortable=True
    ),
    f"{EXTENDED}.custom.page": Row(
        "$eq $ne $in $startsWith $begins", ("https://example.com/ada", "HTTPS://"), sortable=True
    ),
    f"{EXTENDED}.custom.visits": Row(ORDERED, (12.5, 3, -1, 0, 2**63, 10**30), sortable=True),
    f"{EXTENDED}.custom.since": Row(ORDERED, DAYS, sortable=True),
}
DEFINED: Mapping[str, Row] = {
    "displayName": Row(
        "$eq $ne $in $startsWith $begins",
        ("vip", "VIP", "c", "Tier", "ti", "Customers"),
        sortable=True,
    ),
    "createdDate": Row(ORDERED, ("2020-01-01T00:00:00Z", "2026-03-04"), sortable=True),
    "updatedDate": Row(ORDERED, ("2020-01-01T00:00:00Z", "2026-03-04"), sortable=True),
    "namespace": Row("$eq $ne", ("custom", "contacts")),
}
TABLES: Mapping[str, Mapping[str, Row]] = {
    "contacts": CONTACTS,
    "labels": {
        **DEFINED,
        "key": Row("$eq $ne $in", ("custom.vip", "contacts.customers")),
        "labelType": Row("$eq", ("SYSTEM", "USER_DEFINED", "WIX_APP_DEFINED")),
    },
    "extended-fields": {
        **DEFINED,
        "key": Row("$eq $ne $in", ("custom.tier", "invoices.vatId")),
        "fieldType": Row("$eq", ("SYSTEM", "USER_DEFINED")),
        "dataType": Row("$eq $ne", ("TEXT", "NUMBER", "DATE", "URL")),
    },
}


def questions(operator: str, operands: tuple[Any, ...]) -> Iterator[Any]:
    """Make operands of the kind that an operator takes."""
    match operator:
        case "$exists":
            yield from (True, False)
        case "$in" | "$nin" | "$hasSome" | "$hasAll":
            yield from ([], [operands[0]], list(operands), [operands[-1], operands[0]])
        case "$eq" | "$ne":
            yield from (*operands, None)
        case _:
            yield from operands


def comparable(value: Any) -> Any:
    """Write timestamps of one moment alike, so that the oracle may compare texts."""
    spelled = {
        "2026-01-02T00:00:00Z": "2026-01-02T00:00:00.000Z",
        "2026-01-02T02:00:00.000+02:00": "2026-01-02T00:00:00.000Z",
        "2026-01-03": "2026-01-03T00:00:00.000Z",
        "2026-03-04": "2026-03-04T00:00:00.000Z",
    }
    return spelled.get(value, value) if isinstance(value, str) else value
