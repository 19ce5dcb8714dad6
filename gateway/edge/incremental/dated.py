"""Writes parts as the draft of 24 August 2022 had them: each entry tells its path and label."""

from collections.abc import Iterator
from typing import Any

from gateway.edge.incremental.current import WriteErrors, errors_among, label_of
from gateway.edge.incremental.parts import Done, Entry, Following, Opening


def opening(part: Opening, errors: WriteErrors) -> dict[str, Any]:
    """Write the first part."""
    return {**errors_among(part.errors, errors), "data": part.data, "hasNext": True}


def following(part: Following, errors: WriteErrors) -> dict[str, Any]:
    """Write a later part."""
    entries = [_entry(each, errors) for each in part.entries]
    entries += [entry for each in part.done for entry in _end(each, errors)]
    body: dict[str, Any] = {"hasNext": not part.is_last}
    return {**body, "incremental": entries} if entries else body


def _entry(entry: Entry, errors: WriteErrors) -> dict[str, Any]:
    place = entry.place
    if place.come is None:
        told = {"data": entry.data, "path": (*place.path, *entry.below)}
    else:
        told = {"items": entry.data, "path": (*place.path, entry.first)}
    return {**told, **label_of(place), **errors_among(entry.errors, errors)}


def _end(done: Done, errors: WriteErrors) -> Iterator[dict[str, Any]]:
    """Say what this draft has no other words for: that a fragment, or a list's rest, failed.

    And that a fragment is all there, where everything in it came with its neighbours.
    """
    place = done.place
    if done.errors and place.come is not None:
        told: dict[str, Any] = {"items": None, "path": (*place.path, place.come)}
        yield {**told, **label_of(place), **errors_among(done.errors, errors)}
    elif done.errors or (place.come is None and not place.told):
        told = {"data": None if done.errors else {}, "path": place.path}
        yield {**told, **label_of(place), **errors_among(done.errors, errors)}
