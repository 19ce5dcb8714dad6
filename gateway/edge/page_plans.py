"""Finds the pages that an operation asks for, and how many fields are in their rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

_SIZES: Final = ("first", "last")
_UNNAMED: Final = 100
"""Entries of a list at the root whose length nothing in the operation tells."""
_INNER: Final = 10
"""Entries of any other such list, as most have fewer."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page of a list, or a list at the root, as an operation asks for it."""

    size: int | str
    """Rows asked for, or the variable that tells."""
    default: int
    """Rows where the variable is left out."""
    below: tuple["Page", ...]
    """The pages in each of its rows."""
    fields: int
    """Fields of each of its rows, without those in the pages below."""
    times: int = 1
    """For how many entries of lists that are no pages it is asked for."""
    named: bool = False
    """Whether its rows are named one by one: that is no page, and has a bound of its own."""

    def rows(self, variables: Mapping[str, Any]) -> int:
        """Tell how many rows it asks for; 0 for what is no number, which the schema refuses."""
        if isinstance(self.size, int):
            return self.size
        value = variables.get(self.size, self.default)
        if self.named and not isinstance(value, int):
            return len(value) if isinstance(value, list) else 1
        # 7.0 is an Int as well (GraphQL specification, 3.5.1).
        return int(value) if isinstance(value, int | float) and isfinite(value) else 0


def plan(schema: GraphQLSchema, document: DocumentNode, name: str | None) -> tuple[Page, ...]:
    """List the pages at the root of a valid document's operation; do so once for each."""
    fragments = {}
    chosen = None
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
        elif isinstance(node, OperationDefinitionNode) and _name(node) == name:
            chosen = node
    if chosen is None:
        return ()
    root = schema.get_root_type(chosen.operation)
    walk = _Walk(schema, fragments, dict(_defaults(chosen)), root)
    return walk.selected(root, chosen.selection_set).pages


class _Selected(NamedTuple):
    """What a selection holds."""

    pages: tuple[Page, ...] = ()
    """Those that come first on each way down."""
    fields: int = 0
    """Fields that are in none of them."""


class _Walk:
    """One walk over a valid operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        defaults: Mapping[str, int],
        root: Any,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._defaults = defaults
        self._root = root
        self._spread: dict[str, _Selected] = {}

    def selected(self, on: Any, selections: SelectionSetNode) -> _Selected:
        """Look through a selection; a fragment spread twice in one place is executed once."""
        pages: list[Page] = []
        fields, spread = 0, set[str]()
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
            found = self._field(on, node) if isinstance(node, FieldNode) else self._inside(on, node)
            pages += found.pages
            fields += found.fields
        return _Selected(tuple(pages), fields)

    def _inside(self, on: Any, node: Any) -> _Selected:
        """Look into a fragment, into a named one once."""
        if not isinstance(node, FragmentSpreadNode):
            return self.selected(self._narrowed(on, node), node.selection_set)
        name = node.name.value
        if name not in self._spread:
            fragment = self._fragments[name]
            narrowed = self._narrowed(on, fragment)
            self._spread[name] = self.selected(narrowed, fragment.selection_set)
        return self._spread[name]

    def _narrowed(self, on: Any, node: Any) -> Any:
        return self._schema.type_map[node.type_condition.name.value] if node.type_condition else on

    def _field(self, on: Any, node: FieldNode) -> _Selected:
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return _Selected(fields=1)
        below = self.selected(get_named_type(definition.type), node.selection_set)
        given = {each.name.value: each.value for each in node.arguments or ()}
        pages = tuple(self._pages(on, definition, given, below))
        if pages:
            return _Selected(pages, 1)
        if not _is_list(definition.type) or _is_connection(on):
            return _Selected(below.pages, 1 + below.fields)
        inner = tuple(replace(page, times=_INNER * page.times) for page in below.pages)
        return _Selected(inner, 1 + _INNER * below.fields)

    def _pages(
        self, on: Any, definition: GraphQLField, given: Mapping[str, ValueNode], below: _Selected
    ) -> Iterator[Page]:
        """Tell the pages that a field is: none, one, or one from either end."""
        sizes = [name for name in _SIZES if name in definition.args]
        told = [name for name in sizes if name in given]
        for name in told:
            yield self._page(given[name], _default_of(definition.args[name]), below)
        if sizes and not told:
            yield Page(_default_of(definition.args[sizes[0]]), 0, *below)
        elif not sizes and on is self._root and _is_list(definition.type):
            names = [given.get(name) for name, each in definition.args.items() if _is_named(each)]
            yield self._list(names[0] if names else None, below)

    def _page(self, value: ValueNode, default: int, below: _Selected) -> Page:
        if isinstance(value, VariableNode):
            name = value.name.value
            return Page(name, self._defaults.get(name, default), *below)
        return Page(int(value.value) if isinstance(value, IntValueNode) else 0, 0, *below)

    def _list(self, names: ValueNode | None, below: _Selected) -> Page:
        """Tell of a list at the root, whose entries an argument may name one by one."""
        if isinstance(names, VariableNode):
            name = names.name.value
            return Page(name, self._defaults.get(name, 1), *below, named=True)
        length = len(names.values) if isinstance(names, ListValueNode) else 1
        return Page(_UNNAMED if names is None else length, 0, *below, named=True)


def _is_list(kind: Any) -> bool:
    return isinstance(get_nullable_type(kind), GraphQLList)


def _is_connection(kind: Any) -> bool:
    """Tell whether a type's lists are a page's rows (GraphQL Cursor Connections, 3)."""
    return "pageInfo" in kind.fields


def _is_named(argument: GraphQLArgument) -> bool:
    """Tell whether an argument names the entries of its field's list: it must be there."""
    return isinstance(argument.type, GraphQLNonNull) and _is_list(argument.type)


def _defaults(operation: OperationDefinitionNode) -> Iterator[tuple[str, int]]:
    """Tell the variables' own defaults: numbers, and how long lists are."""
    for each in operation.variable_definitions or ():
        if isinstance(each.default_value, IntValueNode):
            yield each.variable.name.value, int(each.default_value.value)
        elif isinstance(each.default_value, ListValueNode):
            yield each.variable.name.value, len(each.default_value.values)


def _default_of(argument: GraphQLArgument) -> int:
    """Tell an argument's default, which a schema has as a value or as it was written."""
    written = argument.default.literal if argument.default else None
    if isinstance(written, IntValueNode):
        return int(written.value)
    return argument.default_value if isinstance(argument.default_value, int) else 0


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None
