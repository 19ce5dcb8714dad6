"""Bounds on the breadth of a parsed document, checked before it is validated."""

from collections.abc import Mapping

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.edge.caps import beyond
from gateway.edge.limits import Limits


def check_breadth(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document of too many operations, fragments or fields at the root.

    Raises:
        Refusal: ``TOO_MANY_OPERATIONS``, ``TOO_MANY_FRAGMENTS`` or ``TOO_MANY_ROOT_FIELDS``.
    """
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    fragments = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    if len(operations) > limits.document_operations:
        most = limits.document_operations
        raise beyond("TOO_MANY_OPERATIONS", "operations in the document", most)
    if len(fragments) > limits.document_fragments:
        most = limits.document_fragments
        raise beyond("TOO_MANY_FRAGMENTS", "fragments in the document", most)
    named = {node.name.value: node.selection_set for node in fragments}
    for operation in operations:
        if _root_fields(operation.selection_set, named) > limits.root_fields:
            what = "fields at the root of an operation"
            raise beyond("TOO_MANY_ROOT_FIELDS", what, limits.root_fields)


def _root_fields(root: SelectionSetNode, fragments: Mapping[str, SelectionSetNode]) -> int:
    """Count the fields at the root, those of each fragment once."""
    count, spread, waiting = 0, set(), [root]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                count += 1
            elif not isinstance(node, FragmentSpreadNode):
                waiting.append(node.selection_set)  # type: ignore[attr-defined]
            elif node.name.value not in spread and node.name.value in fragments:
                spread.add(node.name.value)
                waiting.append(fragments[node.name.value])
    return count
