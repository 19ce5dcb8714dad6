"""Tools that front ends and reviewers put our schema through: type generation, and a linter."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.support.frontends import Workshop
from tests.support.servers import Server, running_gateway

SCHEMA = "schema.graphql"
MISTAKES = """
type Seat { id: ID!, row: Int! }
enum SeatKind { aisle }
type SeatConnection { edges: [SeatEdge]! pageInfo: PageInfo }
type SeatEdge { cursor: String! node: [Seat!]! }
extend type Query { get_seats: SeatConnection }
"""
MISTAKEN = {
    "naming-convention",
    "no-unreachable-types",
    "relay-arguments",
    "relay-connection-types",
    "relay-edge-types",
    "require-description",
}


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


@pytest.fixture
def gateway() -> Iterator[Server]:
    with running_gateway(settings={"GATEWAY_SANDBOX_CONTACTS": "20"}) as server:
        yield server


def broken_rules(workshop: Workshop) -> set[str]:
    """Name the rules of graphql-eslint that the workshop's schema breaks."""
    linted = workshop.tool("eslint", "--format", "json", SCHEMA)
    (told,) = orjson.loads(linted.stdout)
    return {message["ruleId"].removeprefix("@graphql-eslint/") for message in told["messages"]}


def test_generated_types_compile_strictly_and_a_program_on_them_works(
    workshop: Workshop, gateway: Server
) -> None:
    workshop.compile_types("codegen")
    assert workshop.run("codegen/compiled/sample.js", f"{gateway.origin}/graphql") == [
        {
            "birthdate": "1990-02-28",
            "values": [43],
            "codes": ["DUPLICATE_CONTACT"],
            "duplicate": True,
            "found": [True],
            "revision": 1,
        }
    ]


def test_the_schema_follows_the_recommended_rules_and_relays(workshop: Workshop) -> None:
    assert broken_rules(workshop) == set()


def test_a_schema_with_mistakes_breaks_the_rules(workshop: Workshop) -> None:
    schema = workshop.folder / SCHEMA
    schema.write_text(schema.read_text(encoding="utf-8") + MISTAKES)
    assert broken_rules(workshop) == MISTAKEN
