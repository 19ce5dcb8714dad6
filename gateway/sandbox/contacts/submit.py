"""Append Or Create Contact, as forms use it (contract 3.2)."""

from typing import Any

from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts import rules as contact_rules
from gateway.sandbox.contacts import writes as contact_writes
from gateway.sandbox.contacts.changes import changed
from gateway.sandbox.contacts.documents import Contact, complete, listed
from gateway.sandbox.contacts.extended_values import settle
from gateway.sandbox.contacts.merge import absorbed
from gateway.sandbox.contacts.shapes import SUBMIT
from gateway.sandbox.ports import Standing
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check
from gateway.sandbox.work import Work


def append_or_create(work: Work, request: Request) -> dict[str, Any]:
    """Answer Append Or Create Contact: what is there is kept, what is new is added."""
    check(SUBMIT, request.body)
    sent = request.body.get("info") or {}
    contact_rules.known_labels(work.db, {"info.labelKeys": listed(sent, "labelKeys")})
    contact_rules.single_primaries(sent)
    contact_rules.sufficient(changed({}, sent, work.new_id))
    known = _known(work, request)
    if known is None:
        made = contact_writes.create(work, request.identity, sent, allow_duplicates=True)
        return _answer(made, is_new=True)
    _append(work, known, sent)
    return _answer(known, is_new=False)


def _known(work: Work, request: Request) -> Contact | None:
    """Find whom the data is about: the contact named, or the first with that e-mail or phone."""
    named = request.body.get("contactId")
    if named is not None:
        return contact_writes.existing(work, named)
    for contact_id, _, _ in contact_rules.duplicates(work.db, request.body["info"]):
        return contact_rows.read(work.db, contact_id)
    return None


def _append(work: Work, known: Contact, sent: dict[str, Any]) -> None:
    added = complete({"info": changed({}, settle(work.db, sent), work.new_id)})
    grown = complete({**known.document, "info": absorbed(known.info, added["info"])})
    if grown["info"] != known.info:
        contact_writes.revise(work, known, grown["info"])


def _answer(contact: Contact, *, is_new: bool) -> dict[str, Any]:
    is_member = Standing.MEMBER in contact.standing
    return {
        "contactId": contact.id,
        "identityType": "MEMBER" if is_member else "CONTACT",
        "newContact": is_new,
    }
