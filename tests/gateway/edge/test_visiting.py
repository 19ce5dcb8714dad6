"""The one walk of all rules: it finds what graphql-core's own finds, in the same order."""

import pytest
from graphql import GraphQLError, parse, specified_rules
from graphql import validate as reference

from gateway.edge.visiting import validate
from schema.build import build_schema, core_schema
from tests.support.generated_documents import GENERATED
from tests.support.worst_documents import WORST

PUBLIC = core_schema(build_schema())
RECURSIVE = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"
DEEP = "{ viewer { ...F0 } }" + "".join(
    f" fragment F{n} on Viewer {{{' ...{' * 40} ...F{n + 1} {'}' * 40} }}" for n in range(40)
)
MISTAKES = (
    *("{ viewer }", "{ nothing { at } }", "{ contact { id } }", "{ contact(id: $id) { id } }"),
    "query A { viewer { subject } } query A { viewer { subject } }",
    "query ($id: ID!, $id: Int, $of: Contact) { contact(id: $id) { id { of } } }",
    "query ($first: String) { contacts(first: $first, first: 2) { nodes { id } } }",
    "{ viewer { ...Nobody } } fragment Unused on Viewer { subject }",
    (
        "query ($a: ID!) { ...F } fragment F on Query { contact(id: $a) { ...G } }"
        " fragment G on Contact { labels @include(if: $b) { key } }"
    ),
    "{ viewer { ... on Contact { id } } label(key: 1) { a: key a: displayName } }",
    "{ labels(filter: { and: [{ displayName: { eq: 1 }, nothing: 2 }] }) { nodes { key } } }",
    "{ viewer @skip { subject @skip(if: true) @skip(if: 7) @unknown } }",
    "mutation ($in: DeleteLabelInput!) { deleteLabel(input: $in, i: 1) { deletedLabelKey } }",
    "subscription { viewer } extend type Contact { id: ID }",
    RECURSIVE,
    DEEP,
)
LARGE = ("unknown fields", "nearly known fields", "unknown arguments", "undefined variables")
DOCUMENTS = {
    **{text[:60]: text for text in MISTAKES},
    **{name: WORST[name] for name in (*LARGE, "unused variables", "large arguments")},
    **GENERATED,
}


def told(errors: list[GraphQLError]) -> list[tuple[str, object]]:
    return [(error.message, error.locations) for error in errors]


@pytest.mark.parametrize("suggest", [True, False])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_finds_what_the_reference_finds(name: str, *, suggest: bool) -> None:
    document = parse(DOCUMENTS[name])
    expected = reference(
        PUBLIC, document, specified_rules, max_errors=20, hide_suggestions=not suggest
    )
    found = validate(PUBLIC, document, specified_rules, max_errors=20, hide_suggestions=not suggest)
    assert told(found) == told(expected)


@pytest.mark.parametrize("text", MISTAKES)
def test_every_mistake_is_found(text: str) -> None:
    assert validate(PUBLIC, parse(text), specified_rules, max_errors=20, hide_suggestions=True)


def test_a_walk_that_would_recurse_too_deeply_ends() -> None:
    (end,) = validate(PUBLIC, parse(DEEP), specified_rules, max_errors=20, hide_suggestions=True)
    assert end.message == "Validation aborted."
