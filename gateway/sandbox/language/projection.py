"""Which parts of a contact an answer shows (contract 3.2, Projection)."""

from collections.abc import Collection, Mapping
from typing import Any

from gateway.sandbox.contacts.documents import Document
from gateway.sandbox.shapes import Shape, items, one_of, text

_BASIC = ("primaryInfo", "info.name")
_FIELDSETS: Mapping[str, tuple[str, ...]] = {
    "BASIC": _BASIC,
    "COMMUNICATION_DETAILS": (*_BASIC, "info.emails", "info.phones", "info.addresses"),
    "EXTENDED": (*_BASIC, "info.extendedFields"),
}
_FULL = "FULL"

PROJECTION: Mapping[str, Shape] = {
    "fieldsets": items(one_of((*_FIELDSETS, _FULL)), most=10),
    "fields": items(text(most=100), most=100),
}
"""The shapes of the two properties that choose parts."""


def paths_of(request: Mapping[str, Any]) -> Collection[str] | None:
    """Read which paths are wanted, by ``fields`` and ``fieldsets`` together; None is everything."""
    fields, fieldsets = request.get("fields") or (), request.get("fieldsets") or ()
    if _FULL in fieldsets or not (fields or fieldsets):
        return None
    return {"id", "revision", *fields, *(path for each in fieldsets for path in _FIELDSETS[each])}


def project(document: Document, paths: Collection[str] | None) -> Document:
    """Leave only the paths; a path that names an object takes all of it, an unknown one nothing."""
    if paths is None:
        return document
    shown: Document = {}
    for name, value in document.items():
        inner = {path.partition(".")[2] for path in paths if path.split(".")[0] == name}
        if "" in inner:
            shown[name] = value
        elif inner and isinstance(value, dict) and (part := project(value, inner)):
            shown[name] = part
    return shown
