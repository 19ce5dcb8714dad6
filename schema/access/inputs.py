"""The table of rights, continued: what callers send, and the scopes it asks for.

What tells who has a property asks for as much as reading it: a filter, a search, an order.
"""

from collections.abc import Mapping
from typing import Final

from schema.access.table import FREE, KINDS, PERSONAL, Row, Scopes

_MUTATIONS = " ".join(KINDS["Mutation"].fields.values()).split()
_PAGE: Row = {FREE: "first after filter orderBy"}
_MAKE_LABELS: Scopes = frozenset({"labels:write"})

ARGUMENTS: Final[Mapping[str, Row]] = {
    "Query.node": {FREE: "id"},
    "Query.nodes": {FREE: "ids"},
    "Query._entities": {FREE: "representations"},
    "Query.label": {FREE: "key"},
    "Query.labels": _PAGE,
    "Query.contact": {FREE: "id"},
    "Query.contacts": {**_PAGE, PERSONAL: "search"},
    "Query.mergePreview": {FREE: "targetContactId sourceContactIds"},
    "Query.contactFacets": {FREE: "types"},
    "Query.extendedField": {FREE: "key"},
    "Query.extendedFields": _PAGE,
    "Query.bulkJob": {FREE: "id"},
    "Label.contacts": _PAGE,
    "Contact.extendedFields": {FREE: "keys"},
    "Subscription.labelChanged": {FREE: "keys"},
    "Subscription.contactChanged": {FREE: "ids labelKeys"},
    "Subscription.bulkJob": {FREE: "id"},
    **{f"Mutation.{name}": {FREE: "input"} for name in _MUTATIONS},
}
"""Arguments, by their field."""

INPUTS: Final[Mapping[str, Row]] = {
    "ContactFilter": {
        FREE: "and or not id createdAt updatedAt lastActivityAt company jobTitle locale labelKeys",
        PERSONAL: "primaryEmail primaryPhone email phone firstName lastName birthdate city "
        "subdivision country emailSubscription extendedField",
    },
    "ContactOrder": {FREE: "field direction"},
    "LabelFilter": {
        FREE: "and or not key displayName namespace type createdAt updatedAt",
    },
    "LabelOrder": {FREE: "field direction"},
    "ExtendedFieldFilter": {FREE: "key displayName namespace type dataType"},
    "ExtendedFieldOrder": {FREE: "field direction"},
    "KeyFilter": {FREE: "eq ne in"},
    "NameFilter": {FREE: "eq ne in startsWith"},
    "NamespaceFilter": {FREE: "eq ne"},
    "StringFilter": {FREE: "eq ne in startsWith exists"},
    "DateTimeFilter": {FREE: "eq ne gt gte lt lte"},
    "DateFilter": {FREE: "eq ne gt gte lt lte"},
    "LabelKeysFilter": {FREE: "hasSome hasAll"},
    "SubscriptionStatusFilter": {FREE: "eq ne in notIn"},
    "ExtendedFieldValueFilter": {FREE: "key eq ne in startsWith gt gte lt lte"},
    "ContactInfoInput": {
        FREE: "company jobTitle locale labelKeys",
        PERSONAL: "name emails phones addresses birthdate extendedFields",
    },
    "ContactNameInput": {FREE: "first last"},
    "ContactEmailInput": {FREE: "id tag email primary"},
    "ContactPhoneInput": {FREE: "id tag phone countryCode primary"},
    "ContactAddressInput": {
        FREE: "id tag line1 line2 streetNumber streetName city subdivision postalCode country"
    },
    "ExtendedFieldValueInput": {FREE: "key value"},
    "FindOrCreateLabelInput": {FREE: "displayName"},
    "RenameLabelInput": {FREE: "key displayName"},
    "DeleteLabelInput": {FREE: "key"},
    "LabelContactInput": {FREE: "contactId labelKeys", _MAKE_LABELS: "labelNames"},
    "UnlabelContactInput": {FREE: "contactId labelKeys"},
    "CreateContactInput": {FREE: "info allowDuplicates"},
    "UpdateContactInput": {FREE: "contactId revision changes allowDuplicates"},
    "DeleteContactInput": {FREE: "contactId"},
    "MergeContactsInput": {FREE: "targetContactId targetRevision sourceContactIds"},
    "BulkLabelContactsInput": {
        FREE: "filter addLabelKeys removeLabelKeys",
        PERSONAL: "search",
    },
    "BulkUpdateContactsInput": {FREE: "filter changes", PERSONAL: "search"},
    "BulkDeleteContactsInput": {FREE: "filter", PERSONAL: "search"},
    "FindOrCreateExtendedFieldInput": {FREE: "displayName dataType"},
    "RenameExtendedFieldInput": {FREE: "key displayName"},
    "DeleteExtendedFieldInput": {FREE: "key"},
}
"""Fields of input objects."""

VALUES: Final[Mapping[str, Row]] = {
    "ContactSortField": {
        FREE: "CREATED_AT LAST_ACTIVITY_AT COMPANY JOB_TITLE",
        PERSONAL: "PRIMARY_EMAIL FIRST_NAME LAST_NAME BIRTHDATE",
    },
    "LabelSortField": {FREE: "DISPLAY_NAME CREATED_AT UPDATED_AT"},
    "ExtendedFieldSortField": {FREE: "DISPLAY_NAME CREATED_AT UPDATED_AT"},
    "SortDirection": {FREE: "ASC DESC"},
}
"""Values of the enums that an order is made of."""

SPEAKING_NULLS: Final = frozenset({"ContactInfoInput"})
"""Input objects in which null says something: it clears. Elsewhere it is as good as absent."""
