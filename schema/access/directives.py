"""Writes the rules into the schema, for routers: `@requiresScopes` and `@authenticated`.

A field says what it asks for; an entity, which routers reach by its key alone, says what it is
held by (Apollo Federation, Authorization directives).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from strawberry.federation.schema_directives import Authenticated, RequiresScopes
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from schema.access.rules import RULES
from schema.access.table import Scopes


def declare(roots: Iterable[type], entities: Iterable[type]) -> None:
    """Put the directives on all types that the roots lead to; twice is as good as once."""
    for definition in _definitions(roots):
        for field in definition.fields:
            field.directives = [*_others(field.directives), *_of_field(definition.name, field)]
    for entity in entities:
        definition = get_object_definition(entity, strict=True)
        definition.directives = [
            *_others(definition.directives or ()),
            _requires(RULES.held[definition.name]),
        ]


def _definitions(roots: Iterable[type]) -> Iterator[StrawberryObjectDefinition]:
    """Walk the object types as they are written, before a schema is made of them."""
    waiting: list[Any] = list(roots)
    seen: set[str] = set()
    while waiting:
        definition = get_object_definition(_named(waiting.pop()))
        if definition is None or definition.name in seen:
            continue
        seen.add(definition.name)
        yield definition
        waiting.extend(
            field.resolve_type(type_definition=definition) for field in definition.fields
        )


def _named(kind: Any) -> Any:
    """Take a type out of its lists, its nullability and its lateness."""
    while not isinstance(kind, type):
        if hasattr(kind, "resolve_type"):
            kind = kind.resolve_type()
        elif hasattr(kind, "of_type"):
            kind = kind.of_type
        else:
            break
    return kind


def _of_field(kind: str, field: StrawberryField) -> list[object]:
    name = field.graphql_name or to_camel_case(field.python_name)
    asked = RULES.asked.get(f"{kind}.{name}")
    if asked:
        return [_requires(asked)]
    return [Authenticated()] if kind == "Query" else []


def _requires(scopes: Scopes) -> RequiresScopes:
    return RequiresScopes(scopes=[sorted(scopes)])


def _others(directives: Iterable[object]) -> list[object]:
    return [each for each in directives if not isinstance(each, Authenticated | RequiresScopes)]
