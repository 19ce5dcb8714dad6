"""Every refusal of contract section 6, and what it becomes."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import (
    CallerFault,
    ContactNotFound,
    ContactProtected,
    DuplicateContact,
    FieldNotFound,
    FilterRequired,
    GatewayError,
    IllegalMerge,
    InsufficientContactData,
    InvalidExtendedFieldValue,
    InvalidInput,
    LabelNotFound,
    LabelProtected,
    MemberEmailLocked,
    MultiplePrimary,
    NotFound,
    QuotaReached,
    Refused,
    RevisionConflict,
    Throttled,
    UpstreamFault,
    UpstreamForbidden,
    UpstreamUnauthenticated,
    UpstreamUnavailable,
    Violation,
)
from gateway.wix import operations
from gateway.wix.operations import Operation
from gateway.wix.refusals import refusal
from tests.support.upstream import REQUEST_ID, application_error, reply, validation_error

CODES: list[tuple[Operation, int, str, type[GatewayError]]] = [
    (operations.CREATE_CONTACT, 400, "INSUFFICIENT_CONTACT_DATA", InsufficientContactData),
    (operations.CREATE_CONTACT, 400, "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO", MultiplePrimary),
    (operations.CREATE_CONTACT, 400, "INVALID_EXTENDED_FIELD_VALUE", InvalidExtendedFieldValue),
    (operations.CREATE_CONTACT, 409, "CONTACT_ID_ALREADY_EXISTS", Refused),
    (operations.UPDATE_CONTACT, 400, "INSUFFICIENT_UPDATE_CONTACT_DATA", InsufficientContactData),
    (operations.UPDATE_CONTACT, 404, "CONTACT_NOT_FOUND", ContactNotFound),
    (operations.UPDATE_CONTACT, 409, "CONTACT_ALREADY_CHANGED", RevisionConflict),
    (operations.UPDATE_CONTACT, 409, "ABORTED", Refused),
    (operations.UPDATE_CONTACT, 428, "CANNOT_UPDATE_MEMBER_EMAIL", MemberEmailLocked),
    (operations.DELETE_CONTACT, 428, "CANNOT_DELETE_MEMBER", ContactProtected),
    (
        operations.DELETE_CONTACT,
        428,
        "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION",
        ContactProtected,
    ),
    (
        operations.DELETE_CONTACT,
        428,
        "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR",
        ContactProtected,
    ),
    (
        operations.DELETE_CONTACT,
        500,
        "FAILED_DELETE_CONTACT_AFTER_MEMBER_DELETION",
        UpstreamUnavailable,
    ),
    (operations.MERGE_CONTACTS, 400, "ILLEGAL_MERGE", IllegalMerge),
    (operations.MERGE_CONTACTS, 428, "FAILED_PRECONDITION", RevisionConflict),
    (operations.PREVIEW_MERGE, 428, "FAILED_PRECONDITION", RevisionConflict),
    (operations.RENAME_LABEL, 428, "FAILED_PRECONDITION", LabelProtected),
    (operations.DELETE_LABEL, 428, "FAILED_PRECONDITION", LabelProtected),
    (operations.DELETE_FIELD, 428, "FAILED_PRECONDITION", Refused),
    (operations.RENAME_LABEL, 428, "SOMETHING_NEWER", Refused),
    (operations.BULK_DELETE, 400, "NEITHER_FILTER_NOR_SEARCH", FilterRequired),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_SORT_FIELD", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "ILLEGAL_LIMIT", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "MALFORMED_FILTER", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_FILTER", InvalidInput),
    (operations.QUERY_LABELS, 400, "UNSUPPORTED_FILTER_FIELD", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_FILTER_FIELD_UNKNOWN", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_FILTER_OPERATOR", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_FILTER_VALUE", InvalidInput),
    (operations.QUERY_CONTACTS, 400, "UNSUPPORTED_FILTER_VALUE_TYPE", InvalidInput),
    (operations.QUERY_LABELS, 400, "INVALID_SORT", InvalidInput),
    (operations.GET_LABEL, 404, "NOT_FOUND", LabelNotFound),
    (operations.GET_FIELD, 404, "NOT_FOUND", FieldNotFound),
    (operations.GET_JOB, 404, "NOT_FOUND", NotFound),
    (operations.LABEL_CONTACT, 404, "NOT_FOUND", ContactNotFound),
    (operations.GET_LABEL, 401, "UNAUTHENTICATED", UpstreamUnauthenticated),
    (operations.GET_LABEL, 403, "PERMISSION_DENIED", UpstreamForbidden),
    (operations.GET_LABEL, 403, "INSUFFICIENT_PERMISSION", UpstreamForbidden),
    (operations.GET_LABEL, 400, "SOMETHING_NEWER", InvalidInput),
    (operations.GET_LABEL, 429, "SOMETHING_NEWER", Refused),
]


@pytest.mark.parametrize(("operation", "status", "code", "kind"), CODES)
def test_an_application_code_has_its_exception(
    operation: Operation, status: int, code: str, kind: type[GatewayError]
) -> None:
    error = refusal(application_error(code, status), operation)
    assert type(error) is kind
    assert (error.message, error.status, error.upstream_code, error.request_id) == (
        f"{code} happened",
        status,
        code,
        REQUEST_ID,
    )


STATUSES: list[tuple[Operation, int, type[GatewayError]]] = [
    (operations.CREATE_CONTACT, 400, InvalidInput),
    (operations.CREATE_CONTACT, 413, InvalidInput),
    (operations.CREATE_CONTACT, 401, UpstreamUnauthenticated),
    (operations.CREATE_CONTACT, 403, UpstreamForbidden),
    (operations.GET_CONTACT, 404, ContactNotFound),
    (operations.GET_LABEL, 404, LabelNotFound),
    (operations.GET_FIELD, 404, FieldNotFound),
    (operations.GET_JOB, 404, NotFound),
    (operations.QUERY_LABELS, 404, UpstreamUnavailable),
    (operations.CREATE_CONTACT, 409, Refused),
    (operations.CREATE_CONTACT, 418, Refused),
    (operations.CREATE_CONTACT, 428, Refused),
    (operations.DELETE_LABEL, 428, LabelProtected),
    (operations.CREATE_CONTACT, 429, Throttled),
    (operations.CREATE_CONTACT, 302, UpstreamUnavailable),
    (operations.CREATE_CONTACT, 500, UpstreamUnavailable),
    (operations.CREATE_CONTACT, 501, UpstreamUnavailable),
    (operations.CREATE_CONTACT, 503, UpstreamUnavailable),
    (operations.CREATE_CONTACT, 504, UpstreamUnavailable),
]
BODIES = [
    b'{"message":"","details":{}}',
    b"Too Many Requests",
    b"",
    b"[]",
    b'{"details":{"applicationError":null,"validationError":[]},"message":7}',
    b"\xff\xfe",
]


@pytest.mark.parametrize(("operation", "status", "kind"), STATUSES)
@pytest.mark.parametrize("body", BODIES)
def test_without_a_code_the_status_decides(
    operation: Operation, status: int, kind: type[GatewayError], body: bytes
) -> None:
    error = refusal(httpx.Response(status, content=body), operation)
    assert type(error) is kind
    assert (error.message, error.status, error.upstream_code, error.request_id) == (
        f"Wix refused with status {status}.",
        status,
        None,
        None,
    )


def test_violations_are_placed_in_our_own_input() -> None:
    response = validation_error(
        {
            "field": "info.emails.items[0].email",
            "description": "must be an e-mail address",
            "violatedRule": "FORMAT",
        },
        {"field": "info.locale", "description": "unknown"},
    )
    error = refusal(response, operations.CREATE_CONTACT)
    assert isinstance(error, InvalidInput)
    assert (error.message, error.status, error.request_id) == ("not valid", 400, REQUEST_ID)
    assert error.violations == (
        Violation(("emails", "0", "email"), "must be an e-mail address", "FORMAT"),
        Violation(("locale",), "unknown"),
    )


@pytest.mark.parametrize("field", ["labelKeys", "labelKeys[1]", "info.labelKeys.items[1]"])
@pytest.mark.parametrize("rule", [None, "OTHER", "CUSTOM", "FORMAT"])
def test_violations_of_nothing_but_label_keys_mean_unknown_labels(
    field: str, rule: str | None
) -> None:
    entry = {"field": field, "description": "no such label", "violatedRule": rule}
    error = refusal(validation_error(entry), operations.LABEL_CONTACT)
    assert type(error) is LabelNotFound
    assert [(violation.path[0], violation.rule) for violation in error.violations] == [
        ("label_keys", rule)
    ]


@pytest.mark.parametrize(
    "entries",
    [
        [{"field": "labelKeys", "violatedRule": "MAX_SIZE"}],
        [{"field": "labelKeys[0]", "violatedRule": "MIN_LENGTH"}],
        [{"field": "labelKeys[0]"}, {"field": "info.locale"}],
        [{"field": ""}],
        [],
    ],
)
def test_other_violations_are_invalid_input(entries: list[dict[str, Any]]) -> None:
    assert type(refusal(validation_error(*entries), operations.LABEL_CONTACT)) is InvalidInput


@pytest.mark.parametrize("code", ["DUPLICATE_CONTACT_EXISTS", "DUPLICATE_CONTACT_EXIST"])
def test_a_duplicate_names_the_other_contact_and_what_they_share(code: str) -> None:
    response = application_error(
        code, 409, duplicateContactId="the-other", duplicateEmail="ada@example.com"
    )
    error = refusal(response, operations.CREATE_CONTACT)
    assert isinstance(error, DuplicateContact)
    assert error.duplicate_id == "the-other"
    assert error.violations == (Violation(("emails",), f"{code} happened"),)
    assert (error.status, error.upstream_code, error.request_id) == (409, code, REQUEST_ID)


def test_a_duplicate_may_say_nothing_of_the_other_contact() -> None:
    error = refusal(application_error("DUPLICATE_CONTACT_EXISTS", 409), operations.UPDATE_CONTACT)
    assert isinstance(error, DuplicateContact)
    assert (error.duplicate_id, error.violations) == (None, ())


@pytest.mark.parametrize(
    ("code", "status", "data", "figures"),
    [
        (
            "LABELS_QUOTA_REACHED",
            428,
            {"labelsQuota": "1000", "labelsCurrentTotal": "1001"},
            (1000, 1001),
        ),
        ("FIELDS_QUOTA_EXCEEDED", 429, {"fieldsQuota": 100, "fieldsCurrentTotal": 100}, (100, 100)),
        ("FIELDS_QUOTA_EXCEEDED", 429, {}, (None, None)),
    ],
)
def test_a_quota_tells_its_figures(
    code: str, status: int, data: dict[str, Any], figures: tuple[int | None, int | None]
) -> None:
    error = refusal(application_error(code, status, **data), operations.FIND_OR_CREATE_LABEL)
    assert isinstance(error, QuotaReached)
    assert (error.quota, error.current) == figures
    assert (error.status, error.upstream_code, error.request_id) == (status, code, REQUEST_ID)


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("soon", None)])
def test_throttling_tells_when_to_come_back(value: str, seconds: float | None) -> None:
    error = refusal(reply({}, 429, retry_after=value), operations.GET_LABEL)
    assert isinstance(error, Throttled)
    assert (error.retry_after, error.status, error.request_id) == (seconds, 429, REQUEST_ID)


def test_the_general_code_of_throttling_is_throttling() -> None:
    error = refusal(application_error("RESOURCE_EXHAUSTED", 429), operations.GET_LABEL)
    assert isinstance(error, Throttled)
    assert error.retry_after is None


ALL_OPERATIONS = [value for value in vars(operations).values() if isinstance(value, Operation)]


@given(st.integers(300, 599), st.binary(max_size=64), st.sampled_from(ALL_OPERATIONS))
def test_no_answer_makes_a_refusal_fail(status: int, body: bytes, operation: Operation) -> None:
    error = refusal(httpx.Response(status, content=body), operation)
    assert isinstance(error, CallerFault | UpstreamFault)
    assert error.status == status
