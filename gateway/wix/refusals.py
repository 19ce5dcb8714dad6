"""Wix's refusals made into exceptions (contract 6): by code first, then by status."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from gateway.errors import (
    CallerFault,
    ContactNotFound,
    ContactProtected,
    DuplicateContact,
    FilterRequired,
    GatewayError,
    IllegalMerge,
    InsufficientContactData,
    InvalidExtendedFieldValue,
    InvalidInput,
    LabelNotFound,
    MemberEmailLocked,
    MultiplePrimary,
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
from gateway.wix.operations import Operation
from gateway.wix.replies import read_object, request_id_of, retry_after_of
from gateway.wix.violations import read_violations
from gateway.wix.wire import nested, text, whole


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a refusal says, wherever it says it (contract 6.1)."""

    status: int
    request_id: str | None
    code: str | None
    """``details.applicationError.code``; None when there is none, or no JSON at all."""
    message: str
    data: Mapping[str, Any]
    violations: tuple[Violation, ...]
    retry_after: float | None


_BY_CODE: Final[Mapping[str, type[CallerFault | UpstreamFault]]] = {
    "CANNOT_DELETE_CONTACT_WITH_BILLING_SUBSCRIPTION": ContactProtected,
    "CANNOT_DELETE_MEMBER": ContactProtected,
    "CANNOT_DELETE_MEMBER_OWNER_OR_CONTRIBUTOR": ContactProtected,
    "CANNOT_HAVE_MULTIPLE_PRIMARY_INFO": MultiplePrimary,
    "CANNOT_UPDATE_MEMBER_EMAIL": MemberEmailLocked,
    "CONTACT_ALREADY_CHANGED": RevisionConflict,
    "CONTACT_NOT_FOUND": ContactNotFound,
    "DUPLICATE_CONTACT_EXIST": DuplicateContact,  # as the general errors page spells it
    "DUPLICATE_CONTACT_EXISTS": DuplicateContact,
    "FIELDS_QUOTA_EXCEEDED": QuotaReached,
    "ILLEGAL_LIMIT": InvalidInput,
    "ILLEGAL_MERGE": IllegalMerge,
    "INSUFFICIENT_CONTACT_DATA": InsufficientContactData,
    "INSUFFICIENT_PERMISSION": UpstreamForbidden,
    "INSUFFICIENT_UPDATE_CONTACT_DATA": InsufficientContactData,
    "INVALID_EXTENDED_FIELD_VALUE": InvalidExtendedFieldValue,
    "INVALID_SORT": InvalidInput,
    "LABELS_QUOTA_REACHED": QuotaReached,
    "MALFORMED_FILTER": InvalidInput,
    "NEITHER_FILTER_NOR_SEARCH": FilterRequired,
    "PERMISSION_DENIED": UpstreamForbidden,
    "RESOURCE_EXHAUSTED": Throttled,
    "UNAUTHENTICATED": UpstreamUnauthenticated,
    "UNSUPPORTED_FILTER": InvalidInput,
    "UNSUPPORTED_FILTER_FIELD": InvalidInput,
    "UNSUPPORTED_FILTER_FIELD_UNKNOWN": InvalidInput,
    "UNSUPPORTED_FILTER_OPERATOR": InvalidInput,
    "UNSUPPORTED_FILTER_VALUE": InvalidInput,
    "UNSUPPORTED_FILTER_VALUE_TYPE": InvalidInput,
    "UNSUPPORTED_SORT_FIELD": InvalidInput,
}

_BY_STATUS: Final[Mapping[int, type[CallerFault | UpstreamFault]]] = {
    400: InvalidInput,
    401: UpstreamUnauthenticated,
    403: UpstreamForbidden,
    413: InvalidInput,
}

_SHAPE_RULES: Final = frozenset(
    {"MIN_LENGTH", "MAX_LENGTH", "MIN_SIZE", "MAX_SIZE", "REQUIRED_FIELD"}
)
"""Rules about how label keys are written; any other violation there means "no such label"."""

_KEY_LISTS: Final = frozenset({"label_keys", "add", "remove"})


def refusal(response: httpx.Response, operation: Operation) -> GatewayError:
    """Make the exception that an answer other than a success stands for; it never fails itself."""
    envelope = _read(response)
    return _build(_kind(envelope, operation), envelope)


def is_throttling(response: httpx.Response, operation: Operation) -> bool:
    """Tell whether an answer says that there were too many calls (contract 6.3)."""
    return not response.is_success and _kind(_read(response), operation) is Throttled


def _read(response: httpx.Response) -> Envelope:
    body = read_object(response)
    details = nested(body.get("details"))
    fault = nested(details.get("applicationError"))
    message = text(fault.get("description")) or text(body.get("message"))
    return Envelope(
        status=response.status_code,
        request_id=request_id_of(response),
        code=text(fault.get("code")),
        message=message or f"Wix refused with status {response.status_code}.",
        data=nested(fault.get("data")),
        violations=read_violations(details),
        retry_after=retry_after_of(response),
    )


def _kind(envelope: Envelope, operation: Operation) -> type[GatewayError]:
    """Choose the exception: by code, by what is violated, by status."""
    kind = _BY_CODE.get(envelope.code or "")
    if kind is not None:
        return kind
    if envelope.code == "FAILED_PRECONDITION":
        return operation.precondition
    if _names_unknown_labels(envelope.violations):
        return LabelNotFound
    return _kind_of_status(envelope, operation)


def _kind_of_status(envelope: Envelope, operation: Operation) -> type[GatewayError]:
    status = envelope.status
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status == httpx.codes.NOT_FOUND:
        return operation.missing or UpstreamUnavailable
    if status == httpx.codes.TOO_MANY_REQUESTS and envelope.code is None:
        return Throttled
    if status == httpx.codes.PRECONDITION_REQUIRED and envelope.code is None:
        return operation.precondition
    return Refused if httpx.codes.is_client_error(status) else UpstreamUnavailable


def _names_unknown_labels(violations: tuple[Violation, ...]) -> bool:
    return bool(violations) and all(
        violation.path and violation.path[0] in _KEY_LISTS and violation.rule not in _SHAPE_RULES
        for violation in violations
    )


def _build(kind: type[GatewayError], envelope: Envelope) -> GatewayError:
    build = _WITH_DATA.get(kind)
    if build is not None:
        return build(envelope)
    if issubclass(kind, CallerFault):
        return kind(
            envelope.message,
            violations=envelope.violations,
            status=envelope.status,
            request_id=envelope.request_id,
            upstream_code=envelope.code,
        )
    return kind(
        envelope.message,
        status=envelope.status,
        request_id=envelope.request_id,
        upstream_code=envelope.code,
        in_doubt=httpx.codes.is_server_error(envelope.status),
    )


def _throttled(envelope: Envelope) -> Throttled:
    return Throttled(
        envelope.message,
        retry_after=envelope.retry_after,
        status=envelope.status,
        request_id=envelope.request_id,
    )


def _duplicate(envelope: Envelope) -> DuplicateContact:
    return DuplicateContact(
        envelope.message,
        duplicate_id=text(envelope.data.get("duplicateContactId")),
        violations=_duplicate_violations(envelope),
        status=envelope.status,
        request_id=envelope.request_id,
        upstream_code=envelope.code,
    )


def _duplicate_violations(envelope: Envelope) -> tuple[Violation, ...]:
    """Say which list holds what the other contact has too; its value is not repeated."""
    return tuple(
        Violation(path=(place,), message=envelope.message)
        for name, place in (("duplicateEmail", "emails"), ("duplicatePhone", "phones"))
        if name in envelope.data
    )


def _quota(envelope: Envelope) -> QuotaReached:
    return QuotaReached(
        envelope.message,
        quota=_figure(envelope.data, "quota"),
        current=_figure(envelope.data, "total"),
        status=envelope.status,
        request_id=envelope.request_id,
        upstream_code=envelope.code,
    )


def _figure(data: Mapping[str, Any], ending: str) -> int | None:
    """Read ``labelsQuota`` and its kin; for fields no names are published (contract 4)."""
    return next(
        (whole(value) for name, value in data.items() if name.lower().endswith(ending)), None
    )


_WITH_DATA: Final[Mapping[type[GatewayError], Callable[[Envelope], GatewayError]]] = {
    Throttled: _throttled,
    DuplicateContact: _duplicate,
    QuotaReached: _quota,
}
