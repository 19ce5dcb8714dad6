"""Parses and validates GraphQL documents once, and remembers the good ones."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cachetools import LRUCache
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
)
from strawberry.extensions import SchemaExtension

from gateway.edge.breadth import check_breadth
from gateway.edge.caps import check_document
from gateway.edge.disclosure import introspects
from gateway.edge.incremental.deferrals import Deferrals, split
from gateway.edge.limits import Limits
from gateway.edge.page_plans import Page
from gateway.edge.routers.proofs import is_for_routers
from gateway.edge.validation import Stopwatch, check_valid, failed
from schema.cost.estimator import Quote

PREPARED = "crm-labels.prepared"
"""Under this name a `Document` travels to Strawberry in the operation's extensions."""

_BYTES_PER_CHARACTER = 280  # of a parsed document, measured on dense ones
_BYTES_PER_DOCUMENT = 2_048


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is known to be valid against the schema."""

    ast: DocumentNode
    """Without its `@defer` and `@stream`."""
    operations: dict[str | None, OperationType]
    """By name; an anonymous operation's is None."""
    introspects: bool = False
    """Whether it asks what the schema holds."""
    for_routers: bool = False
    """Whether it asks for what is there for federation routers."""
    deferrals: Deferrals | None = None
    """What it wants to be told later; None where it wants everything at once."""
    quotes: dict[str | None, Quote] = field(default_factory=dict)
    """What operations executed so far cost, by name."""
    pages: dict[str | None, tuple[Page, ...]] = field(default_factory=dict)
    """The pages that operations executed so far ask for, by name."""

    def operation(self, name: str | None) -> tuple[str | None, OperationType]:
        """Find the operation to execute: the named one, or the only one.

        Raises:
            Refusal: The name is unknown, or missing where there are several operations.
        """
        if name is None:
            if len(self.operations) == 1:
                return next(iter(self.operations.items()))
            raise failed("Name one of the document's operations in 'operationName'.")
        if name not in self.operations:
            raise failed(f"Unknown operation named {name!r}.")
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

    def prepare(self, text: str, *, suggest: bool = True) -> Document:
        """Parse and validate a document, or recall it; `suggest` as `check_valid` has it.

        Raises:
            Refusal: It is beyond a limit, or ``GRAPHQL_PARSE_FAILED``, or
                ``GRAPHQL_VALIDATION_FAILED`` with all errors.
        """
        known = self._known.get(text)
        if known is not None:
            return known
        with _undisturbed():
            document = self._judged(text, suggest=suggest)
        if _estimated_size(document) <= self._known.maxsize:
            self._known[text] = document
        return document

    def __len__(self) -> int:
        """Tell how many documents are remembered."""
        return len(self._known)

    def _judged(self, text: str, *, suggest: bool) -> Document:
        stopwatch = Stopwatch(self._limits.validation_seconds)
        check_document(text, self._limits)
        ast = self._parsed(text)
        check_breadth(ast, self._limits)
        plain, deferrals = split(text, ast, self._limits)
        check_valid(self._schema, ast, self._limits, stopwatch, suggest=suggest)
        return _document(text, plain, deferrals)

    def _parsed(self, text: str) -> DocumentNode:
        tokens = self._limits.document_tokens
        try:
            return parse(text, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLError as error:
            raise failed(error.message, error, code="GRAPHQL_PARSE_FAILED") from None


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


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put off looking for garbage: the time for it, whoever left it, would be the document's."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _document(text: str, ast: DocumentNode, deferrals: Deferrals | None) -> Document:
    operations = {
        node.name.value if node.name else None: node.operation
        for node in ast.definitions
        if isinstance(node, OperationDefinitionNode)
    }
    return Document(ast, operations, introspects(text, ast), is_for_routers(text, ast), deferrals)


def _estimated_size(document: Document) -> int:
    location = document.ast.loc
    length = location.end if location else 0
    kept = 1 if document.deferrals is None else 2
    return _BYTES_PER_DOCUMENT + _BYTES_PER_CHARACTER * length * kept
