"""The subgraph's own door for routers: `_entities` and `_service` (Apollo Federation)."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from graphql import GraphQLEnumType, GraphQLError, GraphQLObjectType, GraphQLSchema
from strawberry import federation
from strawberry.federation.schema import FederationAny
from strawberry.printer import print_schema
from strawberry.types import ExecutionResult

from schema.access.guard import barred
from schema.context import Context, Info
from schema.ids import is_guid, is_key

Reference = Callable[[Context, str], Awaitable[Any] | None]


def _contact(context: Context, contact_id: str) -> Awaitable[Any] | None:
    return context.loaders.contacts.load(contact_id.lower()) if is_guid(contact_id) else None


def _label(context: Context, key: str) -> Awaitable[Any] | None:
    return context.loaders.labels.load(key) if is_key(key) else None


ENTITIES: Mapping[str, tuple[str, Reference]] = {
    "Contact": ("id", _contact),
    "Label": ("key", _label),
}
"""Each entity's key field, and how it is loaded."""


class GatewaySchema(federation.Schema):
    """A federation schema whose entities load in batches and whose faults are clean."""

    def entities_resolver(
        self, info: Info, representations: list[FederationAny]
    ) -> list[FederationAny]:
        """Answer Query._entities, an awaitable or an error for each representation."""
        return [_resolve(info.context, representation) for representation in representations]

    async def execute(self, *args: Any, **kwargs: Any) -> ExecutionResult:
        """Execute an operation; beside its errors stand those of lists that were withheld."""
        result = await super().execute(*args, **kwargs)
        withheld = kwargs["context_value"].withheld
        if withheld:
            # First, because long lists of errors are cut, and an empty list tells less than a null.
            result.errors = [*withheld, *(result.errors or ())]
        return result

    def process_errors(self, *_args: Any, **_kwargs: Any) -> None:
        """Log nothing here: the endpoint logs what has to be, once and with the request id."""


def _resolve(context: Context, representation: Any) -> Any:
    """Begin to load one entity; what cannot be one is a value that fails in its own place."""
    if not isinstance(representation, dict):
        return _bad("a representation is an object")
    name = representation.get("__typename")
    if not isinstance(name, str) or name not in ENTITIES:
        return _bad("a representation names an entity of this subgraph in __typename")
    key_field, load = ENTITIES[name]
    key = representation.get(key_field)
    if not isinstance(key, str):
        return _bad(f"a representation of {name} holds its {key_field} as text")
    return barred(context.principal, name) or load(context, key)


def _bad(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "INVALID_INPUT"})


MACHINERY = {
    "_Any": "A reference to an entity: its `__typename` and its key (Apollo Federation).",
    "_Entity": "The types other subgraphs can refer to (Apollo Federation).",
    "_Service": "This subgraph, as routers see it (Apollo Federation).",
    "_Service.sdl": "The subgraph's schema in the schema definition language.",
    "Query._entities": "Entities by reference, in order; for routers. One upstream call per 1,000.",
    "Query._entities.representations": "The references.",
    "Query._service": "This subgraph's own schema; for routers.",
    "_FieldSet": "Names of fields, separated by spaces (Apollo Federation).",
    "link__Import": "What is imported from a linked specification (core schemas).",
    "link__Purpose": "What a linked specification is for (core schemas).",
    "link__Purpose.SECURITY": "To keep data from callers who may not see it.",
    "link__Purpose.EXECUTION": "To execute operations rightly.",
    "@authenticated": "Only for callers who say who they are (Apollo Federation).",
    "@requiresScopes": "Only for callers with these scopes (Apollo Federation).",
    "@requiresScopes.scopes": "Sets of scopes; all of one set are needed.",
    "@cost": "What a field costs, in upstream calls, each time it is resolved (Apollo Federation).",
    "@cost.weight": "The calls; 0 where the whole operation shares them.",
    "@listSize": "How long a field's list is at the most (Apollo Federation).",
    "@listSize.assumedSize": "So long, where no argument says otherwise.",
    "@listSize.slicingArguments": "The arguments that say how long.",
    "@listSize.sizedFields": "Which lists inside the field's object are meant.",
    "@listSize.requireOneSlicingArgument": "Whether one of these arguments must be given.",
    "@key": "By which fields other subgraphs refer to an entity (Apollo Federation).",
    "@key.fields": "The fields of the key.",
    "@key.resolvable": "Whether this subgraph resolves references by this key.",
    "@shareable": "Other subgraphs may answer this as well (Apollo Federation).",
    "@link": "A specification that this schema follows (core schemas).",
    "@link.url": "The specification's address and version.",
    "@link.as": "The name under which it is used here.",
    "@link.for": "What it is for.",
    "@link.import": "What is taken from it under its own name.",
}
"""What Strawberry adds for Federation, in words."""


def remember_sdl(built: GatewaySchema) -> None:
    """Answer `_Service.sdl` with a text that is printed but once: printing takes 20 ms and more."""
    kind = built._schema.type_map["_Service"]  # noqa: SLF001 - Strawberry offers no public way
    assert isinstance(kind, GraphQLObjectType)  # noqa: S101 - Strawberry made it
    text = functools.cache(functools.partial(print_schema, built))
    kind.fields["sdl"].resolve = lambda *_: text()


def describe_machinery(built: GraphQLSchema) -> None:
    """Give the elements that Federation adds a description each."""
    directives = {f"@{directive.name}": directive for directive in built.directives}
    for place, description in MACHINERY.items():
        name, *steps = place.split(".")
        element: Any = directives.get(name) or built.type_map[name]
        for step in steps:
            element = _parts(element)[step]
        element.description = description


def _parts(element: Any) -> Any:
    """Tell what an element consists of, by name: fields, values or arguments."""
    if isinstance(element, GraphQLObjectType):
        return element.fields
    return element.values if isinstance(element, GraphQLEnumType) else element.args
