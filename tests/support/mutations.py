"""Every mutation, each ready to be made on fresh things, and how often it was carried out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from gateway.model.changes import ContactInfo, EmailEntry, NameChange
from gateway.model.contacts import Contact
from gateway.model.enums import FieldDataType
from tests.support.site import (
    CREATE_LABEL,
    GET_CONTACT,
    GET_LABEL,
    LABEL_CONTACT,
    QUERY_CONTACTS,
    QUERY_LABELS,
    UPDATE_CONTACT,
    Site,
)

CONTACT = "/contacts/v4/contacts/{id}"
LABEL = "/contacts/v4/labels/{key}"
FIELDS = "/contacts/v4/extended-fields"
FIELD = f"{FIELDS}/{{key}}"
BULK = "/contacts/v4/bulk"
JOBS = f"GET {BULK}/jobs"

Times = Callable[[], int]
"""Tells how often a mutation has been carried out."""


@dataclass(frozen=True)
class Attempt:
    """One mutation that is about to be made."""

    given: dict[str, Any]
    """Its input."""
    times: Times


@dataclass(frozen=True)
class Mutation:
    """One of the schema's mutations."""

    name: str
    route: str
    """Where it writes."""
    look: str
    """Where is read what it would have changed."""
    prepare: Callable[[Site, str], Awaitable[Attempt]]
    """Makes what it needs; the text, of letters and digits, is in use nowhere else."""

    @property
    def document(self) -> str:
        """The mutation as an operation with one variable, ``given``."""
        kind = self.name[0].upper() + self.name[1:]
        return (
            f"mutation ($given: {kind}Input!) {{ "
            f"{self.name}(input: $given) {{ userErrors {{ code }} }} }}"
        )


async def _create(site: Site, fresh: str) -> Attempt:
    address = f"{fresh}@example.com"
    given = {"info": {"name": {"first": fresh}, "emails": [{"email": address}]}}
    return Attempt(given, lambda: _count(site, "contacts", "latest = 1 AND email = ?", address))


async def _update(site: Site, fresh: str) -> Attempt:
    contact = await _contact(site, fresh)
    given = {"contactId": contact.id, "revision": 1, "changes": {"company": "Engine Ltd"}}
    return Attempt(given, lambda: _revision(site, contact) - 1)


async def _delete(site: Site, fresh: str) -> Attempt:
    contact = await _contact(site, fresh)
    return Attempt({"contactId": contact.id}, _announcing(site, 1))


async def _label(site: Site, fresh: str) -> Attempt:
    contact = await _contact(site, fresh)
    given = {"contactId": contact.id, "labelKeys": ["custom.lead"]}
    return Attempt(given, lambda: _revision(site, contact) - 1)


async def _unlabel(site: Site, fresh: str) -> Attempt:
    contact = await _contact(site, fresh, label_keys=("custom.lead", "custom.volunteer"))
    given = {"contactId": contact.id, "labelKeys": ["custom.lead"]}
    return Attempt(given, lambda: _revision(site, contact) - 1)


async def _merge(site: Site, fresh: str) -> Attempt:
    target, source = await _contact(site, fresh), await _contact(site, f"{fresh}2")
    given = {
        "targetContactId": target.id,
        "targetRevision": 1,
        "sourceContactIds": [source.id],
    }
    return Attempt(given, lambda: _revision(site, target) - 1)


async def _find_or_create_label(site: Site, fresh: str) -> Attempt:
    return Attempt({"displayName": fresh}, lambda: _named(site, "label", fresh))


async def _rename_label(site: Site, fresh: str) -> Attempt:
    label, _ = await site.wix.labels.find_or_create(fresh)
    site.time.advance(60)  # so that it was not changed just now
    return Attempt({"key": label.key, "displayName": f"{fresh}2"}, _announcing(site, 1))


async def _delete_label(site: Site, fresh: str) -> Attempt:
    label, _ = await site.wix.labels.find_or_create(fresh)
    return Attempt({"key": label.key}, _announcing(site, 1))


async def _find_or_create_field(site: Site, fresh: str) -> Attempt:
    given = {"displayName": fresh, "dataType": "TEXT"}
    return Attempt(given, lambda: _named(site, "field", fresh))


async def _rename_field(site: Site, fresh: str) -> Attempt:
    field, _ = await site.wix.fields.find_or_create(fresh, FieldDataType.TEXT)
    site.time.advance(60)  # so that it was not changed just now
    return Attempt({"key": field.key, "displayName": f"{fresh}2"}, _announcing(site, 1))


async def _delete_field(site: Site, fresh: str) -> Attempt:
    field, _ = await site.wix.fields.find_or_create(fresh, FieldDataType.TEXT)
    return Attempt({"key": field.key}, _announcing(site, 1))


async def _bulk_label(site: Site, fresh: str) -> Attempt:
    given = {**_chosen(fresh), "addLabelKeys": ["custom.lead"]}
    return Attempt(given, _starting(site))


async def _bulk_update(site: Site, fresh: str) -> Attempt:
    return Attempt({**_chosen(fresh), "changes": {"company": "Engine Ltd"}}, _starting(site))


async def _bulk_delete(site: Site, fresh: str) -> Attempt:
    return Attempt(_chosen(fresh), _starting(site))


MUTATIONS = (
    Mutation("createContact", "POST /contacts/v4/contacts", QUERY_CONTACTS, _create),
    Mutation("updateContact", UPDATE_CONTACT, GET_CONTACT, _update),
    Mutation("deleteContact", f"DELETE {CONTACT}", GET_CONTACT, _delete),
    Mutation("labelContact", LABEL_CONTACT, GET_CONTACT, _label),
    Mutation("unlabelContact", f"DELETE {CONTACT}/labels", GET_CONTACT, _unlabel),
    Mutation("mergeContacts", f"POST {CONTACT}/merge", GET_CONTACT, _merge),
    Mutation("findOrCreateLabel", CREATE_LABEL, QUERY_LABELS, _find_or_create_label),
    Mutation("renameLabel", f"PATCH {LABEL}", GET_LABEL, _rename_label),
    Mutation("deleteLabel", f"DELETE {LABEL}", GET_LABEL, _delete_label),
    Mutation(
        "findOrCreateExtendedField",
        f"POST {FIELDS}",
        f"POST {FIELDS}/query",
        _find_or_create_field,
    ),
    Mutation("renameExtendedField", f"PATCH {FIELD}", f"GET {FIELD}", _rename_field),
    Mutation("deleteExtendedField", f"DELETE {FIELD}", f"GET {FIELD}", _delete_field),
    Mutation("bulkLabelContacts", f"POST {BULK}/contacts/add-remove-labels", JOBS, _bulk_label),
    Mutation("bulkUpdateContacts", f"POST {BULK}/contacts/update", JOBS, _bulk_update),
    Mutation("bulkDeleteContacts", f"POST {BULK}/contacts/delete", JOBS, _bulk_delete),
)
"""All of the schema's."""

NEVER_REPEATED = {
    "createContact",
    "mergeContacts",
    "bulkLabelContacts",
    "bulkUpdateContacts",
    "bulkDeleteContacts",
}
"""Those that Wix's contract calls unsafe to repeat (contract, Appendix B)."""


async def _contact(site: Site, fresh: str, *, label_keys: tuple[str, ...] = ()) -> Contact:
    info = ContactInfo(
        name=NameChange(first=fresh),
        emails=(EmailEntry(f"{fresh}@example.com"),),
        label_keys=label_keys,
    )
    return await site.wix.contacts.create(info, allow_duplicates=False)


def _chosen(fresh: str) -> dict[str, Any]:
    return {"filter": {"email": {"eq": f"{fresh}@example.com"}}}


def _count(site: Site, table: str, where: str, *values: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE {where}"  # noqa: S608 - our own words
    (found,) = site.sandbox.store.db.execute(sql, values).fetchone()
    return int(found)


def _named(site: Site, kind: str, name: str) -> int:
    return _count(site, "definitions", "kind = ? AND display_name = ?", kind, name)


def _starting(site: Site) -> Times:
    before = _count(site, "jobs", "TRUE")
    return lambda: _count(site, "jobs", "TRUE") - before


def _announcing(site: Site, events: int) -> Times:
    """Count by the events that the site announces each time."""

    def announced() -> int:
        return int(site.sandbox.outbox.report()["waiting"])

    before = announced()
    return lambda: (announced() - before) // events


def _revision(site: Site, contact: Contact) -> int:
    row = site.sandbox.store.db.execute(
        "SELECT json_extract(document, '$.revision') FROM contacts WHERE id = ? AND latest = 1",
        (contact.id,),
    ).fetchone()
    return int(row[0])
