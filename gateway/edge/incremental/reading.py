"""Reads the parts of an answer out of what graphql-core gives."""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLError
from graphql.execution import (
    IncrementalDeferResult,
    IncrementalStreamResult,
    InitialIncrementalExecutionResult,
    PendingResult,
    SubsequentIncrementalExecutionResult,
)

from gateway.edge.incremental.parts import (
    Done,
    Entry,
    Following,
    Opening,
    Path,
    Place,
    step_down,
)
from gateway.edge.incremental.withheld import Withheld

_Pieces = dict[Path, list[Any]]
"""The data of one part, by where it stands."""


class Reader:
    """Knows what is still to come of one answer, and what `withheld` says of lists in it."""

    def __init__(self, withheld: Sequence[GraphQLError]) -> None:
        self._withheld = Withheld(withheld)
        self._places: dict[str, Place] = {}

    def opening(self, result: InitialIncrementalExecutionResult) -> Opening:
        """Read the first part."""
        errors = [*self._withheld.within((), result.data), *(result.errors or ())]
        return Opening(result.data, errors, self._announced(result.pending, {(): [result.data]}))

    def following(self, result: SubsequentIncrementalExecutionResult) -> Following:
        """Read a later part, in which what is announced may come already."""
        known = [each for each in result.incremental or () if each.id in self._places]
        entries = [self._entry(each) for each in known]
        announced = self._announced(result.pending or (), _pieces(entries))
        fresh = {place.id for place in announced}
        entries += [self._entry(each) for each in result.incremental or () if each.id in fresh]
        done = [
            Done(self._places.pop(each.id), each.errors or ()) for each in result.completed or ()
        ]
        return Following(entries, done, announced, is_last=not result.has_next)

    def _announced(self, pending: Sequence[PendingResult], around: _Pieces) -> list[Place]:
        places = [
            Place(each.id, tuple(each.path), each.label, _length(tuple(each.path), around))
            for each in pending
        ]
        self._places |= {place.id: place for place in places}
        return places

    def _entry(self, told: IncrementalDeferResult | IncrementalStreamResult) -> Entry:
        place = self._places[told.id]
        place.told = True
        own = told.errors or ()
        if isinstance(told, IncrementalDeferResult):
            below = tuple(told.sub_path or ())
            errors = self._withheld.within((*place.path, *below), told.data)
            return Entry(place, told.data, [*errors, *own], below)
        first = place.come or 0
        place.come = first + len(told.items)
        rows = enumerate(told.items, first)
        errors = [
            error for row, item in rows for error in self._withheld.within((*place.path, row), item)
        ]
        return Entry(place, told.items, [*errors, *own], first=first)


def _pieces(entries: Sequence[Entry]) -> _Pieces:
    found: _Pieces = {}
    for entry in entries:
        for path, data in _data(entry):
            found.setdefault(path, []).append(data)
    return found


def _data(entry: Entry) -> Iterator[tuple[Path, Any]]:
    if entry.place.come is None:
        yield (*entry.place.path, *entry.below), entry.data
        return
    for row, item in enumerate(entry.data, entry.first):
        yield (*entry.place.path, row), item


def _length(wanted: Path, around: _Pieces) -> int | None:
    """Tell how much of the list at a path has come; None where there is an object."""
    for length in range(len(wanted), -1, -1):
        for data in around.get(wanted[:length], ()):
            found = step_down(data, wanted[length:])
            if found is not None:
                return len(found) if isinstance(found, list) else None
    return None
