"""The endpoints of Extended Fields v4 (contract 4)."""

import sqlite3
from typing import Any

from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts.documents import Document, extended
from gateway.sandbox.contacts.writes import revise
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.queries import SHARED_FIELDS, Catalogue
from gateway.sandbox.language.sql import Fragment
from gateway.sandbox.language.vocabulary import EQUALITY, Field, Kind
from gateway.sandbox.refusals import application, not_found
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, one_of, record, text
from gateway.sandbox.work import Work

_TYPES = ("SYSTEM", "USER_DEFINED")
_DATA_TYPES = ("TEXT", "NUMBER", "DATE", "URL")
_NAME = text(least=1, most=150)
_NEW = record(
    {"displayName": _NAME, "dataType": one_of(_DATA_TYPES)}, required=("displayName", "dataType")
)
_RENAMED = record({"displayName": _NAME}, required=("displayName",))
_RENAMED_WRAPPED = record({"field": _RENAMED})

_CATALOGUE = Catalogue(
    kind="field",
    types=_TYPES,
    fields={
        **SHARED_FIELDS,
        "fieldType": Field(Kind.CHOICE, frozenset({"$eq"}), "type", choices=frozenset(_TYPES)),
        "dataType": Field(Kind.CHOICE, EQUALITY, "data_type", choices=frozenset(_DATA_TYPES)),
    },
    name_size=150,
    sorts=1,
    page=100,
)


def document_of(row: sqlite3.Row) -> Document:
    """Write a field's definition for the wire."""
    described = {"description": row["description"]} if row["description"] else {}
    return {
        "namespace": row["namespace"],
        "key": row["key"],
        "displayName": row["display_name"],
        "dataType": row["data_type"],
        "fieldType": row["type"],
        **described,
        **definitions.dates_of(row),
    }


def list_fields(work: Work, request: Request) -> dict[str, Any]:
    """Answer List Extended Fields."""
    page = _CATALOGUE.listed(work, request, page_max=work.behaviour.fields_page_max)
    return {"fields": [document_of(row) for row in page.rows], "metadata": page.metadata()}


def query_fields(work: Work, request: Request) -> dict[str, Any]:
    """Answer Query Extended Fields."""
    page = _CATALOGUE.queried(work, request, page_max=work.behaviour.fields_page_max)
    return {
        "fields": [document_of(row) for row in page.rows],
        "pagingMetadata": page.paging_metadata(),
    }


def get_field(work: Work, request: Request) -> dict[str, Any]:
    """Answer Get Extended Field."""
    return {"field": document_of(_existing(work, request))}


def find_or_create_field(work: Work, request: Request) -> dict[str, Any]:
    """Answer Find Or Create Extended Field; only custom fields are found, whatever their type."""
    check(_NEW, request.body)
    name, data_type = request.body["displayName"], request.body["dataType"]
    for row in definitions.named(work.db, "field", name):
        if row["type"] == definitions.CUSTOM:
            return {"field": document_of(row), "newField": False}
    _within_quota(work)
    row = definitions.add(work, "field", name, data_type)
    work.created("extended_field", row["key"], document_of(row))
    return {"field": document_of(row), "newField": True}


def update_field(work: Work, request: Request) -> dict[str, Any]:
    """Answer Update Extended Field; the name may stand in the wrapper or bare."""
    is_wrapped = request.body.get("field") is not None
    check(_RENAMED_WRAPPED if is_wrapped else _RENAMED, request.body)
    sent = request.body["field"] if is_wrapped else request.body
    key = _custom(work, request)["key"]
    row = definitions.rename(work, "field", key, sent["displayName"])
    work.updated("extended_field", key, document_of(row))
    return {"field": document_of(row)}


def delete_field(work: Work, request: Request) -> dict[str, Any]:
    """Answer Delete Extended Field: what contacts hold in it is gone for good."""
    key = _custom(work, request)["key"]
    definitions.delete(work, "field", key)
    work.deleted("extended_field", key)
    touched = work.behaviour.field_delete_touches_contacts
    for contact in contact_rows.read_all(work.db, _holding(key)):
        kept = {name: value for name, value in extended(contact.info).items() if name != key}
        info = {**contact.info, "extendedFields": {"items": kept}}
        revise(work, contact, info, raised=touched, announced=touched)
    return {}


def _existing(work: Work, request: Request) -> sqlite3.Row:
    row = definitions.read(work.db, "field", request.params["key"])
    if row is None:
        raise not_found("Extended field")
    return row


def _custom(work: Work, request: Request) -> sqlite3.Row:
    row = _existing(work, request)
    if row["type"] != definitions.CUSTOM:
        raise application(428, "FAILED_PRECONDITION", "System fields cannot be changed")
    return row


def _within_quota(work: Work) -> None:
    quota = work.behaviour.fields_quota
    if definitions.custom_total(work.db, "field") >= quota:
        message = "Extended fields quota exceeded"
        raise application(429, "FIELDS_QUOTA_EXCEEDED", message)


def _holding(key: str) -> Fragment:
    text = "row IN (SELECT contact FROM contact_values WHERE path = ?)"
    return Fragment(text, (f"info.extendedFields.{key}",))
