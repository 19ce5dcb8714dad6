"""Quotes operations: planned once for each document, added up for each set of variables."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    value_from_ast_untyped,
)

from schema.cost.charges import CHARGE, Charge
from schema.cost.estimate import estimate
from schema.cost.lookups import ENTITIES
from schema.cost.plans import Place, Planner


class Quote:
    """What one operation of a document costs, whatever its variables."""

    def __init__(self, operation: OperationDefinitionNode, places: tuple[Place, ...]) -> None:
        self._kind = operation.operation
        self._root = places
        self._defaults = {
            definition.variable.name.value: value_from_ast_untyped(definition.default_value)
            for definition in operation.variable_definitions or ()
            if definition.default_value is not None
        }
        self._fixed: int | None = None
        if not any(place.uses_variables() for place in places):
            self._fixed = estimate(self._kind, places, {})
            self._root = ()
        self.places = sum(map(_size, self._root))
        """How many places it has to remember."""

    def calls(self, variables: Mapping[str, Any] | None) -> int:
        """Tell the upstream calls at the most; variables that do not fit count as the worst."""
        if self._fixed is not None:
            return self._fixed
        return estimate(self._kind, self._root, {**self._defaults, **(variables or {})})


class Estimator:
    """Knows what every field of one schema costs."""

    def __init__(self, schema: GraphQLSchema) -> None:
        charges = _charges(schema)
        self.priced = frozenset(charges)
        """The fields that cost something, by type and name."""
        self._planner = Planner(schema, charges)

    def quote(self, document: DocumentNode, name: str | None) -> Quote:
        """Plan the operation of this name, or the only one, of a valid document.

        Raises:
            TooManyPlaces: The document's fragments multiply too far.
            KeyError: There is no such operation.
        """
        operation = get_operation_ast(document, name)
        if operation is None:
            raise KeyError(name)
        return Quote(operation, self._planner.plan(document, operation))


def _charges(schema: GraphQLSchema) -> dict[tuple[str, str], Charge]:
    """Collect what fields cost: it stands where they are defined."""
    found: dict[tuple[str, str], Charge] = {}
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType):
            continue
        for name, field in kind.fields.items():
            definition = field.extensions.get("strawberry-definition")
            charge = getattr(definition, "metadata", {}).get(CHARGE)
            if charge is not None:
                found[kind.name, name] = charge
    if schema.query_type is not None and "_entities" in schema.query_type.fields:
        # Made by Strawberry, so that nothing can be written beside it.
        found[schema.query_type.name, "_entities"] = ENTITIES
    return found


def _size(place: Place) -> int:
    return 1 + sum(map(_size, place.below))
