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


def test_a_field_requires_just_the_scopes_it_asks_for() -> None:
    asked = {
        place: [sorted(scopes)]
        for place, scopes in RULES.asked.items()
        if scopes and place in dict(fields()) and not MACHINERY.match(place)
    }
    assert required(fields()) == asked


def test_what_every_known_caller_may_ask_is_for_nobody_else() -> None:
    marked = [place for place, field in fields() if directive(field, "authenticated")]
    assert marked == ["Query.node", "Query.nodes", "Query.viewer", "Query.rateLimit"]


def test_entities_require_what_they_are_held_by() -> None:
    said = required((node.name.value, node) for node in objects())
    assert said == {"Contact": [["contacts:read"]], "Label": [["labels:read"]]}
    assert said == {name: [sorted(RULES.held[name])] for name in said}


def test_a_schema_that_is_built_again_says_the_same() -> None:
    assert print_sdl() == print_sdl()
