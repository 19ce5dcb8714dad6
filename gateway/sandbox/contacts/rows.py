"""Contacts in the database: reading the truth, writing versions, selecting what queries see."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import orjson

from gateway.sandbox import moments
from gateway.sandbox.contacts.documents import Contact
from gateway.sandbox.contacts.index import COLUMNS, columns_of, values_of
from gateway.sandbox.language.sql import Fragment
from gateway.sandbox.ports import Standing
from gateway.sandbox.work import Work

_FIELDS = ("row", "id", "ordinal", "latest", "visible_from", "standing", *COLUMNS, "document")
_INSERT_CONTACT = (
    f"INSERT INTO contacts ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))})"  # noqa: S608 - our own column names
)
_INSERT_VALUE = (
    "INSERT INTO contact_values (contact, path, exact, folded, number) VALUES (?, ?, ?, ?, ?)"
)


def read(db: sqlite3.Connection, contact_id: str) -> Contact | None:
    """Read a contact as it is now, whatever queries may still see."""
    row = db.execute(
        "SELECT standing, document FROM contacts WHERE id = ? AND latest = 1", (contact_id,)
    ).fetchone()
    return None if row is None else _contact(row)


def read_all(db: sqlite3.Connection, where: Fragment) -> list[Contact]:
    """Read every contact, as it is now, that a condition selects, oldest first."""
    rows = db.execute(
        f"SELECT standing, document FROM contacts WHERE latest = 1 AND {where.text}"  # noqa: S608 - values are bound
        " ORDER BY ordinal",
        where.values,
    )
    return [_contact(row) for row in rows]


def unused_id(work: Work) -> str:
    """Make an id that no contact has: a seeded source may start over with the same ids."""
    while read(work.db, made := work.new_id()):
        pass
    return made


def put(work: Work, contact: Contact) -> None:
    """Write a contact's new version, or the first; queries see it after the index lag."""
    row = work.db.execute(
        "SELECT ordinal FROM contacts WHERE id = ? AND latest = 1", (contact.id,)
    ).fetchone()
    _retire(work, contact.id)
    number = _next_row(work.db)
    ordinal = row["ordinal"] if row else number
    visible_from = work.now + moments.from_seconds(work.behaviour.index_lag)
    stored = _row(number, ordinal, visible_from, contact)
    work.db.execute(_INSERT_CONTACT, stored)
    work.db.executemany(_INSERT_VALUE, _values(number, contact))


def remove(work: Work, contact_id: str) -> None:
    """Delete a contact; queries still see it until the index lag is over."""
    _retire(work, contact_id)


def insert(db: sqlite3.Connection, contacts: Iterable[Contact], *, now: int) -> None:
    """Write many new contacts, at once visible."""
    rows: list[tuple[Any, ...]] = []
    values: list[tuple[Any, ...]] = []
    for number, contact in zip(count(_next_row(db)), contacts, strict=False):
        rows.append(_row(number, number, now, contact))
        values.extend(_values(number, contact))
    db.executemany(_INSERT_CONTACT, rows)
    db.executemany(_INSERT_VALUE, values)


def visible(work: Work) -> Fragment:
    """Select the version of each contact that queries see now."""
    if not work.behaviour.index_lag:
        return Fragment("latest = 1")
    text = "visible_from <= ? AND (visible_until IS NULL OR visible_until > ?)"
    return Fragment(text, (work.now, work.now))


def _contact(row: sqlite3.Row) -> Contact:
    standing = frozenset(Standing(each) for each in row["standing"].split())
    return Contact(orjson.loads(row["document"]), standing)


def _retire(work: Work, contact_id: str) -> None:
    """Take the versions so far out of the truth, and in due time out of queries' sight."""
    if not work.behaviour.index_lag:
        work.db.execute("DELETE FROM contacts WHERE id = ?", (contact_id,))
        return
    work.db.execute("DELETE FROM contacts WHERE latest = 0 AND visible_until <= ?", (work.now,))
    due = work.now + moments.from_seconds(work.behaviour.index_lag)
    work.db.execute(
        "UPDATE contacts SET latest = 0, visible_until = min(ifnull(visible_until, ?), ?)"
        " WHERE id = ?",
        (due, due, contact_id),
    )


def _next_row(db: sqlite3.Connection) -> int:
    (number,) = db.execute("SELECT ifnull(max(row), 0) + 1 FROM contacts").fetchone()
    return int(number)


def _row(number: int, ordinal: int, visible_from: int, contact: Contact) -> tuple[Any, ...]:
    standing = " ".join(sorted(contact.standing))
    document = orjson.dumps(contact.document).decode()
    columns = columns_of(contact.document)
    return (number, contact.id, ordinal, 1, visible_from, standing, *columns, document)


def _values(number: int, contact: Contact) -> Iterator[tuple[Any, ...]]:
    return ((number, *value) for value in values_of(contact.document))
