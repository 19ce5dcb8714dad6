"""Holds the rules against a schema: one with a place that is not ruled wholly is not built."""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_object_type,
)
from graphql.type import is_introspection_type

from schema.access.rules import Rules
from schema.access.table import FREE, Scopes

_FEDERATIONS_OWN: Final = frozenset({"Query._service"})
"""Not null by another's specification; whoever may not see it loses the whole answer."""


class Unruled(ValueError):
    """A schema and its rules do not fit together; the message names every place."""


def check(schema: GraphQLSchema, rules: Rules) -> None:
    """Prove that the rules speak of every place of the schema, and that none is a way around.

    Raises:
        Unruled: A place has no rule; a rule has no place; a field gives an object to somebody who
            has not shown what it is held by; a field that can be refused can not be withheld.
    """
    places = set(coordinates(schema))
    problems = [
        *(f"{place} has no rule" for place in sorted(places - set(rules.asked))),
        *(f"{rule} is ruled, and does not exist" for rule in sorted(set(rules.asked) - places)),
    ]
    if not problems:
        for kind, name, field in ruled_fields(schema):
            problems.extend(_ways_around(schema, rules, kind, name, field))
    if problems:
        raise Unruled("; ".join(problems))


def coordinates(schema: GraphQLSchema) -> Iterator[str]:
    """Tell the coordinates of everything that a rule is needed for."""
    for kind, name, field in ruled_fields(schema):
        yield f"{kind}.{name}"
        for argument in field.args:
            yield f"{kind}.{name}({argument}:)"
    for given in schema.type_map.values():
        if isinstance(given, GraphQLInputObjectType):
            yield from (f"{given.name}.{name}" for name in given.fields)
    for order in _enums_of_orders(schema):
        yield from (f"{order.name}.{value}" for value in order.values)


def ruled_fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Tell every field of every object type and interface, introspection's own aside."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            if is_introspection_type(kind):
                continue
            for name, field in kind.fields.items():
                yield kind.name, name, field


def withheld_as_empty(field: GraphQLField) -> bool:
    """Tell whether a refused field is an empty list: one that promises never to be null."""
    promised = field.type
    return isinstance(promised, GraphQLNonNull) and isinstance(promised.of_type, GraphQLList)


def _enums_of_orders(schema: GraphQLSchema) -> set[GraphQLEnumType]:
    return {
        kind
        for order in schema.type_map.values()
        if isinstance(order, GraphQLInputObjectType) and order.name.endswith("Order")
        for field in order.fields.values()
        if isinstance(kind := get_named_type(field.type), GraphQLEnumType)
    }


def _ways_around(
    schema: GraphQLSchema, rules: Rules, kind: str, name: str, field: GraphQLField
) -> Iterator[str]:
    place = f"{kind}.{name}"
    shown = rules.whole(kind, name)
    for given in _objects_of(schema, field):
        missing = rules.held.get(given, FREE) - shown
        if missing and place not in rules.by_kind:
            yield f"{place} gives a {given} without asking for {_listed(missing)}"
    if rules.asked[place] and place not in _FEDERATIONS_OWN and not _can_be_withheld(field):
        yield f"{place} may be refused, and can be neither null nor an empty list"


def _can_be_withheld(field: GraphQLField) -> bool:
    return get_nullable_type(field.type) is field.type or withheld_as_empty(field)


def _objects_of(schema: GraphQLSchema, field: GraphQLField) -> list[str]:
    given: Any = get_named_type(field.type)
    if is_abstract_type(given):
        return [kind.name for kind in schema.get_possible_types(given)]
    return [given.name] if is_object_type(given) else []


def _listed(scopes: Scopes) -> str:
    return " ".join(sorted(scopes))
