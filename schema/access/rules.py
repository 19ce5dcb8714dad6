"""The table of rights by coordinate, as the GraphQL specification writes coordinates (3.13)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schema.access.inputs import ARGUMENTS, INPUTS, VALUES
from schema.access.table import BY_KIND, FREE, KINDS, Kind, Row, Scopes


@dataclass(frozen=True)
class Rules:
    """Who may see and do what."""

    asked: Mapping[str, Scopes]
    """What each field, argument, input field and enum value asks for, by coordinate, on top of
    what its object is held by: ``Contact.name``, ``Query.contacts(search:)``."""
    held: Mapping[str, Scopes]
    """What whoever holds an object has shown, by the name of its type."""
    by_kind: frozenset[str] = frozenset()
    """Fields that ask for what each object they give is held by, before they load it."""

    def whole(self, kind: str, field: str) -> Scopes:
        """Tell all that a field asks for, on whatever way its object was come by."""
        return self.held.get(kind, FREE) | self.asked[f"{kind}.{field}"]


def written(
    kinds: Mapping[str, Kind],
    arguments: Mapping[str, Row],
    inputs: Mapping[str, Row],
    values: Mapping[str, Row],
    by_kind: frozenset[str],
) -> Rules:
    """Read the tables.

    Raises:
        ValueError: A coordinate stands in them twice.
    """
    rows = [
        *((f"{kind}.{{}}", rule.fields) for kind, rule in kinds.items()),
        *((f"{field}({{}}:)", row) for field, row in arguments.items()),
        *((f"{kind}.{{}}", row) for kind, row in {**inputs, **values}.items()),
    ]
    asked: dict[str, Scopes] = {}
    for coordinate, scopes in _entries(rows):
        if coordinate in asked:
            raise ValueError(f"{coordinate} is ruled twice")
        asked[coordinate] = scopes
    return Rules(asked, {name: kind.held for name, kind in kinds.items()}, by_kind)


def _entries(rows: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, Scopes]]:
    for pattern, row in rows:
        for scopes, names in row.items():
            for name in names.split():
                yield pattern.format(name), scopes


RULES: Final = written(KINDS, ARGUMENTS, INPUTS, VALUES, BY_KIND)
"""The rules of this gateway's schema."""
