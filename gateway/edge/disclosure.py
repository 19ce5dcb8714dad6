"""What the schema tells of itself: everything to `schema:introspect`, nothing to anybody else."""

import re
from collections.abc import Collection
from typing import Final

from graphql import DocumentNode, FieldNode, GraphQLError, Visitor, visit
from graphql.language import BREAK, VisitorAction
from strawberry.types import ExecutionResult

from gateway.edge.refusals import Refusal
from gateway.errors import Forbidden
from gateway.model.principal import Principal

INTROSPECT: Final = "schema:introspect"

_TELLING: Final = frozenset({"__schema", "__type", "_service"})
"""Fields that tell of the schema; `__typename` tells of an object only, and is everybody's."""
_MAYBE_TELLING: Final = re.compile(r"__schema|__type(?!name)|_service")
"""Part of the text of every document that holds such a field: names have no escapes."""
_SUGGESTION: Final = re.compile(r" Did you mean .*", re.DOTALL)


def may_introspect(principal: Principal) -> bool:
    """Tell whether a caller may know what the schema holds."""
    return INTROSPECT in principal.scopes


def introspects(text: str, document: DocumentNode) -> bool:
    """Tell whether a valid document, of this text, asks for the schema, wherever in it."""
    if _MAYBE_TELLING.search(text) is None:
        return False
    search = FieldSearch(_TELLING)
    visit(document, search)
    return search.found


def check_introspection(principal: Principal, *, introspects: bool) -> None:
    """Let a document pass whose caller may know what it asks for.

    Raises:
        Refusal: He may not.
    """
    if introspects and not may_introspect(principal):
        raise Refusal(
            f"Introspection asks for the scope {INTROSPECT}.",
            code=Forbidden.code,
            status=403,
            in_document=True,
            details={"missingScopes": [INTROSPECT]},
        )


def without_suggestions(result: ExecutionResult) -> None:
    """Take the guesses at what was meant out of the errors of variables that do not fit."""
    if result.errors:
        result.errors = [error if error.path else _curt(error) for error in result.errors]


def _curt(error: GraphQLError) -> GraphQLError:
    message = _SUGGESTION.sub("", error.message)
    if message == error.message:
        return error
    return GraphQLError(
        message, error.nodes, extensions=error.extensions, original_error=error.original_error
    )


class FieldSearch(Visitor):
    """Looks for a field of one of these names, wherever in a document."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self._names = names
        self.found = False

    def enter_field(self, node: FieldNode, *_: object) -> VisitorAction:
        """Stop at the first."""
        self.found = node.name.value in self._names
        return BREAK if self.found else None
