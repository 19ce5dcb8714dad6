"""Filter trees: what compiles to what, and what is refused before any call (contract 3.2 and 5)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from gateway.errors import InvalidInput, Violation
from gateway.model.enums import (
    DeliverabilityStatus,
    FieldDataType,
    FieldType,
    LabelType,
    SubscriptionStatus,
)
from gateway.model.queries import Condition, Filter, Operator
from gateway.wix.filterable import FIELDS, LABELS
from gateway.wix.filters import FilterCompiler
from gateway.wix.query import compile_contact_filter

GUID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"
NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)

EQUALITY = {Operator.EQ, Operator.NE}
ORDER = EQUALITY | {Operator.GT, Operator.GTE, Operator.LT, Operator.LTE}
CHOICE = EQUALITY | {Operator.IN}
OPTIONAL = CHOICE | {Operator.EXISTS}
TEXT = OPTIONAL | {Operator.STARTS_WITH}
STATUS = CHOICE | {Operator.NOT_IN}
MEMBERS = {Operator.HAS_SOME, Operator.HAS_ALL}

LIST_OPERATORS = {Operator.IN, Operator.NOT_IN, *MEMBERS}
DOLLAR = {Operator.NOT_IN: "$nin"}

# Our name, Wix's name, the operators of the contract's tables, a value.
CONTACT_TABLE: list[tuple[str, str, set[Operator], Any]] = [
    ("id", "id", OPTIONAL, GUID),
    ("created_at", "createdDate", ORDER, NOON),
    ("updated_at", "updatedDate", ORDER, NOON),
    ("last_activity_at", "lastActivity.activityDate", ORDER, NOON),
    ("primary_email", "primaryInfo.email", TEXT, "ada@example.com"),
    ("primary_phone", "primaryInfo.phone", TEXT, "050"),
    ("email", "info.emails.email", TEXT, "ada@example.com"),
    ("phone", "info.phones.phone", TEXT, "050"),
    ("e164", "info.phones.e164Phone", TEXT, "+972"),
    ("first_name", "info.name.first", TEXT, "Ada"),
    ("last_name", "info.name.last", TEXT, "Lovelace"),
    ("company", "info.company", TEXT, "Analytical"),
    ("job_title", "info.jobTitle", TEXT, "Countess"),
    ("birthdate", "info.birthdate", ORDER, date(1985, 12, 10)),
    ("locale", "info.locale", OPTIONAL, "en-US"),
    ("city", "info.addresses.city", TEXT, "Augusta"),
    ("subdivision", "info.addresses.subdivision", OPTIONAL, "US-ME"),
    ("country", "info.addresses.country", OPTIONAL, "US"),
    ("labels", "info.labelKeys", MEMBERS, "custom.vip"),
    (
        "email_subscription",
        "info.extendedFields.emailSubscriptions.subscriptionStatus",
        STATUS,
        SubscriptionStatus.SUBSCRIBED,
    ),
    (
        "extended_field:emailSubscriptions.subscriptionStatus",
        "info.extendedFields.emailSubscriptions.subscriptionStatus",
        STATUS,
        "SUBSCRIBED",
    ),
    (
        "extended_field:emailSubscriptions.deliverabilityStatus",
        "info.extendedFields.emailSubscriptions.deliverabilityStatus",
        STATUS,
        DeliverabilityStatus.VALID,
    ),
    (
        "extended_field:emailSubscriptions.effectiveEmail",
        "info.extendedFields.emailSubscriptions.effectiveEmail",
        {Operator.EXISTS},
        "ada@example.com",
    ),
    (
        "extended_field:members.membershipStatus",
        "info.extendedFields.members.membershipStatus",
        STATUS,
        "APPROVED",
    ),
    (
        "extended_field:custom.tier",
        "info.extendedFields.custom.tier",
        ORDER | {Operator.IN, Operator.STARTS_WITH},
        "2026-01-02",
    ),
]
DEFINITION_TABLE: list[tuple[str, str, set[Operator], Any]] = [
    ("key", "key", CHOICE, "custom.vip"),
    ("display_name", "displayName", CHOICE | {Operator.STARTS_WITH}, "VIP"),
    ("namespace", "namespace", EQUALITY, "custom"),
    ("created_at", "createdDate", ORDER, NOON),
    ("updated_at", "updatedDate", ORDER, NOON),
]
LABEL_TABLE = [*DEFINITION_TABLE, ("type", "labelType", {Operator.EQ}, LabelType.SYSTEM)]
FIELD_TABLE = [
    *DEFINITION_TABLE,
    ("type", "fieldType", {Operator.EQ}, FieldType.SYSTEM),
    ("data_type", "dataType", EQUALITY, FieldDataType.DATE),
]


def compile_label_filter(tree: Filter) -> dict[str, Any]:
    return FilterCompiler(LABELS).compile(tree)


def compile_field_filter(tree: Filter) -> dict[str, Any]:
    return FilterCompiler(FIELDS).compile(tree)


COMPILERS = (
    (compile_contact_filter, CONTACT_TABLE),
    (compile_label_filter, LABEL_TABLE),
    (compile_field_filter, FIELD_TABLE),
)
CASES = [(compiler, *row, op) for compiler, table in COMPILERS for row in table for op in Operator]


def written(value: Any) -> Any:
    return {NOON: "2026-01-02T12:00:00.000Z", date(1985, 12, 10): "1985-12-10"}.get(value, value)


@pytest.mark.parametrize(("compiler", "name", "wire", "operators", "value", "operator"), CASES)
def test_a_field_takes_the_operators_of_the_contract_and_no_others(  # noqa: PLR0917 - one table row
    compiler: Any, name: str, wire: str, operators: set[Operator], value: Any, operator: Operator
) -> None:
    if operator is Operator.EXISTS:
        operand: Any = True
        expected: Any = {wire: {"$exists": True}}
    elif operator in LIST_OPERATORS:
        operand = (value,)
        expected = {wire: {DOLLAR.get(operator, f"${operator}"): [written(value)]}}
    else:
        operand = value
        expected = {wire: {f"${operator}": written(value)}}
    if operator is Operator.EQ:
        expected = {wire: written(value)}
    condition = Condition(name, operator, operand, path=("filter", "somewhere"))
    if operator in operators:
        assert compiler(condition) == expected
    else:
        with pytest.raises(
            InvalidInput, match=f"does not take the operator {operator};"
        ) as refused:
            compiler(condition)
        assert [violation.path for violation in refused.value.violations] == [
            ("filter", "somewhere")
        ]


def test_a_refusal_names_field_operator_and_what_would_do() -> None:
    with pytest.raises(InvalidInput) as refused:
        compile_contact_filter(Condition("last_activity_at", Operator.STARTS_WITH, "2", ("a", "b")))
    message = (
        "lastActivityAt does not take the operator startsWith; it takes eq, ne, gt, gte, lt, lte"
    )
    assert refused.value.message == f"{message}."
    assert refused.value.violations == (Violation(("a", "b"), message),)


@pytest.mark.parametrize(
    "name",
    [
        "nonsense",
        "extended_field:",
        "extended_field:custom",
        "extended_field:custom.",
        "extended_field:invoices.vatId",
        "extended_field:ecom.totalSpentAmount",
        "extended_field:contacts.displayByFirstName",
    ],
)
def test_a_field_that_no_table_lists_cannot_be_filtered_by(name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be filtered by"):
        compile_contact_filter(Condition(name, Operator.EQ, "x"))


@pytest.mark.parametrize(
    ("name", "operator", "value", "taken"),
    [
        ("id", Operator.EQ, "not-a-guid", "a GUID"),
        ("id", Operator.IN, (GUID, "x"), "a GUID"),
        ("id", Operator.IN, (), "a list of at least one value"),
        ("id", Operator.IN, GUID, "a list of at least one value"),
        ("id", Operator.IN, 7, "a list of at least one value"),
        ("labels", Operator.HAS_SOME, (), "a list of at least one value"),
        ("created_at", Operator.GT, "2026-01-01", "a date with a time"),
        ("created_at", Operator.GT, date(2026, 1, 1), "a date with a time"),
        ("birthdate", Operator.GT, NOON, "a date"),
        ("birthdate", Operator.GT, "1985-12-10", "a date"),
        ("company", Operator.EQ, 7, "text"),
        ("company", Operator.EQ, None, "text"),
        ("company", Operator.EXISTS, "yes", "true or false"),
        (
            "email_subscription",
            Operator.EQ,
            SubscriptionStatus.UNKNOWN,
            "one of NO_SUBSCRIPTION_STATUS, NOT_SET, PENDING, SUBSCRIBED, UNSUBSCRIBED",
        ),
        (
            "extended_field:emailSubscriptions.deliverabilityStatus",
            Operator.IN,
            ("LOST",),
            "one of NOT_SET, VALID, BOUNCED, SPAM_COMPLAINT, INACTIVE",
        ),
        ("extended_field:custom.n", Operator.EQ, True, "text, a number or a date"),
        ("extended_field:custom.n", Operator.EQ, None, "text, a number or a date"),
        ("extended_field:custom.n", Operator.EQ, float("nan"), "text, a number or a date"),
        ("extended_field:custom.n", Operator.EQ, float("inf"), "text, a number or a date"),
        ("extended_field:custom.n", Operator.EQ, {"a": 1}, "text, a number or a date"),
        ("extended_field:custom.n", Operator.EQ, NOON, "a date"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(
    name: str, operator: Operator, value: Any, taken: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        compile_contact_filter(Condition(name, operator, value))
    assert f"does not take this value for {operator}; it takes {taken}" in refused.value.message


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-01-02T12:00:00.000Z"),
        (NOON.replace(microsecond=311_000), "2026-01-02T12:00:00.311Z"),
        (NOON.replace(microsecond=311_001), "2026-01-02T12:00:00.311001Z"),
        (NOON.replace(tzinfo=None), "2026-01-02T12:00:00.000Z"),
        (NOON.astimezone(timezone(timedelta(hours=-3))), "2026-01-02T12:00:00.000Z"),
    ],
)
def test_moments_are_written_in_utc_with_all_they_tell(moment: datetime, text: str) -> None:
    assert compile_contact_filter(Condition("created_at", Operator.GTE, moment)) == {
        "createdDate": {"$gte": text}
    }
