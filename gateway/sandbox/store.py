"""The SQLite database that holds the site, in memory or in a file that survives restarts."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from typing import Any

from gateway.sandbox import moments
from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts.documents import loaded
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.definitions.system_content import SYSTEM_FIELDS, SYSTEM_LABELS
from gateway.sandbox.ports import Clock, NewId

_LAYOUT = 1
_TABLES = ("contacts", "merged", "jobs", "definitions")


class Store:
    """The site's state; opened by ``open_store``.

    ``created`` tells whether this very opening made the database, so that it still wants content.
    """

    def __init__(self, db: sqlite3.Connection, *, clock: Clock, new_id: NewId) -> None:
        self.db = db
        self.created = False
        self._clock = clock
        self._new_id = new_id
        with self.transaction():
            self._lay_out()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do all of the block's writes or none of them."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def reset(self) -> None:
        """Empty the site down to what every site has: system labels and system fields."""
        with self.transaction():
            self._empty()

    def load(
        self,
        *,
        labels: Iterable[Mapping[str, Any]] = (),
        fields: Iterable[Mapping[str, Any]] = (),
        contacts: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Add content as the wire writes it, in one transaction, checking and announcing nothing.

        A contact may leave out what the site computes (revision, dates, primary values, display
        names) and its id. ``standing``, a list of ``Standing`` values, is taken off it: it is no
        part of the wire. Subscription and deliverability statuses are taken from ``primaryEmail``
        or, without that, from the ``emailSubscriptions.*`` fields.
        """
        with self.transaction():
            definitions.insert(self.db, "label", labels)
            definitions.insert(self.db, "field", fields)
            now = moments.from_datetime(self._clock())
            wire = (loaded(each, now=now, new_id=self._new_id) for each in contacts)
            contact_rows.insert(self.db, wire, now=now)

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    def _lay_out(self) -> None:
        (layout,) = self.db.execute("PRAGMA user_version").fetchone()
        if layout not in (0, _LAYOUT):
            raise ValueError(f"the database has layout {layout}, this sandbox writes {_LAYOUT}")
        if layout == 0:
            for statement in _statements():
                self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {_LAYOUT}")
            self._empty()
            self.created = True

    def _empty(self) -> None:
        for table in _TABLES:
            self.db.execute(f"DELETE FROM {table}")  # noqa: S608 - our own table names
        definitions.insert(self.db, "label", SYSTEM_LABELS)
        definitions.insert(self.db, "field", SYSTEM_FIELDS)


def open_store(path: str | None, *, clock: Clock, new_id: NewId) -> Store:
    """Open the site in a file, made if need be, or in memory if there is no path.

    ``clock`` and ``new_id`` stand in for dates and ids that loaded content leaves out.

    Raises:
        ValueError: The file is a database of another layout.
    """
    db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA busy_timeout = 5000")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        return Store(db, clock=clock, new_id=new_id)
    except BaseException:
        db.close()
        raise


def _statements() -> Iterator[str]:
    """Split the layout into statements: ``executescript`` would end the transaction."""
    script = resources.files("gateway.sandbox").joinpath("tables.sql").read_text("utf-8")
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
