"""The endpoints that start bulk jobs (contract 3.2, Bulk operations)."""

from collections.abc import Mapping
from typing import Any

from gateway.sandbox.bulk import jobs
from gateway.sandbox.contacts import rules as contact_rules
from gateway.sandbox.contacts.changes import is_empty
from gateway.sandbox.contacts.documents import listed
from gateway.sandbox.contacts.extended_values import settle
from gateway.sandbox.contacts.queries import SELECTION, select
from gateway.sandbox.contacts.shapes import INFO
from gateway.sandbox.refusals import application
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, items, record, text
from gateway.sandbox.work import Work

_KEYS = items(text(least=1, most=80), most=100)
_DELETE = record(SELECTION)
_UPDATE = record({**SELECTION, "info": INFO})
_LABELS = record({**SELECTION, "labelKeysToAdd": _KEYS, "labelKeysToRemove": _KEYS})


def bulk_delete(work: Work, request: Request) -> dict[str, Any]:
    """Answer Bulk Delete Contacts."""
    check(_DELETE, request.body)
    return _start(work, request, "DELETE", {})


def bulk_update(work: Work, request: Request) -> dict[str, Any]:
    """Answer Bulk Update Contacts; what is wrong for all is refused before the job starts."""
    check(_UPDATE, request.body)
    info = request.body.get("info") or {}
    if is_empty(info):
        message = "There is nothing to update"
        raise application(400, "INSUFFICIENT_UPDATE_CONTACT_DATA", message)
    contact_rules.known_labels(work.db, {"info.labelKeys": listed(info, "labelKeys")})
    contact_rules.single_primaries(info)
    settle(work.db, info)
    return _start(work, request, "UPDATE", {"info": info})


def bulk_relabel(work: Work, request: Request) -> dict[str, Any]:
    """Answer Bulk Label And Unlabel Contacts; the job's type tells which of the two it does."""
    check(_LABELS, request.body)
    add = request.body.get("labelKeysToAdd") or []
    remove = request.body.get("labelKeysToRemove") or []
    contact_rules.known_labels(work.db, {"labelKeysToAdd": add, "labelKeysToRemove": remove})
    return _start(work, request, _kind(add, remove), {"add": add, "remove": remove})


def _kind(add: list[str], remove: list[str]) -> jobs.JobKind:
    if add and remove:
        return "ADD_REMOVE_LABELS"
    return "REMOVE_LABELS" if remove else "ADD_LABELS"


def _start(
    work: Work, request: Request, kind: jobs.JobKind, task: Mapping[str, Any]
) -> dict[str, Any]:
    return {"jobId": jobs.start(work, kind, task, select(work, request.body))}
