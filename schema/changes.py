"""What a new version of the schema changes for those who use the old one."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from graphql import (
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    build_ast_schema,
    find_schema_changes,
    parse,
    print_ast,
)
from graphql.utilities import BreakingChange, DangerousChange

_ENTITY_KEY: Final = "key"
"""The directive by which other subgraphs refer to a type (Federation 2, section "@key")."""


class Severity(Enum):
    """What a change does to those who use the schema, the worst first."""

    BREAKING = "breaking"
    """Operations or subgraphs that were right fail."""
    DANGEROUS = "dangerous"
    """They go on, but clients that know only the old values may be surprised."""
    SAFE = "safe"
    """Nobody notices who does not look."""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One difference between two versions."""

    severity: Severity
    description: str


class UnreadableSchema(Exception):
    """A text is no schema; the message says where it goes wrong."""


def compare(old: str, new: str) -> list[SchemaChange]:
    """Tell what changes from one SDL text to another, the worst first.

    Descriptions count, applied directives do not, but for the keys of entities.

    Raises:
        UnreadableSchema: One of the texts is no schema.
    """
    before, after = _read(old), _read(new)
    found = [
        SchemaChange(_severity(change), change.description)
        for change in find_schema_changes(before, after)
    ]
    found.extend(_key_changes(before, after))
    order = list(Severity)
    return sorted(found, key=lambda change: (order.index(change.severity), change.description))


def _read(text: str) -> GraphQLSchema:
    try:
        # Federation's own directives are linked, not defined, in a subgraph's schema.
        schema = build_ast_schema(parse(text), assume_valid_sdl=True)
    except (GraphQLError, TypeError) as error:
        raise UnreadableSchema(str(error)) from error
    if schema.query_type is None:
        raise UnreadableSchema("It defines no query type.")
    return schema


def _severity(change: object) -> Severity:
    match change:
        case BreakingChange():
            return Severity.BREAKING
        case DangerousChange():
            return Severity.DANGEROUS
        case _:
            return Severity.SAFE


def _key_changes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[SchemaChange]:
    """Compare the keys of entities, which only routers and other subgraphs use."""
    for name, kind in after.type_map.items():
        if name not in before.type_map:
            continue
        old, new = _keys(before.type_map[name]), _keys(kind)
        for key in sorted(old - new):
            yield SchemaChange(Severity.BREAKING, f"{name} lost {key}.")
        for key in sorted(new - old):
            yield SchemaChange(Severity.SAFE, f"{name} got {key}.")


def _keys(kind: GraphQLNamedType) -> set[str]:
    node = kind.ast_node
    directives = node.directives or () if node is not None else ()
    return {print_ast(found) for found in directives if found.name.value == _ENTITY_KEY}
