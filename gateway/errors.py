"""Everything that can go wrong, one class per condition.

GatewayError
├── CallerFault                 the caller can mend it
│   ├── InvalidInput            a value breaks a rule
│   ├── BadCursor               a cursor that was made for another list
│   ├── FilterRequired          a bulk call without a condition
│   ├── NotFound
│   │   ├── ContactNotFound
│   │   ├── LabelNotFound
│   │   └── FieldNotFound
│   ├── RevisionConflict        the contact has moved on
│   ├── DuplicateContact        the e-mail or phone belongs to another contact
│   ├── InsufficientContactData neither name, e-mail nor phone
│   ├── MultiplePrimary         two primary entries in one list
│   ├── InvalidExtendedFieldValue
│   ├── MemberEmailLocked       a member's login e-mail
│   ├── ContactProtected        members, owners, paying subscribers
│   ├── LabelProtected          predefined labels
│   ├── IllegalMerge
│   ├── QuotaReached            the site is full
│   └── Refused                 Wix said no for a reason newer than this gateway
├── Forbidden                   the caller may not see or do this
└── UpstreamFault               the caller cannot mend it
    ├── Throttled               the site's calls are used up
    ├── UpstreamTimeout         no answer within the deadline
    ├── UpstreamUnavailable     down, cut off, or not speaking JSON
    │   └── CircuitOpen         away for a while already, so not asked
    ├── OutcomeUnknown          a write may have been carried out, or not
    ├── UpstreamUnauthenticated Wix does not know the gateway's credentials
    └── UpstreamForbidden       the gateway's credentials may not do this

A `CallerFault`'s code is a value of the schema's UserErrorCode; an `UpstreamFault`'s appears in the
`extensions.code` of a top-level GraphQL error, as `Forbidden`'s does.
"""

from collections.abc import Iterable
from typing import ClassVar, Unpack

from gateway.violations import Origin
from gateway.violations import Path as Path  # noqa: PLC0414 - of one vocabulary with errors
from gateway.violations import Violation as Violation  # noqa: PLC0414 - the same


class GatewayError(Exception):
    """The root of all errors this gateway raises on purpose; `Origin` tells its attributes."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, **origin: Unpack[Origin]) -> None:
        super().__init__(message)
        self.message = message
        self.status = origin.get("status")
        self.request_id = origin.get("request_id")
        self.upstream_code = origin.get("upstream_code")
        self.violations = tuple(origin.get("violations", ()))
        self.in_doubt = origin.get("in_doubt", False)


class CallerFault(GatewayError):
    """The caller sent something that cannot be done, and can mend it."""

    code = "REFUSED"


class InvalidInput(CallerFault):
    """A value breaks a rule, ours or Wix's (contract 6.1, ``validationError``)."""

    code = "INVALID_INPUT"


class BadCursor(CallerFault):
    """A cursor that is garbled, or was made for another filter, order or list."""

    code = "BAD_CURSOR"


class FilterRequired(CallerFault):
    """A bulk call that would touch every contact of the site (contract 9, row 32)."""

    code = "FILTER_REQUIRED"


class NotFound(CallerFault):
    """What was named does not exist (contract 6.2)."""

    code = "NOT_FOUND"


class ContactNotFound(NotFound):
    """No contact has this id (contract 3.2)."""

    code = "CONTACT_NOT_FOUND"


class LabelNotFound(NotFound):
    """No label has this key (contract 2.3)."""

    code = "LABEL_NOT_FOUND"


class FieldNotFound(NotFound):
    """No extended field has this key (contract 4)."""


class RevisionConflict(CallerFault):
    """The contact has moved on since the revision that was sent (contract 3.2)."""

    code = "REVISION_CONFLICT"


class DuplicateContact(CallerFault):
    """Another contact already has this e-mail or phone (contract 3.2, Duplicates)."""

    code = "DUPLICATE_CONTACT"

    def __init__(
        self, message: str, *, duplicate_id: str | None = None, **origin: Unpack[Origin]
    ) -> None:
        super().__init__(message, **origin)
        self.duplicate_id = duplicate_id
        """The id of the contact that has it; None when Wix did not say."""


class InsufficientContactData(CallerFault):
    """A contact needs a name, an e-mail or a phone (contract 3.2)."""

    code = "INSUFFICIENT_CONTACT_DATA"


class MultiplePrimary(CallerFault):
    """Two entries of one list claim to be primary (contract 3.1)."""

    code = "MULTIPLE_PRIMARY"


class InvalidExtendedFieldValue(CallerFault):
    """A value does not fit its field's data type, or the field is unknown (contract 3.2)."""

    code = "INVALID_EXTENDED_FIELD_VALUE"


class MemberEmailLocked(CallerFault):
    """A site member's primary e-mail is his login and cannot be changed here (contract 3.2)."""

    code = "MEMBER_EMAIL_LOCKED"


class ContactProtected(CallerFault):
    """A member, an owner or a paying subscriber cannot be deleted (contract 3.2)."""

    code = "CONTACT_PROTECTED"


class LabelProtected(CallerFault):
    """A predefined label cannot be renamed or deleted (contract 2.3)."""

    code = "LABEL_PROTECTED"


class IllegalMerge(CallerFault):
    """These contacts cannot be merged (contract 3.2, Merge)."""

    code = "ILLEGAL_MERGE"


class QuotaReached(CallerFault):
    """The site holds as many labels or custom fields as it may (contract 2.3 and 4)."""

    code = "QUOTA_REACHED"

    def __init__(
        self,
        message: str,
        *,
        quota: int | None = None,
        current: int | None = None,
        **origin: Unpack[Origin],
    ) -> None:
        super().__init__(message, **origin)
        self.quota = quota
        """How many the site may hold; None when Wix did not say."""
        self.current = current
        """How many it holds now; None when Wix did not say."""


class Refused(CallerFault):
    """Wix refused for a reason this gateway has no name for."""


class Forbidden(GatewayError):
    """The caller lacks the scopes `missing`, for a field or for what is `at` its arguments."""

    code = "FORBIDDEN"

    def __init__(self, message: str, *, missing: Iterable[str], at: Path = ()) -> None:
        super().__init__(message)
        self.missing = tuple(missing)
        self.at = at


class UpstreamFault(GatewayError):
    """Wix could not be asked, or could not answer."""

    code = "UPSTREAM_UNAVAILABLE"


class Throttled(UpstreamFault):
    """The site's upstream calls are used up (contract 6.3)."""

    code = "THROTTLED"

    def __init__(
        self, message: str, *, retry_after: float | None = None, **origin: Unpack[Origin]
    ) -> None:
        super().__init__(message, **origin)
        self.retry_after = retry_after
        """Seconds until another try makes sense; None when nobody knows."""


class UpstreamTimeout(UpstreamFault):
    """No answer within the request's deadline."""

    code = "UPSTREAM_TIMEOUT"


class UpstreamUnavailable(UpstreamFault):
    """Wix is down, hung up, or answered something that is not its JSON."""


class CircuitOpen(UpstreamUnavailable):
    """Wix has not answered for a while, so it was not asked; few calls try whether it is back."""


class OutcomeUnknown(UpstreamFault):
    """A write's answer was lost, and reading back did not tell whether it was carried out."""

    code = "OUTCOME_UNKNOWN"


class UpstreamUnauthenticated(UpstreamFault):
    """Wix does not know the gateway's credentials (401)."""

    code = "UPSTREAM_UNAUTHENTICATED"


class UpstreamForbidden(UpstreamFault):
    """The gateway's credentials lack the permission or the site (403)."""

    code = "UPSTREAM_FORBIDDEN"
