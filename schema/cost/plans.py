"""Finds the places of an operation that cost upstream calls, once for all its executions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from schema.cost.charges import Charge

MOST_PLACES: Final = 5_000
"""Selections that are looked at, each for some 4 µs: more than a document holds, unless its
fragments multiply."""

Condition = tuple[bool, ValueNode]
"""The value of an `@include` (True) or `@skip` (False), under which a selection is executed."""

_CONDITIONS: Final = {"include": True, "skip": False}


class TooManyPlaces(Exception):
    """The document's fragments multiply beyond what can be looked at."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A field of an operation that costs calls, or leads to fields that do."""

    on: str
    """The type whose field it is."""
    name: str
    charge: Charge | None
    listed: bool
    """Whether it gives a list."""
    arguments: Mapping[str, ValueNode]
    """Those that its charge reads."""
    conditions: tuple[tuple[Condition, ...], ...]
    """It is executed when all of any of these hold; one of them is empty where it always is."""
    below: tuple["Place", ...]

    def uses_variables(self) -> bool:
        """Tell whether its cost, or that of a place below, depends on variables."""
        return (
            any(map(_varies, self.arguments.values()))
            or () not in self.conditions
            or any(place.uses_variables() for place in self.below)
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A field's selections under one response name, which are executed as one."""

    on: GraphQLObjectType | GraphQLInterfaceType
    nodes: list[FieldNode] = field(default_factory=list)
    conditions: list[tuple[Condition, ...]] = field(default_factory=list)


_Fields = dict[tuple[str, str], _Found]
"""By response name and type."""


class Planner:
    """Plans the operations of valid documents."""

    def __init__(self, schema: GraphQLSchema, charges: Mapping[tuple[str, str], Charge]) -> None:
        self._schema = schema
        self._charges = charges

    def plan(self, document: DocumentNode, operation: OperationDefinitionNode) -> tuple[Place, ...]:
        """List the operation's root fields that cost something.

        Raises:
            TooManyPlaces: The document's fragments multiply too far.
        """
        root = self._schema.get_root_type(operation.operation)
        fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        walk = _Walk(self._schema, self._charges, fragments)
        return walk.places(root, [operation.selection_set]) if root else ()


class _Walk:
    """One walk over an operation, in the order in which it is executed."""

    def __init__(
        self,
        schema: GraphQLSchema,
        charges: Mapping[tuple[str, str], Charge],
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._charges = charges
        self._fragments = fragments
        self._seen = 0

    def places(self, parent: Any, sets: Sequence[SelectionSetNode]) -> tuple[Place, ...]:
        fields: _Fields = {}
        for selections in sets:
            self._collect(parent, selections.selections, (), fields, set())
        planned = (self._place(found) for found in fields.values())
        return tuple(place for place in planned if place is not None)

    def _collect(
        self,
        on: Any,
        selections: Sequence[SelectionNode],
        conditions: tuple[Condition, ...],
        fields: _Fields,
        spread: set[str],
    ) -> None:
        for node in selections:
            self._seen += 1
            if self._seen > MOST_PLACES:
                raise TooManyPlaces
            own = (*conditions, *_conditions(node))
            if isinstance(node, FieldNode):
                self._keep(on, node, own, fields)
                continue
            fragment = self._spread(node, spread, always=not own)
            if fragment is not None:
                named = fragment.type_condition
                narrowed = self._schema.type_map[named.name.value] if named else on
                inside = fragment.selection_set.selections
                self._collect(narrowed, inside, own, fields, spread)

    def _spread(
        self, node: SelectionNode, spread: set[str], *, always: bool
    ) -> InlineFragmentNode | FragmentDefinitionNode | None:
        """Find what a fragment selects; None for one that is known to be there already."""
        if isinstance(node, InlineFragmentNode):
            return node
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - the third kind of selections
        name = node.name.value
        if name in spread:
            return None
        if always:
            spread.add(name)
        return self._fragments[name]

    def _keep(
        self, on: Any, node: FieldNode, conditions: tuple[Condition, ...], fields: _Fields
    ) -> None:
        name = node.name.value
        costly = (getattr(on, "name", ""), name) in self._charges
        if not isinstance(on, GraphQLObjectType | GraphQLInterfaceType) or name not in on.fields:
            return  # of a union, or an introspection field, which costs nothing
        if node.selection_set is None and not costly:
            return
        key = ((node.alias or node.name).value, on.name)
        found = fields.setdefault(key, _Found(on))
        found.nodes.append(node)
        found.conditions.append(conditions)

    def _place(self, found: _Found) -> Place | None:
        node = found.nodes[0]
        name = node.name.value
        definition: GraphQLField = found.on.fields[name]
        charge = self._charges.get((found.on.name, name))
        sets = [each.selection_set for each in found.nodes if each.selection_set is not None]
        below = self.places(get_named_type(definition.type), sets) if sets else ()
        if charge is None and not below:
            return None
        reads = charge.reads if charge else ()
        return Place(
            on=found.on.name,
            name=name,
            charge=charge,
            listed=_is_list(definition),
            arguments={
                each.name.value: each.value
                for each in node.arguments or ()
                if each.name.value in reads
            },
            conditions=tuple(found.conditions),
            below=below,
        )


def _conditions(node: SelectionNode) -> Iterator[Condition]:
    for directive in node.directives or ():
        if directive.name.value in _CONDITIONS:
            for argument in directive.arguments or ():
                yield _CONDITIONS[directive.name.value], argument.value


def _is_list(definition: GraphQLField) -> bool:
    kind = definition.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


def _varies(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(map(_varies, node.values))
    if isinstance(node, ObjectValueNode):
        return any(_varies(entry.value) for entry in node.fields)
    return isinstance(node, VariableNode)
