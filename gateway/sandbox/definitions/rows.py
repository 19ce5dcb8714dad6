"""Labels and extended fields in the database: two kinds of one thing, a named definition."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from gateway.sandbox import moments
from gateway.sandbox.definitions.slugs import key_for
from gateway.sandbox.language.operands import fold
from gateway.sandbox.work import Work

DefinitionKind: TypeAlias = Literal["label", "field"]

CUSTOM = "USER_DEFINED"
_INSERT = """
INSERT INTO definitions (kind, key, display_name, display_name_folded, namespace, type, data_type,
                         description, created_date, updated_date)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def insert(
    db: sqlite3.Connection, kind: DefinitionKind, documents: Iterable[Mapping[str, Any]]
) -> None:
    """Add definitions as the wire writes them."""
    db.executemany(_INSERT, (_row(kind, document) for document in documents))


def read(db: sqlite3.Connection, kind: DefinitionKind, key: str) -> sqlite3.Row | None:
    """Read one definition."""
    found = db.execute("SELECT * FROM definitions WHERE kind = ? AND key = ?", (kind, key))
    row: sqlite3.Row | None = found.fetchone()
    return row


def named(db: sqlite3.Connection, kind: DefinitionKind, name: str) -> list[sqlite3.Row]:
    """Read all definitions of exactly that display name, oldest first."""
    sql = "SELECT * FROM definitions WHERE kind = ? AND display_name = ? ORDER BY position"
    return db.execute(sql, (kind, name)).fetchall()


def every(db: sqlite3.Connection, kind: DefinitionKind) -> list[sqlite3.Row]:
    """Read all definitions, oldest first."""
    sql = "SELECT * FROM definitions WHERE kind = ? ORDER BY position"
    return db.execute(sql, (kind,)).fetchall()


def custom_total(db: sqlite3.Connection, kind: DefinitionKind) -> int:
    """Count those that were made through the API: they alone count against the quota."""
    sql = "SELECT count(*) FROM definitions WHERE kind = ? AND type = ?"
    (total,) = db.execute(sql, (kind, CUSTOM)).fetchone()
    return int(total)


def unknown(db: sqlite3.Connection, kind: DefinitionKind, keys: Iterable[str]) -> Sequence[str]:
    """Pick out the keys that no definition has, each once, in their order."""
    known = {row["key"] for row in every(db, kind)}
    return [key for key in dict.fromkeys(keys) if key not in known]


def add(work: Work, kind: DefinitionKind, name: str, data_type: str | None = None) -> sqlite3.Row:
    """Create a custom definition under a fresh key."""
    key = key_for(name, fallback=kind, taken=lambda key: read(work.db, kind, key) is not None)
    dates = (work.now, work.now)
    values = (kind, key, name, fold(name), "custom", CUSTOM, data_type, None, *dates)
    row: sqlite3.Row = work.db.execute(f"{_INSERT} RETURNING *", values).fetchone()
    return row


def rename(work: Work, kind: DefinitionKind, key: str, name: str) -> sqlite3.Row:
    """Give a definition that is there another display name; its key stays."""
    row: sqlite3.Row = work.db.execute(
        "UPDATE definitions SET display_name = ?, display_name_folded = ?, updated_date = ?"
        " WHERE kind = ? AND key = ? RETURNING *",
        (name, fold(name), work.now, kind, key),
    ).fetchone()
    return row


def delete(work: Work, kind: DefinitionKind, key: str) -> None:
    """Delete a definition; its key is free again."""
    work.db.execute("DELETE FROM definitions WHERE kind = ? AND key = ?", (kind, key))


def dates_of(row: sqlite3.Row) -> dict[str, str]:
    """Write a definition's dates for the wire; system ones have none."""
    dates = {"createdDate": row["created_date"], "updatedDate": row["updated_date"]}
    return {name: moments.to_text(each) for name, each in dates.items() if each is not None}


def _row(kind: DefinitionKind, document: Mapping[str, Any]) -> tuple[Any, ...]:
    key, name = document["key"], document["displayName"]
    created, updated = document.get("createdDate"), document.get("updatedDate")
    return (
        kind,
        key,
        name,
        fold(name),
        document.get("namespace") or key.partition(".")[0],
        document.get(f"{kind}Type") or CUSTOM,
        document.get("dataType"),
        document.get("description"),
        created and moments.from_text(created),
        updated and moments.from_text(updated),
    )
