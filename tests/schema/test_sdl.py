"""The schema as a text: committed, unbroken, described."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    build_ast_schema,
    find_breaking_changes,
    is_specified_scalar_type,
    parse,
)
from graphql.type import GraphQLInterfaceType, is_introspection_type

from schema.build import core_schema, print_sdl
from tests.support.site import the_schema

COMMITTED = Path(__file__).parents[2] / "schema" / "schema.graphql"
CONTRACT = Path(__file__).with_name("contract.graphql")


def test_the_committed_schema_is_the_one_the_code_makes() -> None:
    assert COMMITTED.read_text("utf-8") == print_sdl() + "\n"


def test_nothing_that_was_promised_is_broken() -> None:
    promised = build_ast_schema(parse(CONTRACT.read_text("utf-8")), assume_valid=True)
    assert find_breaking_changes(promised, core_schema(the_schema())) == []


def test_the_federation_version_is_one_that_every_composer_takes() -> None:
    assert "https://specs.apollo.dev/federation/v2.9" in print_sdl()


@pytest.mark.parametrize(
    ("kind", "key"), [("Contact", '@key(fields: "id")'), ("Label", '@key(fields: "key")')]
)
def test_entities_are_found_by_their_keys(kind: str, key: str) -> None:
    (line,) = (line for line in print_sdl().splitlines() if line.startswith(f"type {kind} "))
    assert key in line


def test_every_element_is_described() -> None:
    silent = [place for place, description in _described() if not (description or "").strip()]
    assert silent == []


def _described() -> Iterator[tuple[str, str | None]]:
    for name, kind in core_schema(the_schema()).type_map.items():
        if not is_introspection_type(kind) and not is_specified_scalar_type(kind):
            yield name, kind.description
            yield from _parts(kind)
    for directive in core_schema(the_schema()).directives:
        yield f"@{directive.name}", directive.description
        for argument, asked in directive.args.items():
            yield f"@{directive.name}.{argument}", asked.description


def _parts(kind: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    if isinstance(kind, GraphQLInputObjectType):
        for name, given in kind.fields.items():
            yield f"{kind.name}.{name}", given.description
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            for argument, asked in field.args.items():
                yield f"{kind.name}.{name}.{argument}", asked.description
