"""The endpoints of Labels v4 (contract 2.3)."""

import sqlite3
from typing import Any

from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts.documents import Document, listed
from gateway.sandbox.contacts.writes import revise
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.queries import SHARED_FIELDS, Catalogue
from gateway.sandbox.definitions.translations import NAMESPACE, translated
from gateway.sandbox.language.sql import Fragment
from gateway.sandbox.language.vocabulary import Field, Kind
from gateway.sandbox.refusals import application, not_found
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, language, record, text
from gateway.sandbox.work import Work

_TYPES = ("SYSTEM", "USER_DEFINED", "WIX_APP_DEFINED")
_NAME = text(least=1, most=180)
_NEW = record({"displayName": _NAME, "language": language}, required=("displayName",))
_RENAMED = record({"displayName": _NAME}, required=("displayName",))
_RENAMED_WRAPPED = record({"label": _RENAMED, "language": language})

_CATALOGUE = Catalogue(
    kind="label",
    types=_TYPES,
    fields={
        **SHARED_FIELDS,
        "labelType": Field(Kind.CHOICE, frozenset({"$eq"}), "type", choices=frozenset(_TYPES)),
    },
    name_size=180,
    sorts=100,
    page=1000,
)


def document_of(row: sqlite3.Row, spoken: str | None = None) -> Document:
    """Write a label for the wire; only Wix's own names are translated."""
    is_system = row["type"] == "SYSTEM"
    name = row["display_name"]
    return {
        "namespace": row["namespace"],
        "namespaceDisplayName": translated(NAMESPACE, spoken),
        "key": row["key"],
        "displayName": translated(name, spoken) if is_system else name,
        "labelType": row["type"],
        **definitions.dates_of(row),
    }


def list_labels(work: Work, request: Request) -> dict[str, Any]:
    """Answer List Labels: the page's description is called ``metadata`` here alone."""
    page = _CATALOGUE.listed(work, request, page_max=work.behaviour.labels_page_max)
    spoken = request.group("language").get("language")
    return {"labels": [document_of(row, spoken) for row in page.rows], "metadata": page.metadata()}


def query_labels(work: Work, request: Request) -> dict[str, Any]:
    """Answer Query Labels."""
    page = _CATALOGUE.queried(work, request, page_max=work.behaviour.labels_page_max)
    spoken = request.body.get("language")
    return {
        "labels": [document_of(row, spoken) for row in page.rows],
        "pagingMetadata": page.paging_metadata(),
    }


def get_label(work: Work, request: Request) -> dict[str, Any]:
    """Answer Get Label."""
    check(record({"language": language}), request.group("language"))
    spoken = request.group("language").get("language")
    return {"label": document_of(_existing(work, request), spoken)}


def find_or_create_label(work: Work, request: Request) -> dict[str, Any]:
    """Answer Find Or Create Label; the oldest label of exactly that name is found."""
    check(_NEW, request.body)
    name, spoken = request.body["displayName"], request.body.get("language")
    found = definitions.named(work.db, "label", name)
    if found:
        return {"label": document_of(found[0], spoken), "newLabel": False}
    _within_quota(work)
    row = definitions.add(work, "label", name)
    work.created("label", row["key"], document_of(row))
    return {"label": document_of(row, spoken), "newLabel": True}


def update_label(work: Work, request: Request) -> dict[str, Any]:
    """Answer Update Label; the name may stand in the wrapper or, as in curl samples, bare."""
    is_wrapped = request.body.get("label") is not None
    check(_RENAMED_WRAPPED if is_wrapped else _RENAMED, request.body)
    sent = request.body["label"] if is_wrapped else request.body
    key = _custom(work, request)["key"]
    row = definitions.rename(work, "label", key, sent["displayName"])
    work.updated("label", key, document_of(row))
    return {"label": document_of(row, request.body.get("language"))}


def delete_label(work: Work, request: Request) -> dict[str, Any]:
    """Answer Delete Label: it goes from the site and from every contact that carried it."""
    key = _custom(work, request)["key"]
    definitions.delete(work, "label", key)
    work.deleted("label", key)
    touched = work.behaviour.label_delete_touches_contacts
    for contact in contact_rows.read_all(work.db, _carrying(key)):
        keys = [each for each in listed(contact.info, "labelKeys") if each != key]
        info = {**contact.info, "labelKeys": {"items": keys}}
        revise(work, contact, info, raised=touched, announced=touched)
    return {}


def _existing(work: Work, request: Request) -> sqlite3.Row:
    row = definitions.read(work.db, "label", request.params["key"])
    if row is None:
        raise not_found("Label")
    return row


def _custom(work: Work, request: Request) -> sqlite3.Row:
    row = _existing(work, request)
    if row["type"] != definitions.CUSTOM:
        raise application(428, "FAILED_PRECONDITION", "Predefined labels cannot be changed")
    return row


def _within_quota(work: Work) -> None:
    total, quota = definitions.custom_total(work.db, "label"), work.behaviour.labels_quota
    if total >= quota:
        figures = {"labelsQuota": str(quota), "labelsCurrentTotal": str(total)}
        raise application(428, "LABELS_QUOTA_REACHED", "Labels quota reached", **figures)


def _carrying(key: str) -> Fragment:
    text = "row IN (SELECT contact FROM contact_values WHERE path = 'info.labelKeys' AND exact = ?)"
    return Fragment(text, (key,))
