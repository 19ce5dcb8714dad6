"""Bulk jobs: they advance with the clock, and do their work on reaching RUNNING (contract 3.2)."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import orjson

from gateway.sandbox import moments
from gateway.sandbox.contacts import rows as contact_rows
from gateway.sandbox.contacts import writes as contact_writes
from gateway.sandbox.contacts.documents import Contact, Document
from gateway.sandbox.definitions import rows as definitions
from gateway.sandbox.refusals import Refusal, not_found
from gateway.sandbox.request import Request
from gateway.sandbox.work import Work

JobKind: TypeAlias = Literal["DELETE", "UPDATE", "ADD_LABELS", "REMOVE_LABELS", "ADD_REMOVE_LABELS"]

_STAGES = ("NEW", "LOADING", "RUNNING", "INDEXING", "COMPLETED")
_LOADING, _RUNNING, _COMPLETED = 1, 2, 4
_LISTED = 100
_JOB_CODES = {
    "CANNOT_DELETE_MEMBER": "CANNOT_DELETE_SITE_MEMBERS",
    "CONTACT_NOT_FOUND": "FAILED_DELETE_CONTACT",
}
"""Codes that a job spells otherwise than the single call does."""


def start(work: Work, kind: JobKind, task: Mapping[str, Any], targets: Sequence[str]) -> str:
    """Take a job on; with nobody to do anything to it is complete at once.

    Returns:
        The job's id.
    """
    step = moments.from_seconds(work.behaviour.job_step_seconds) if targets else 0
    job_id = work.new_id()
    work.db.execute(
        "INSERT INTO jobs (id, type, started, step, task, targets, total)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (job_id, kind, work.now, step, _text(task), _text(list(targets)), len(targets)),
    )
    run_due(work)
    return job_id


def any_due(work: Work) -> bool:
    """Tell whether a job has reached RUNNING and waits for its work to be done."""
    return bool(_due(work))


def run_due(work: Work) -> None:
    """Do the work of every job that has reached RUNNING, in the order the jobs were started."""
    for job in _due(work):
        failures: Counter[str] = Counter()
        for contact_id in orjson.loads(job["targets"]):
            failures.update(_attempt(work, job, contact_id))
        work.db.execute(
            "UPDATE jobs SET applied = 1, failures = ? WHERE id = ?", (_text(failures), job["id"])
        )


def get_job(work: Work, request: Request) -> dict[str, Any]:
    """Answer Get Bulk Job."""
    row = work.db.execute("SELECT * FROM jobs WHERE id = ?", (request.params["id"],)).fetchone()
    if row is None:
        raise not_found("Bulk job")
    return {"job": _document(work, row)}


def list_jobs(work: Work, _request: Request) -> dict[str, Any]:
    """Answer List Bulk Jobs: the latest hundred, newest first."""
    rows = work.db.execute("SELECT * FROM jobs ORDER BY position DESC LIMIT ?", (_LISTED,))
    return {"jobs": [_document(work, row) for row in rows]}


def _due(work: Work) -> list[sqlite3.Row]:
    return work.db.execute(
        "SELECT * FROM jobs WHERE applied = 0 AND started + ? * step <= ? ORDER BY position",
        (_RUNNING, work.now),
    ).fetchall()


def _attempt(work: Work, job: sqlite3.Row, contact_id: str) -> Sequence[str]:
    """Do the task to one contact; give the code of what refused it, if anything did."""
    contact = contact_rows.read(work.db, contact_id)
    if contact is None:
        return ["FAILED_DELETE_CONTACT" if job["type"] == "DELETE" else "CONTACT_NOT_FOUND"]
    try:
        _do(work, job, contact)
    except Refusal as refusal:
        return [_JOB_CODES.get(refusal.code, refusal.code or "INVALID_ARGUMENT")]
    return []


def _do(work: Work, job: sqlite3.Row, contact: Contact) -> None:
    task = orjson.loads(job["task"])
    match job["type"]:
        case "DELETE":
            contact_writes.delete(work, contact)
        case "UPDATE":
            contact_writes.update(work, contact, task["info"], allow_duplicates=True)
        case _:
            # A label deleted since the job was started must not come back by it.
            gone = definitions.unknown(work.db, "label", task["add"])
            add = [key for key in task["add"] if key not in gone]
            contact_writes.relabel(work, contact, add=add, remove=task["remove"])


def _document(work: Work, row: sqlite3.Row) -> Document:
    stage = _stage(work, row)
    failures: Mapping[str, int] = orjson.loads(row["failures"])
    failed = sum(failures.values())
    finished = row["started"] + _COMPLETED * row["step"]
    done = {"finishedDate": moments.to_text(finished)} if stage == _COMPLETED else {}
    return {
        "id": row["id"],
        "type": row["type"],
        "status": _STAGES[stage],
        "startedDate": moments.to_text(row["started"]),
        **done,
        "totalItems": row["total"] if stage >= _LOADING else 0,
        "successTotal": row["total"] - failed if row["applied"] else 0,
        "failedTotal": failed,
        "errors": [_error(code, count) for code, count in failures.items()],
    }


def _stage(work: Work, row: sqlite3.Row) -> int:
    if not row["step"]:
        return _COMPLETED
    steps = int((work.now - row["started"]) // row["step"])
    return min(max(steps, 0), _COMPLETED)


def _error(code: str, count: int) -> Document:
    return {"count": count, "code": code, "message": code.replace("_", " ").capitalize()}


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()
