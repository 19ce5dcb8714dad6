"""Bounds on the pages that an operation asks for: each by itself, and all of them together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

_SIZES: Final = ("first", "last")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A field of an operation that gives a page of rows."""

    size: int | str
    """Rows asked for, or the variable that tells."""
    default: int
    """Rows where the variable is left out."""
    below: tuple["Page", ...]
    """The pages in each of its rows."""

    def rows(self, variables: Mapping[str, Any]) -> int:
        """Tell how many rows it asks for; 0 for what is no number, which the schema refuses."""
        if isinstance(self.size, int):
            return self.size
        value = variables.get(self.size, self.default)
        return value if isinstance(value, int) else 0


class Pages:
    """Finds the pages of operations, and holds them to their limits."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits

    def plan(self, document: DocumentNode, name: str | None) -> tuple[Page, ...]:
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
        root = self._schema.get_root_type(chosen.operation)
        return _Walk(self._schema, fragments, _defaults(chosen)).pages(root, chosen.selection_set)

    def admit(self, pages: Sequence[Page], variables: Mapping[str, Any] | None) -> None:
        """Let an operation pass whose pages are small enough.

        Raises:
            Refusal: ``PAGE_TOO_LARGE`` for one page, ``TOO_MANY_ROWS`` for all together.
        """
        if not pages:
            return
        rows = self._rows(pages, variables or {}, {})
        if rows > self._limits.page_rows:
            raise _refusal("TOO_MANY_ROWS", "rows in all pages together", self._limits.page_rows)

    def _rows(
        self, pages: Sequence[Page], variables: Mapping[str, Any], known: dict[int, int]
    ) -> int:
        """Count the rows; `known` holds those of fragments that are spread in several places."""
        total = 0
        for page in pages:
            if id(page) not in known:
                rows = page.rows(variables)
                if rows > self._limits.page_size:
                    raise _refusal("PAGE_TOO_LARGE", "rows on a page", self._limits.page_size)
                below = self._rows(page.below, variables, known)
                known[id(page)] = max(0, rows) * (1 + below)
            total += known[id(page)]
        return total


class _Walk:
    """One walk over a valid operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        defaults: Mapping[str, int],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._defaults = defaults
        self._spread: dict[str, tuple[Page, ...]] = {}

    def pages(self, on: Any, selections: SelectionSetNode) -> tuple[Page, ...]:
        """List the pages that come first on each way down."""
        found: list[Page] = []
        spread: set[str] = set()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found += self._field(on, node)
            elif not isinstance(node, FragmentSpreadNode):
                found += self._inside(on, node)
            elif node.name.value not in spread:  # spread twice in one place, it is executed once
                spread.add(node.name.value)
                found += self._inside(on, node)
        return tuple(found)

    def _inside(self, on: Any, node: Any) -> tuple[Page, ...]:
        """Look into a fragment, into a named one once."""
        if not isinstance(node, FragmentSpreadNode):
            return self.pages(self._narrowed(on, node), node.selection_set)
        name = node.name.value
        if name not in self._spread:
            fragment = self._fragments[name]
            self._spread[name] = self.pages(self._narrowed(on, fragment), fragment.selection_set)
        return self._spread[name]

    def _narrowed(self, on: Any, node: Any) -> Any:
        return self._schema.type_map[node.type_condition.name.value] if node.type_condition else on

    def _field(self, on: Any, node: FieldNode) -> tuple[Page, ...]:
        definition = getattr(on, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return ()
        below = self.pages(get_named_type(definition.type), node.selection_set)
        sizes = [name for name in _SIZES if name in definition.args]
        if not sizes:
            return below
        given = {each.name.value: each.value for each in node.arguments or ()}
        return tuple(
            self._page(given[name], _default_of(definition.args[name]), below)
            for name in sizes
            if name in given
        ) or (Page(_default_of(definition.args[sizes[0]]), 0, below),)

    def _page(self, value: Any, default: int, below: tuple[Page, ...]) -> Page:
        if isinstance(value, VariableNode):
            name = value.name.value
            return Page(name, self._defaults.get(name, default), below)
        return Page(int(value.value) if isinstance(value, IntValueNode) else 0, 0, below)


def _defaults(operation: OperationDefinitionNode) -> dict[str, int]:
    return dict(_default_values(operation))


def _default_values(operation: OperationDefinitionNode) -> Iterator[tuple[str, int]]:
    for each in operation.variable_definitions or ():
        if isinstance(each.default_value, IntValueNode):
            yield each.variable.name.value, int(each.default_value.value)


def _default_of(argument: GraphQLArgument) -> int:
    """Tell an argument's default, which a schema has as a value or as it was written."""
    written = argument.default.literal if argument.default else None
    if isinstance(written, IntValueNode):
        return int(written.value)
    return argument.default_value if isinstance(argument.default_value, int) else 0


def _name(operation: OperationDefinitionNode) -> str | None:
    return operation.name.value if operation.name else None


def _refusal(code: str, what: str, most: int) -> Refusal:
    message = f"At most {most} {what} may be asked for."
    return Refusal(message, code=code, in_document=True, details={"limit": most})
