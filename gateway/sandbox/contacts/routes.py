"""The endpoints of Contacts v4 that concern a single contact (contract 3.2)."""

from typing import Any

from gateway.sandbox.contacts import rules as contact_rules
from gateway.sandbox.contacts import writes as contact_writes
from gateway.sandbox.contacts.documents import Contact
from gateway.sandbox.contacts.shapes import CREATE, LABEL_KEYS, LABELLING, UPDATE
from gateway.sandbox.language.projection import PROJECTION, paths_of, project
from gateway.sandbox.refusals import application
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, record, whole_number
from gateway.sandbox.work import Work


def create_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Create Contact."""
    check(CREATE, request.body)
    contact = contact_writes.create(
        work,
        request.identity,
        request.body.get("info") or {},
        allow_duplicates=bool(request.body.get("allowDuplicates")),
    )
    return {"contact": contact.document}


def get_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Get Contact; alone among the calls it knows ids that were merged away."""
    asked = {name: request.comma_texts(name) for name in ("fields", "fieldsets")}
    check(record(PROJECTION), asked)
    wanted = request.params["id"]
    found = work.db.execute("SELECT target FROM merged WHERE id = ?", (wanted,)).fetchone()
    contact = contact_writes.existing(work, found["target"] if found else wanted)
    return {
        "contact": project(contact.document, paths_of(asked)),
        "responseType": "MERGED" if found else "REGULAR",
    }


def update_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Update Contact."""
    check(UPDATE, request.body)
    before = contact_writes.existing(work, request.params["id"])
    if whole_number(request.body["revision"]) != before.document["revision"]:
        message = "Contact has been updated since the requested revision."
        raise application(409, "CONTACT_ALREADY_CHANGED", message)
    after = contact_writes.update(
        work,
        before,
        request.body.get("info") or {},
        allow_duplicates=bool(request.body.get("allowDuplicates")),
    )
    return {"contact": after.document}


def delete_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Delete Contact."""
    contact_writes.delete(work, contact_writes.existing(work, request.params["id"]))
    return {}


def label_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Label Contact."""
    check(LABELLING, request.body)
    keys = request.body["labelKeys"]
    contact = _labelled(work, request, keys)
    after = contact_writes.relabel(work, contact, add=keys, remove=())
    return {"contact": after.document}


def unlabel_contact(work: Work, request: Request) -> dict[str, Any]:
    """Answer Unlabel Contact: keys come from the query string, the body or both."""
    check(record({"labelKeys": LABEL_KEYS}), request.body)
    keys = [*request.texts("labelKeys"), *(request.body.get("labelKeys") or ())]
    check(LABELLING, {"labelKeys": list(dict.fromkeys(keys))})
    contact = _labelled(work, request, keys)
    after = contact_writes.relabel(work, contact, add=(), remove=keys)
    return {"contact": after.document}


def _labelled(work: Work, request: Request, keys: list[str]) -> Contact:
    contact = contact_writes.existing(work, request.params["id"])
    contact_rules.known_labels(work.db, {"labelKeys": keys})
    return contact
