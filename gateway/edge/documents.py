"""Parses and validates GraphQL documents once, and remembers the good ones."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension

from gateway.edge.caps import check_document
from gateway.edge.limits import Limits
from gateway.edge.refusals import Refusal
from schema.cost.estimator import Quote

PREPARED = "crm-labels.prepared"
"""Under this name a `Document` travels to Strawberry in the operation's extensions."""

_MOST_ERRORS = 20
_BYTES_PER_CHARACTER = 280  # of a parsed document, measured on dense ones
_BYTES_PER_DOCUMENT = 2_048


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is known to be valid against the schema."""

    ast: DocumentNode
    operations: dict[str | None, OperationType]
    """By name; an anonymous operation's is None."""
    quotes: dict[str | None, Quote] = field(default_factory=dict)
    """What operations executed so far cost, by name."""

    def operation(self, name: str | None) -> tuple[str | None, OperationType]:
        """Find the operation to execute: the named one, or the only one.

        Raises:
            Refusal: The name is unknown, or missing where there are several operations.
        """
        if name is None:
            if len(self.operations) == 1:
                return next(iter(self.operations.items()))
            raise _failed("Name one of the document's operations in 'operationName'.")
        if name not in self.operations:
            raise _failed(f"Unknown operation named {name!r}.")
        return name, self.operations[name]


class Documents:
    """A bounded store of documents, keyed by their text.

    Only valid documents are kept, so that junk cannot push them out; the size is estimated in
    bytes, because callers choose how large an entry is.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._known: LRUCache[str, Document] = LRUCache(
            limits.document_cache_bytes, getsizeof=_estimated_size
        )

    def prepare(self, text: str) -> Document:
        """Parse and validate a document, or recall it.

        Raises:
            Refusal: ``GRAPHQL_PARSE_FAILED`` or ``GRAPHQL_VALIDATION_FAILED``, with all errors.
        """
        known = self._known.get(text)
        if known is not None:
            return known
        check_document(text, self._limits)
        document = self._validated(self._parsed(text))
        if _estimated_size(document) <= self._known.maxsize:
            self._known[text] = document
        return document

    def __len__(self) -> int:
        """Tell how many documents are remembered."""
        return len(self._known)

    def _parsed(self, text: str) -> DocumentNode:
        tokens = self._limits.document_tokens
        try:
            return parse(text, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLError as error:
            raise _failed(error.message, error, code="GRAPHQL_PARSE_FAILED") from None

    def _validated(self, ast: DocumentNode) -> Document:
        if _comparisons(ast) > self._limits.document_comparisons:
            raise _failed("The document repeats field names too often to be validated.")
        errors = validate(self._schema, ast, max_errors=_MOST_ERRORS)
        if errors:
            raise _failed(errors[0].message, *errors)
        operations = {
            node.name.value if node.name else None: node.operation
            for node in ast.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Document(ast, operations)


class PreparedDocument(SchemaExtension):
    """Hands Strawberry the `Document` of this operation in place of parsing it again."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from the operation's extensions, and skip its validation."""
        context = self.execution_context
        prepared = (context.operation_extensions or {}).get(PREPARED)
        if isinstance(prepared, Document):
            context.graphql_document = prepared.ast
            context.validation_rules = ()
        yield


def _failed(
    message: str, *errors: GraphQLError, code: str = "GRAPHQL_VALIDATION_FAILED"
) -> Refusal:
    formatted = tuple(dict(error.formatted) for error in errors)
    return Refusal(message, code=code, in_document=True, errors=formatted)


def _estimated_size(document: Document) -> int:
    location = document.ast.loc
    length = location.end if location else 0
    return _BYTES_PER_DOCUMENT + _BYTES_PER_CHARACTER * length


def _comparisons(ast: DocumentNode) -> int:
    """Bound the pairs of fields that validation must compare with each other.

    Fields are compared when they have the same response name in the same place, and the check is
    quadratic in their number. Places inside operations are told apart by their path of response
    names; all fragments start in one place, because any two may be spread into the same one.
    """
    seen: Counter[tuple[int | str, ...]] = Counter()
    places: list[tuple[tuple[int | str, ...], SelectionSetNode]] = [
        ((index if isinstance(node, OperationDefinitionNode) else -1,), selections)
        for index, node in enumerate(ast.definitions)
        if (selections := getattr(node, "selection_set", None)) is not None
    ]
    while places:
        path, selection_set = places.pop()
        for node in selection_set.selections:
            place = path
            if isinstance(node, FieldNode):
                place = (*path, (node.alias or node.name).value)
                seen[place] += 1
            if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                places.append((place, node.selection_set))
    return sum(times * times for times in seen.values() if times > 1)
