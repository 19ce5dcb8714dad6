"""The parts of an answer, whatever the form in which they are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

Path = tuple[str | int, ...]


@dataclass(slots=True, eq=False)
class Place:
    """Where something is still to come: the rest of an object, or of a list."""

    id: str
    path: Path
    label: str | None
    come: int | None
    """How many entries of the list have come; None for an object."""
    told: bool = False
    """Whether anything of it has come since it was announced."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A piece of what was to come."""

    place: Place
    data: Any
    """An object's fields, or a list's entries."""
    errors: Sequence[GraphQLError]
    below: Path = ()
    """Where the object is, seen from its place."""
    first: int = 0
    """The index of the first entry, of a list."""


@dataclass(frozen=True, slots=True)
class Done:
    """A place where nothing is to come any more."""

    place: Place
    errors: Sequence[GraphQLError]
    """Why nothing came, or why no more came."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What is told at once."""

    data: Any
    errors: Sequence[GraphQLError]
    announced: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Following:
    """What is told later, at one time."""

    entries: Sequence[Entry] = ()
    done: Sequence[Done] = ()
    announced: Sequence[Place] = ()
    is_last: bool = False


Part = Opening | Following


def step_down(data: Any, path: Path) -> Any:
    """Find what stands below some data; None where there is nothing."""
    for step in path:
        if isinstance(data, list):
            data = data[step] if isinstance(step, int) and step < len(data) else None
        elif isinstance(data, dict):
            data = data.get(step)
        else:
            return None
    return data
