"""Every endpoint this gateway calls: where it is, and what its failures mean."""

from dataclasses import dataclass
from enum import Enum

from gateway.errors import (
    CallerFault,
    ContactNotFound,
    FieldNotFound,
    LabelNotFound,
    LabelProtected,
    NotFound,
    Refused,
    RevisionConflict,
)


class Repeat(Enum):
    """Whether a call may be made again when its outcome is unknown (contract, Appendix B)."""

    READ = "read"
    """It changes nothing: repeat it, and drop it when its caller has gone."""
    WRITE = "write"
    """Twice has the effect of once: repeat it, but let it end when its caller has gone."""
    DELETION = "deletion"
    """As WRITE, and a "not there" after a lost answer means that the first try did it."""
    NEVER = "never"
    """Twice may do harm, or refuse falsely: leave the decision to the caller."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint."""

    name: str
    """Its name in our words, e.g. ``contacts.query``."""
    method: str
    path: str
    """Template below the host; ``{id}`` stands for the one quoted path parameter."""
    repeat: Repeat
    missing: type[NotFound] | None = None
    """What a 404 means; None where no id is named, so that a 404 means a wrong host."""
    precondition: type[CallerFault] = Refused
    """What a 428 ``FAILED_PRECONDITION`` means."""


_READ, _WRITE, _DELETION, _NEVER = Repeat.READ, Repeat.WRITE, Repeat.DELETION, Repeat.NEVER

_LABELS = "/contacts/v4/labels"
_LABEL = f"{_LABELS}/{{id}}"

LIST_LABELS = Operation("labels.list", "GET", _LABELS, _READ)
QUERY_LABELS = Operation("labels.query", "POST", f"{_LABELS}/query", _READ)
GET_LABEL = Operation("labels.get", "GET", _LABEL, _READ, LabelNotFound)
FIND_OR_CREATE_LABEL = Operation("labels.find_or_create", "POST", _LABELS, _WRITE)
RENAME_LABEL = Operation("labels.rename", "PATCH", _LABEL, _NEVER, LabelNotFound, LabelProtected)
DELETE_LABEL = Operation(
    "labels.delete", "DELETE", _LABEL, _DELETION, LabelNotFound, LabelProtected
)

_CONTACTS = "/contacts/v4/contacts"
_CONTACT = f"{_CONTACTS}/{{id}}"

CREATE_CONTACT = Operation("contacts.create", "POST", _CONTACTS, _NEVER)
GET_CONTACT = Operation("contacts.get", "GET", _CONTACT, _READ, ContactNotFound)
LIST_CONTACTS = Operation("contacts.list", "GET", _CONTACTS, _READ)
QUERY_CONTACTS = Operation("contacts.query", "POST", f"{_CONTACTS}/query", _READ)
# An update carries a revision: repeated after a lost answer it would refuse its own success.
UPDATE_CONTACT = Operation("contacts.update", "PATCH", _CONTACT, _NEVER, ContactNotFound)
DELETE_CONTACT = Operation("contacts.delete", "DELETE", _CONTACT, _DELETION, ContactNotFound)
LABEL_CONTACT = Operation("contacts.label", "POST", f"{_CONTACT}/labels", _WRITE, ContactNotFound)
UNLABEL_CONTACT = Operation(
    "contacts.unlabel", "DELETE", f"{_CONTACT}/labels", _WRITE, ContactNotFound
)
MERGE_CONTACTS = Operation(
    "contacts.merge", "POST", f"{_CONTACT}/merge", _NEVER, ContactNotFound, RevisionConflict
)
PREVIEW_MERGE = Operation(
    "contacts.preview_merge",
    "POST",
    f"{_CONTACT}/preview-merge",
    _READ,
    ContactNotFound,
    RevisionConflict,
)

LIST_FACETS = Operation("facets.list", "GET", f"{_CONTACTS}/facets", _READ)
QUERY_FACETS = Operation("facets.query", "POST", f"{_CONTACTS}/facets/query", _READ)

_BULK = "/contacts/v4/bulk"

BULK_DELETE = Operation("bulk.delete", "POST", f"{_BULK}/contacts/delete", _NEVER)
BULK_UPDATE = Operation("bulk.update", "POST", f"{_BULK}/contacts/update", _NEVER)
BULK_RELABEL = Operation("bulk.relabel", "POST", f"{_BULK}/contacts/add-remove-labels", _NEVER)
GET_JOB = Operation("bulk.job", "GET", f"{_BULK}/jobs/{{id}}", _READ, NotFound)
LIST_JOBS = Operation("bulk.jobs", "GET", f"{_BULK}/jobs", _READ)

_FIELDS = "/contacts/v4/extended-fields"
_FIELD = f"{_FIELDS}/{{id}}"

LIST_FIELDS = Operation("fields.list", "GET", _FIELDS, _READ)
QUERY_FIELDS = Operation("fields.query", "POST", f"{_FIELDS}/query", _READ)
GET_FIELD = Operation("fields.get", "GET", _FIELD, _READ, FieldNotFound)
FIND_OR_CREATE_FIELD = Operation("fields.find_or_create", "POST", _FIELDS, _WRITE)
RENAME_FIELD = Operation("fields.rename", "PATCH", _FIELD, _NEVER, FieldNotFound)
DELETE_FIELD = Operation("fields.delete", "DELETE", _FIELD, _DELETION, FieldNotFound)

GRANT_TOKEN = Operation("oauth.token", "POST", "/oauth2/token", _READ)
