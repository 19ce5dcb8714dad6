"""Merging contacts into one (contract 3.2, Merge and Preview Merge)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from gateway.sandbox.contacts import writes as contact_writes
from gateway.sandbox.contacts.documents import Contact, Document, complete, extended, listed
from gateway.sandbox.contacts.shapes import MERGE, PREVIEW_MERGE
from gateway.sandbox.language.operands import fold
from gateway.sandbox.ports import Standing
from gateway.sandbox.refusals import Refusal, application
from gateway.sandbox.request import Request
from gateway.sandbox.shapes import check, whole_number
from gateway.sandbox.work import Work

_SCALARS = ("company", "jobTitle", "birthdate", "locale", "picture")
_BOUND = frozenset({Standing.MEMBER, Standing.OWNER})
_ORIGIN = "merge"
_SIZES = {"emails": 50, "phones": 50, "addresses": 50, "labelKeys": 2000, "locations": 50}


def merge_contacts(work: Work, request: Request) -> dict[str, Any]:
    """Answer Merge Contacts."""
    check(MERGE, request.body)
    target, sources = _parties(work, request)
    if whole_number(request.body["targetContactRevision"]) != target.document["revision"]:
        message = "The target has been updated since the requested revision"
        raise application(428, "FAILED_PRECONDITION", message)
    info = _merged(target, sources)
    source_ids = [source.id for source in sources]
    after = contact_writes.revise(
        work, target, info, originated_from=_ORIGIN, lastActivity=_activity(work)
    )
    for source_id in source_ids:
        _redirect(work, source_id, target.id)
        contact_writes.erase(work, source_id, _ORIGIN)
    work.merged(after.document, source_ids)
    return {"contact": after.document}


def preview_merge(work: Work, request: Request) -> dict[str, Any]:
    """Answer Preview Merge: the target as it would be, with its present revision."""
    check(PREVIEW_MERGE, request.body)
    target, sources = _parties(work, request)
    return {"contact": complete({**target.document, "info": _merged(target, sources)})}


def absorbed(info: Mapping[str, Any], other: Mapping[str, Any]) -> Document:
    """Add to an info what another has beside it: nothing is overwritten, nothing lost."""
    name = {**(other.get("name") or {}), **(info.get("name") or {})}
    result = {**info, "name": name}
    result |= {each: info.get(each) or other.get(each) for each in _SCALARS}
    result |= {each: _appended(info, other, each) for each in _IDENTITIES}
    result["extendedFields"] = {"items": extended(other) | extended(info)}
    return result


def _parties(work: Work, request: Request) -> tuple[Contact, list[Contact]]:
    target = contact_writes.existing(work, request.params["id"])
    ids: Sequence[str] = request.body["sourceContactIds"]
    sources = [contact_writes.existing(work, each) for each in ids]
    if len({target.id, *ids}) <= len(ids):
        raise _illegal("The target and the sources must be different contacts")
    if any(source.standing & _BOUND for source in sources):
        raise _illegal("Members and Wix users can only be merged into")
    return target, sources


def _merged(target: Contact, sources: Iterable[Contact]) -> Document:
    info: Document = target.info
    for source in sources:
        info = absorbed(info, source.info)
    for name, most in _SIZES.items():
        if len(listed(info, name)) > most:
            raise _illegal(f"The merged contact would have too many {name}")
    return info


def _appended(info: Mapping[str, Any], other: Mapping[str, Any], name: str) -> Document:
    identity = _IDENTITIES[name]
    own = listed(info, name)
    seen = {identity(entry) for entry in own}
    items = list(own)
    for entry in listed(other, name):
        if identity(entry) not in seen:
            seen.add(identity(entry))
            items.append({**entry, "primary": False} if "primary" in entry and own else entry)
    return {"items": items}


_IDENTITIES: Mapping[str, Callable[[Any], Any]] = {
    "emails": lambda entry: fold(entry["email"]),
    "phones": lambda entry: entry.get("e164Phone") or entry["phone"],
    "addresses": lambda entry: repr(sorted(entry.get("address", {}).items())),
    "labelKeys": lambda key: key,
    "locations": lambda key: key,
}
"""What makes two entries of a list the same."""


def _activity(work: Work) -> Document:
    return {"activityDate": work.now_text, "activityType": "CONTACT_MERGED"}


def _redirect(work: Work, source_id: str, target_id: str) -> None:
    """Let the source's id, and every id once merged into it, lead to the target."""
    work.db.execute("UPDATE merged SET target = ? WHERE target = ?", (target_id, source_id))
    work.db.execute("INSERT INTO merged (id, target) VALUES (?, ?)", (source_id, target_id))


def _illegal(message: str) -> Refusal:
    return application(400, "ILLEGAL_MERGE", message)
