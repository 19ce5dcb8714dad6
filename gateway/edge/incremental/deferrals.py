"""What a document wants to be told later, and the same document as if it did not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    REMOVE,
    DirectiveNode,
    DocumentNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.language import VisitorAction

from gateway.edge.caps import beyond
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal

_DIRECTIVES: Final = frozenset({"defer", "stream"})
_MAYBE_DEFERRING: Final = re.compile("defer|stream")
"""Part of the text of every document that defers something: names have no escapes."""


@dataclass(frozen=True, slots=True)
class Deferrals:
    """A document with its ``@defer`` and ``@stream``."""

    ast: DocumentNode
    counts: frozenset[str]
    """The variables that tell how many entries of a list come at once."""

    def check(self, variables: Mapping[str, Any] | None) -> None:
        """Let an operation pass whose variables are counts where counts are wanted.

        Raises:
            Refusal: ``INITIAL_COUNT_INVALID``.
        """
        given = variables or {}
        for name in self.counts & given.keys():
            _check_count(given[name])


def split(
    text: str, document: DocumentNode, limits: Limits
) -> tuple[DocumentNode, Deferrals | None]:
    """Take ``@defer`` and ``@stream`` out of a document of this text, and keep them apart.

    Raises:
        Refusal: ``TOO_MANY_DEFERRALS`` or ``INITIAL_COUNT_INVALID``.
    """
    if _MAYBE_DEFERRING.search(text) is None:
        return document, None
    taken = _Taking()
    plain = visit(document, taken)
    if not taken.directives:
        return document, None
    if len(taken.directives) > limits.document_deferrals:
        what, most = "times @defer or @stream in the document", limits.document_deferrals
        raise beyond("TOO_MANY_DEFERRALS", what, most)
    return plain, Deferrals(document, frozenset(_counts(document, taken.directives)))


class _Taking(Visitor):
    """Takes the directives out, and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.directives: list[DirectiveNode] = []

    def enter_directive(self, node: DirectiveNode, *_: object) -> VisitorAction:
        if node.name.value not in _DIRECTIVES:
            return None
        self.directives.append(node)
        return REMOVE


def _counts(document: DocumentNode, directives: list[DirectiveNode]) -> Iterator[str]:
    """Name the variables that are counts, and check what is written down."""
    arguments = [argument for node in directives for argument in node.arguments or ()]
    values = [each.value for each in arguments if each.name.value == "initialCount"]
    names = {value.name.value for value in values if isinstance(value, VariableNode)}
    defaults = [
        definition.default_value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
        for definition in operation.variable_definitions or ()
        if definition.variable.name.value in names
    ]
    for value in (*values, *defaults):
        if isinstance(value, IntValueNode):  # perhaps one of a million digits
            _check_count(-1 if value.value.startswith("-") and value.value != "-0" else 0)
        elif isinstance(value, NullValueNode):
            _check_count(None)
    yield from names


def _check_count(value: Any) -> None:
    """Refuse what the schema takes for an Int or none, but is no count."""
    if value is None or (isinstance(value, int | float) and value < 0):
        raise Refusal(
            "initialCount says how many entries of a list come at once: 0 or more.",
            code="INITIAL_COUNT_INVALID",
            in_document=True,
        )
