"""Routers read the same rules in the schema."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from graphql import (
    FieldDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
    value_from_ast_untyped,
)

from schema.access.rules import RULES
from schema.build import print_sdl
from schema.federation import ENTITIES

SDL: Final = parse(print_sdl())
MACHINERY: Final = re.compile(r"Query\._|_Service\.")
"""What only routers see, and composition leaves out."""


def objects() -> Iterator[ObjectTypeDefinitionNode]:
    return (node for node in SDL.definitions if isinstance(node, ObjectTypeDefinitionNode))


def fields() -> Iterator[tuple[str, FieldDefinitionNode]]:
    for node in objects():
        for field in node.fields or ():
            yield f"{node.name.value}.{field.name.value}", field


def directive(node: FieldDefinitionNode | ObjectTypeDefinitionNode, name: str) -> Any:
    found = [each for each in node.directives or () if each.name.value == name]
    assert len(found) <= 1
    return found[0] if found else None


def required(
    nodes: Iterable[tuple[str, FieldDefinitionNode | ObjectTypeDefinitionNode]],
) -> dict[str, list[list[str]]]:
    """Tell the sets of scopes that places require."""
    return {
        place: value_from_ast_untyped(said.arguments[0].value)
        for place, node in nodes
        if (said := directive(node, "requiresScopes"))
    }


def asked(place: str) -> frozenset[str]:
    kind, _, name = place.partition(".")
    by_key = kind in ENTITIES and name != "id"
    return RULES.whole(kind, name) if by_key else RULES.asked[place]


def test_a_field_requires_just_the_scopes_it_asks_for_and_an_entity_s_those_of_the_entity() -> None:
    ruled = [place for place, _ in fields() if not MACHINERY.match(place)]
    assert required(fields()) == {place: [sorted(asked(place))] for place in ruled if asked(place)}


def test_an_entity_s_id_which_is_every_node_s_requires_nothing() -> None:
    free = {place for place, _ in fields() if place.partition(".")[0] in ENTITIES}
    assert free - required(fields()).keys() == {"Contact.id", "Label.id"}


def test_a_personal_field_requires_its_scope_beside_that_of_contacts() -> None:
    assert required(fields())["Contact.name"] == [["contacts:pii", "contacts:read"]]


def test_what_every_known_caller_may_ask_is_for_nobody_else() -> None:
    marked = [place for place, field in fields() if directive(field, "authenticated")]
    assert marked == ["Query.node", "Query.nodes", "Query.viewer", "Query.rateLimit"]


def test_no_type_requires_anything_which_composers_would_join_at_its_interface() -> None:
    assert required((node.name.value, node) for node in objects()) == {}


def test_a_schema_that_is_built_again_says_the_same() -> None:
    assert print_sdl() == print_sdl()
