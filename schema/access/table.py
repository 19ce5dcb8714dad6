"""The one table of rights: for every field, argument and input field, the scopes it asks for.

A field asks for its scopes on top of those that whoever holds its object has shown already. All of
them are needed. What stands nowhere in this table cannot be served: see `schema.access.rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.model.principal import SCOPES

Scopes = frozenset[str]
"""Scopes that are all needed."""

Row = Mapping[Scopes, str]
"""Names, separated by spaces, by what they ask for."""


def _scopes(*names: str) -> Scopes:
    """Write a set of scopes that exist."""
    asked = frozenset(names)
    unknown = asked - SCOPES
    if unknown:
        raise ValueError(f"no scopes: {', '.join(sorted(unknown))}")
    return asked


FREE: Final = _scopes()
"""For every caller."""
LABELS: Final = _scopes("labels:read")
CONTACTS: Final = _scopes("contacts:read")
FIELDS: Final = _scopes("fields:read")
PERSONAL: Final = _scopes("contacts:pii")
"""E-mails, phones, addresses, birthdates, names and pictures; and extended fields, in which Wix
keeps names and addresses, and people whatever they like (contract 3.1)."""
INTROSPECT: Final = _scopes("schema:introspect")

_EDIT_LABELS = _scopes("labels:write")
_EDIT_FIELDS = _scopes("fields:write")
_EDIT = _scopes("contacts:write")
_DELETE = _scopes("contacts:delete")
_MERGE = _EDIT | _DELETE
_BULK = _scopes("contacts:bulk")
_PERSON = CONTACTS | PERSONAL


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules of an object type or an interface."""

    held: Scopes
    """What whoever holds such an object has shown: every way to it asks for that."""
    fields: Row
    """What its fields ask for on top."""


def _page(held: Scopes) -> Mapping[str, Kind]:
    """Rule a connection and its edge."""
    return {
        "Connection": Kind(held, {FREE: "nodes edges pageInfo totalCount"}),
        "Edge": Kind(held, {FREE: "cursor node"}),
    }


def _payload(held: Scopes, shown: str, asked: Scopes, told: str = "") -> Kind:
    """Rule a payload: what it shows has to be readable, what was done is told to who did it."""
    return Kind(held, {asked: shown, FREE: f"userErrors {told}"})


KINDS: Final[Mapping[str, Kind]] = {
    "Query": Kind(
        FREE,
        {
            FREE: "node nodes _entities viewer rateLimit",
            LABELS: "label labels",
            CONTACTS: "contact contacts mergePreview contactFacets",
            FIELDS: "extendedField extendedFields",
            _BULK: "bulkJob bulkJobs",
            INTROSPECT: "_service",
        },
    ),
    "Mutation": Kind(
        FREE,
        {
            _EDIT_LABELS: "findOrCreateLabel renameLabel deleteLabel",
            _EDIT: "labelContact unlabelContact createContact updateContact",
            _DELETE: "deleteContact",
            _MERGE: "mergeContacts",
            _EDIT | _BULK: "bulkLabelContacts bulkUpdateContacts",
            _DELETE | _BULK: "bulkDeleteContacts",
            _EDIT_FIELDS: "findOrCreateExtendedField renameExtendedField deleteExtendedField",
        },
    ),
    "Subscription": Kind(
        FREE, {LABELS: "labelChanged", CONTACTS: "contactChanged", _BULK: "bulkJob"}
    ),
    "LabelChange": Kind(LABELS, {FREE: "kind key label changed"}),
    "ContactChange": Kind(CONTACTS, {FREE: "kind contactId contact changed sourceIds"}),
    "Node": Kind(FREE, {FREE: "id"}),
    "PageInfo": Kind(FREE, {FREE: "hasNextPage hasPreviousPage startCursor endCursor"}),
    "Viewer": Kind(FREE, {FREE: "subject siteId scopes"}),
    "RateLimit": Kind(FREE, {FREE: "limit remaining windowSeconds resetAt"}),
    "_Service": Kind(INTROSPECT, {FREE: "sdl"}),
    "Label": Kind(
        LABELS,
        {
            FREE: "id key displayName namespace namespaceDisplayName type createdAt updatedAt",
            CONTACTS: "contactCount contacts",
        },
    ),
    **{f"Label{part}": kind for part, kind in _page(LABELS).items()},
    "Contact": Kind(
        CONTACTS,
        {
            FREE: "id revision createdAt updatedAt source lastActivity company jobTitle locale "
            "labelKeys",
            PERSONAL: "name primaryEmail primaryPhone emails phones addresses birthdate picture "
            "extendedFields",
            LABELS: "labels",
        },
    ),
    **{f"Contact{part}": kind for part, kind in _page(CONTACTS).items()},
    "ContactSource": Kind(CONTACTS, {FREE: "type appId"}),
    "ContactActivity": Kind(CONTACTS, {FREE: "type at"}),
    "ContactName": Kind(_PERSON, {FREE: "first last full"}),
    "PrimaryEmail": Kind(_PERSON, {FREE: "email subscriptionStatus deliverabilityStatus"}),
    "PrimaryPhone": Kind(_PERSON, {FREE: "phone countryCode e164 formatted subscriptionStatus"}),
    "ContactEmail": Kind(_PERSON, {FREE: "id tag email primary"}),
    "ContactPhone": Kind(_PERSON, {FREE: "id tag phone countryCode e164 primary"}),
    "ContactAddress": Kind(
        _PERSON,
        {
            FREE: "id tag line1 line2 streetNumber streetName city subdivision postalCode country "
            "formatted"
        },
    ),
    "ContactExtendedField": Kind(_PERSON, {FREE: "key value", FIELDS: "definition"}),
    "ContactFacet": Kind(CONTACTS, {FREE: "type namespace key count", LABELS: "displayName label"}),
    "ExtendedField": Kind(
        FIELDS,
        {FREE: "key displayName namespace dataType type description createdAt updatedAt"},
    ),
    **{f"ExtendedField{part}": kind for part, kind in _page(FIELDS).items()},
    "BulkJob": Kind(
        _BULK, {FREE: "id type status startedAt finishedAt total succeeded failed errors"}
    ),
    "BulkJobError": Kind(_BULK, {FREE: "code message count"}),
    "UserError": Kind(FREE, {FREE: "message code field"}),
    "InvalidInput": Kind(FREE, {FREE: "message code field"}),
    "RevisionConflict": Kind(FREE, {FREE: "message code field", CONTACTS: "currentRevision"}),
    "DuplicateContact": Kind(FREE, {FREE: "message code field", CONTACTS: "duplicate"}),
    "QuotaReached": Kind(FREE, {FREE: "message code field quota current"}),
    "FindOrCreateLabelPayload": _payload(_EDIT_LABELS, "label", LABELS, "created"),
    "RenameLabelPayload": _payload(_EDIT_LABELS, "label", LABELS),
    "DeleteLabelPayload": Kind(_EDIT_LABELS, {FREE: "deletedLabelKey userErrors"}),
    "LabelContactPayload": _payload(_EDIT, "contact", CONTACTS),
    "UnlabelContactPayload": _payload(_EDIT, "contact", CONTACTS),
    "CreateContactPayload": _payload(_EDIT, "contact", CONTACTS),
    "UpdateContactPayload": _payload(_EDIT, "contact", CONTACTS),
    "DeleteContactPayload": Kind(_DELETE, {FREE: "deletedContactId userErrors"}),
    "MergeContactsPayload": _payload(_MERGE, "contact", CONTACTS, "deletedContactIds"),
    "BulkLabelContactsPayload": Kind(_EDIT | _BULK, {FREE: "job userErrors"}),
    "BulkUpdateContactsPayload": Kind(_EDIT | _BULK, {FREE: "job userErrors"}),
    "BulkDeleteContactsPayload": Kind(_DELETE | _BULK, {FREE: "job userErrors"}),
    "FindOrCreateExtendedFieldPayload": _payload(_EDIT_FIELDS, "extendedField", FIELDS, "created"),
    "RenameExtendedFieldPayload": _payload(_EDIT_FIELDS, "extendedField", FIELDS),
    "DeleteExtendedFieldPayload": Kind(_EDIT_FIELDS, {FREE: "deletedKey userErrors"}),
}
"""Object types and interfaces."""

BY_KIND: Final = frozenset({"Query.node", "Query.nodes", "Query._entities"})
"""Fields that ask, object by object, for what its kind is held by, before they load it."""
