"""Creating, changing, relabelling and deleting one contact, by the contract's rules (3.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts import rules as contact_rules
from gateway.sandbox.contacts.changes import changed, is_empty
from gateway.sandbox.contacts.documents import Contact, Document, complete, listed
from gateway.sandbox.contacts.extended_values import settle
from gateway.sandbox.ports import Identity
from gateway.sandbox.refusals import application, contact_not_found
from gateway.sandbox.work import Work


def existing(work: Work, contact_id: str) -> Contact:
    """Read a contact.

    Raises:
        Refusal: 404 ``CONTACT_NOT_FOUND``, also for an id that was merged away.
    """
    contact = contact_rows.read(work.db, contact_id)
    if contact is None:
        raise contact_not_found()
    return contact


def create(
    work: Work, identity: Identity, sent: Mapping[str, Any], *, allow_duplicates: bool
) -> Contact:
    """Create a contact from an info of the right shape."""
    info = changed({}, _checked(work, sent), work.new_id)
    contact_rules.sufficient(info)
    if not allow_duplicates:
        contact_rules.unduplicated(work.db, info)
    contact = Contact(complete(_newborn(work, identity, info)))
    contact_rows.put(work, contact)
    work.created("contact", contact.id, contact.document)
    return contact


def update(
    work: Work, before: Contact, sent: Mapping[str, Any], *, allow_duplicates: bool
) -> Contact:
    """Change what an info of the right shape names."""
    if is_empty(sent):
        message = "There is nothing to update"
        raise application(400, "INSUFFICIENT_UPDATE_CONTACT_DATA", message)
    info = changed(before.info, _checked(work, sent), work.new_id)
    contact_rules.sufficient(info)
    contact_rules.same_member_email(before, info)
    if not allow_duplicates:
        given = {name: info[name] for name in ("emails", "phones") if name in sent}
        contact_rules.unduplicated(work.db, given, but=before.id)
    return revise(work, before, info)


def relabel(work: Work, before: Contact, *, add: Iterable[str], remove: Iterable[str]) -> Contact:
    """Add labels, then remove labels; if that changes nothing, nothing is written."""
    had = listed(before.info, "labelKeys")
    gone = set(remove)
    keys = [key for key in dict.fromkeys([*had, *add]) if key not in gone]
    if keys == had:
        return before
    contact_rules.labels_within_limit(keys)
    raised = work.behaviour.labelling_raises_revision
    info = {**before.info, "labelKeys": {"items": keys}}
    return revise(work, before, info, raised=raised)


def delete(work: Work, contact: Contact) -> None:
    """Delete a contact that nothing protects."""
    contact_rules.deletable(contact)
    erase(work, contact.id)


def erase(work: Work, contact_id: str, originated_from: str = "") -> None:
    """Delete a contact without asking, and with it the ids that were merged into it."""
    contact_rows.remove(work, contact_id)
    work.db.execute("DELETE FROM merged WHERE target = ?", (contact_id,))
    work.deleted("contact", contact_id, originated_from)


def revise(
    work: Work,
    before: Contact,
    info: Mapping[str, Any],
    *,
    raised: bool = True,
    announced: bool = True,
    originated_from: str = "",
    **properties: Any,
) -> Contact:
    """Write a contact's next version with that info and those top-level properties.

    ``raised`` False leaves revision and date as they are; ``announced`` False fires no event.
    """
    document: Document = {**before.document, **properties, "info": dict(info)}
    if raised:
        document |= {
            "revision": int(before.document["revision"]) + 1,
            "updatedDate": work.now_text,
        }
    after = Contact(complete(document), before.standing)
    contact_rows.put(work, after)
    if announced:
        work.updated("contact", after.id, after.document, originated_from)
    return after


def _checked(work: Work, sent: Mapping[str, Any]) -> Document:
    contact_rules.known_labels(work.db, {"info.labelKeys": listed(sent, "labelKeys")})
    contact_rules.single_primaries(sent)
    return settle(work.db, sent)


def _newborn(work: Work, identity: Identity, info: Document) -> Document:
    now = work.now_text
    return {
        "id": contact_rows.unused_id(work),
        "revision": 1,
        "source": _source(work, identity),
        "createdDate": now,
        "updatedDate": now,
        "lastActivity": {"activityDate": now, "activityType": "CONTACT_CREATED"},
        "info": info,
    }


def _source(work: Work, identity: Identity) -> Document:
    if identity.kind == "api_key":
        return {"sourceType": work.behaviour.api_key_source}
    source = {"sourceType": work.behaviour.app_source}
    return {**source, "appId": identity.app_id} if identity.app_id else source
