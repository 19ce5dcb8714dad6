"""Writes parts as the specification's draft has them: places have ids (graphql-spec, pull 1110)."""

from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

from gateway.edge.incremental.parts import Done, Entry, Following, Opening, Place

WriteErrors = Callable[[Sequence[GraphQLError]], list[dict[str, Any]]]
"""Formats errors for the caller."""


def opening(part: Opening, errors: WriteErrors) -> dict[str, Any]:
    """Write the first part."""
    return {
        **errors_among(part.errors, errors),
        "data": part.data,
        "pending": [_place(each) for each in part.announced],
        "hasNext": True,
    }


def following(part: Following, errors: WriteErrors) -> dict[str, Any]:
    """Write a later part."""
    body: dict[str, Any] = {"hasNext": not part.is_last}
    if part.announced:
        body["pending"] = [_place(each) for each in part.announced]
    if part.entries:
        body["incremental"] = [_entry(each, errors) for each in part.entries]
    if part.done:
        body["completed"] = [_done(each, errors) for each in part.done]
    return body


def _place(place: Place) -> dict[str, Any]:
    return {"id": place.id, "path": place.path, **label_of(place)}


def _entry(entry: Entry, errors: WriteErrors) -> dict[str, Any]:
    written = {"id": entry.place.id, **errors_among(entry.errors, errors)}
    if entry.place.come is not None:
        # Readers go by the id; urql 6 does not know where a list goes on unless it is told.
        return {**written, "items": entry.data, "path": (*entry.place.path, entry.first)}
    below = {"subPath": entry.below} if entry.below else {}
    return {**written, "data": entry.data, **below}


def _done(done: Done, errors: WriteErrors) -> dict[str, Any]:
    return {"id": done.place.id, **errors_among(done.errors, errors)}


def label_of(place: Place) -> dict[str, str]:
    """Write a place's label, where it has one."""
    return {} if place.label is None else {"label": place.label}


def errors_among(found: Sequence[GraphQLError], errors: WriteErrors) -> dict[str, Any]:
    """Write the errors, where there are any."""
    return {"errors": errors(found)} if found else {}
