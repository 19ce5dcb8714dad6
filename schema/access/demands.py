"""What the arguments of a field ask for: found in what was sent, not in what could be."""

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLSchema,
    get_named_type,
)

from gateway.errors import Path
from schema.access.inputs import SPEAKING_NULLS
from schema.access.rules import Rules
from schema.access.table import FREE, Scopes


class Demands:
    """Knows what the arguments and input types of one schema ask for."""

    def __init__(self, schema: GraphQLSchema, rules: Rules) -> None:
        self._rules = rules
        self._most = _most_of(schema, rules)

    def at_most(self, place: str, field: GraphQLField) -> Scopes:
        """Tell all that the arguments of a field could ask for."""
        return FREE.union(
            *(
                self._rules.asked[f"{place}({name}:)"] | self._most_of(argument.type)
                for name, argument in field.args.items()
            )
        )

    def made(
        self, place: str, field: GraphQLField, given: dict[str, Any]
    ) -> Iterator[tuple[Path, Scopes]]:
        """Tell what these arguments ask for, and where in them."""
        for name, value in given.items():
            if value is not None:
                yield (name,), self._rules.asked[f"{place}({name}:)"]
                yield from self._inside(get_named_type(field.args[name].type), value, (name,))

    def _inside(self, kind: Any, value: Any, path: Path) -> Iterator[tuple[Path, Scopes]]:
        if not self._most.get(kind.name):
            return
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield from self._inside(kind, each, (*path, str(index)))
        elif isinstance(kind, GraphQLEnumType):
            yield path, self._rules.asked[f"{kind.name}.{value.name}"]
        elif isinstance(value, dict):
            for name, each in value.items():
                if each is not None or kind.name in SPEAKING_NULLS:
                    yield (*path, name), self._rules.asked[f"{kind.name}.{name}"]
                    inner = get_named_type(kind.fields[name].type)
                    yield from self._inside(inner, each, (*path, name))

    def _most_of(self, kind: Any) -> Scopes:
        return self._most.get(get_named_type(kind).name, FREE)


def _most_of(schema: GraphQLSchema, rules: Rules) -> dict[str, Scopes]:
    """Tell all that each input type could ask for, however deep; types may hold themselves."""
    kinds = [
        kind
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLInputObjectType | GraphQLEnumType)
    ]
    most: dict[str, Scopes] = {}
    while True:
        grown = {kind.name: _reach(kind, most, rules) for kind in kinds}
        if grown == most:
            return most
        most = grown


def _reach(
    kind: GraphQLInputObjectType | GraphQLEnumType, most: dict[str, Scopes], rules: Rules
) -> Scopes:
    if isinstance(kind, GraphQLEnumType):
        return FREE.union(*(rules.asked.get(f"{kind.name}.{each}", FREE) for each in kind.values))
    return FREE.union(
        *(
            rules.asked[f"{kind.name}.{name}"] | most.get(get_named_type(field.type).name, FREE)
            for name, field in kind.fields.items()
        )
    )
