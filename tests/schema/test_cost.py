"""What operations are estimated to cost, and what the schema says of it."""

from typing import Any, Final

import pytest
from graphql import parse, validate

from schema.build import core_schema, print_sdl
from schema.cost.estimator import Estimator
from schema.cost.plans import TooManyPlaces
from tests.support.site import NOBODY, the_schema

SCHEMA: Final = core_schema(the_schema())
ESTIMATOR: Final = Estimator(SCHEMA)
LABELS_PER_CONTACT: Final = 2000


def guid(number: int) -> str:
    return NOBODY[:-6] + f"{number:06}"


def estimated(document: str, operation: str | None = None, /, **variables: Any) -> int:
    parsed = parse(document)
    assert validate(SCHEMA, parsed) == []
    return ESTIMATOR.quote(parsed, operation).calls(variables)


@pytest.mark.parametrize(
    "document",
    [
        "{ __typename }",
        "{ viewer { subject scopes } rateLimit { remaining } }",
        "{ __schema { types { name fields { name } } } _service { sdl } }",
        "query ($x: Boolean!) { ...A } fragment A on Query { viewer { siteId @skip(if: $x) } }",
    ],
)
def test_what_asks_nothing_of_wix_is_free(document: str) -> None:
    assert estimated(document) == 0


@pytest.mark.parametrize(
    ("document", "calls"),
    [
        ("{ contacts { nodes { id name { full } emails { email } labelKeys } } }", 1),
        ("{ contacts { totalCount pageInfo { hasNextPage } } }", 1),
        ("{ contacts(first: 100) { nodes { labels { key displayName } } } }", 2),
        ("{ contacts { edges { node { labels { key } } } } }", 2),
        ("{ contacts { nodes { labels { key } extendedFields { definition { key } } } } }", 4),
        ("{ contacts { nodes { labels { contactCount } } } }", 4),
        ("{ a: contacts { nodes { id } } b: contacts { nodes { id } } }", 2),
        ("{ labels { nodes { key } } }", 1),
        ("{ labels(first: 30) { nodes { contacts { totalCount } } } }", 31),
        ("{ labels { nodes { contacts { totalCount } } } }", 51),
        ("{ labels(first: 3) { nodes { contacts { nodes { labels { key } } } } } }", 7),
        ('{ label(key: "a.b") { contactCount contacts(first: 9) { totalCount } } }', 4),
        ("{ contactFacets { count label { displayName } } }", 3),
        ("{ extendedFields { nodes { key } } bulkJobs { id } }", 2),
        (f'{{ bulkJob(id: "{NOBODY}") {{ id }} }}', 1),
    ],
)
def test_a_query_costs_its_lists_and_one_batch_of_each_kind(document: str, calls: int) -> None:
    assert estimated(document) == calls


def test_a_list_under_each_label_of_each_contact_costs_the_most_labels_they_can_have() -> None:
    document = "{ contacts(first: 2) { nodes { labels { contacts { totalCount } } } } }"
    assert estimated(document) == 1 + 1 + 2 * LABELS_PER_CONTACT


def test_lists_that_come_at_times_of_their_own_each_make_a_batch() -> None:
    document = """{ labels(first: 5) { nodes { contacts(first: 9) { nodes {
      labels { key contactCount } } } } } }"""
    lists, batches_of_labels, facets = 1 + 5, 5, 2
    assert estimated(document) == lists + batches_of_labels + facets


@pytest.mark.parametrize(
    ("document", "calls"),
    [
        # One batch, and each may have to be followed to whom it was merged into.
        (f'{{ contact(id: "{guid(1)}") {{ id }} }}', 2),
        (f'{{ contact(id: "{guid(1)}") {{ labels {{ key }} }} }}', 3),
        (f'{{ a: contact(id: "{guid(1)}") {{ id }} b: contact(id: "{guid(1)}") {{ id }} }}', 2),
        (f'{{ a: contact(id: "{guid(1)}") {{ id }} b: contact(id: "{guid(2)}") {{ id }} }}', 4),
        (f'{{ node(id: "{guid(1)}") {{ id }} }}', 1),
        ('{ node(id: "custom.lead") { id ... on Label { displayName } } }', 1),
        (f'{{ nodes(ids: ["{guid(1)}", "custom.lead", "neither"]) {{ id }} }}', 2),
        ('{ label(key: "custom.lead") { key } extendedField(key: "custom.tier") { key } }', 3),
    ],
)
def test_look_ups_cost_a_batch_of_each_kind(document: str, calls: int) -> None:
    assert estimated(document) == calls


@pytest.mark.parametrize(
    "document",
    [
        '{ contact(id: "nobody") { labels { key } } label(key: "nokey") { contactCount } }',
        '{ nodes(ids: ["nobody", "5"]) { id } extendedField(key: "nokey") { key } }',
        "{ nodes(ids: []) { id ... on Contact { labels { contacts { totalCount } } } } }",
        "{ _entities(representations: []) { ... on Label { contactCount } } }",
    ],
)
def test_what_cannot_be_anybody_s_id_is_free(document: str) -> None:
    assert estimated(document) == 0


@pytest.mark.parametrize(("many", "calls"), [(1, 1), (10, 10), (11, 11), (1_000, 11), (1_011, 12)])
def test_a_batch_of_contacts_takes_a_query_and_a_few_that_are_asked_for_alone(
    many: int, calls: int
) -> None:
    references = [{"__typename": "Contact", "id": guid(number)} for number in range(many)]
    document = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Contact { id } } }"
    assert estimated(document, r=references) == calls


@pytest.mark.parametrize(
    ("variables", "calls"),
    [
        ({}, 8),
        ({"first": 3}, 4),
        ({"first": 3.0}, 4),
        ({"first": 100}, 101),
        ({"first": 0}, 1),
        # Nothing of this is executed: it counts as the worst.
        ({"first": "3"}, 101),
        ({"first": -1}, 101),
        ({"first": 10**30}, 101),
        ({"first": None}, 101),
    ],
)
def test_variables_and_their_defaults_are_what_counts(
    variables: dict[str, Any], calls: int
) -> None:
    document = """query ($first: Int! = 7) {
      labels(first: $first) { nodes { contacts { totalCount } } }
    }"""
    assert estimated(document, **variables) == calls


def test_an_argument_without_a_value_has_the_schema_s_default() -> None:
    document = "query ($n: Int) { labels(first: $n) { nodes { contacts { totalCount } } } }"
    assert [estimated(document), estimated(document, n=2)] == [51, 3]


@pytest.mark.parametrize(
    ("wanted", "calls"), [({"w": True}, 2), ({"w": False}, 1), ({}, 1), ({"w": "true"}, 1)]
)
def test_what_is_left_out_costs_nothing(wanted: dict[str, Any], calls: int) -> None:
    document = """query ($w: Boolean = false) { contacts { nodes { ...L @include(if: $w) } } }
    fragment L on Contact { labels { key } }"""
    assert estimated(document, **wanted) == calls


def test_what_is_asked_for_twice_is_there_when_one_of_both_is() -> None:
    document = """query ($no: Boolean = true) { contacts { nodes {
      labels @skip(if: $no) { key } ... on Node { ... on Contact { labels { key } } }
    } } }"""
    assert estimated(document) == 2


def test_fields_of_one_name_are_one_field() -> None:
    document = """{ labels(first: 2) { nodes { ...A ...B contacts { totalCount } } } }
    fragment A on Label { contacts { nodes { id } } }
    fragment B on Label { contacts { nodes { labels { key } } } }"""
    assert estimated(document) == 1 + 2 + 2


def test_the_operation_to_be_executed_is_the_one_that_counts() -> None:
    document = "query A { viewer { subject } } query B { contacts { totalCount } }"
    assert [estimated(document, "A"), estimated(document, "B")] == [0, 1]


LABEL_CONTACT = """mutation ($input: LabelContactInput!) {
  labelContact(input: $input) { contact { id } userErrors { code } }
}"""


@pytest.mark.parametrize(
    ("given", "calls"),
    [
        ({"labelKeys": ["a.b"]}, 1),
        # Refused, it takes another call to say which key is nobody's.
        ({"labelKeys": ["a.b", "a.c"]}, 2),
        # A look-up of all names, the contact, and each name that has to be created.
        ({"labelNames": ["A"]}, 4),
        ({"labelNames": ["A", "B", "A"]}, 5),
        ({"labelNames": ["A"], "labelKeys": ["a.b", "a.c"]}, 5),
        ({"labelNames": [f"N{number}" for number in range(200)]}, 103),
        ({"labelNames": "A"}, 4),
        ({"labelNames": {"no": "list"}, "labelKeys": [5, None]}, 1),
    ],
)
def test_labelling_costs_what_finding_the_labels_may_take(
    given: dict[str, Any], calls: int
) -> None:
    assert estimated(LABEL_CONTACT, input={"contactId": guid(1), **given}) == calls


@pytest.mark.parametrize("given", [None, "text", 5, []])
def test_an_input_that_is_none_counts_as_the_call_alone(given: Any) -> None:
    assert estimated(LABEL_CONTACT, input=given) == 1


def test_a_write_is_followed_by_what_it_shows_or_by_what_speaks_against_it() -> None:
    shown = "contact { labels { key contactCount } }"
    against = """userErrors { code ... on DuplicateContact { duplicate { id } }
      ... on RevisionConflict { currentRevision } }"""
    written = 'createContact(input: {info: {company: "Acme"}})'
    assert estimated(f"mutation {{ {written} {{ {shown} }} }}") == 1 + 1 + 2
    assert estimated(f"mutation {{ {written} {{ {against} }} }}") == 1 + 1
    assert estimated(f"mutation {{ {written} {{ {shown} {against} }} }}") == 1 + 1 + 2


def test_the_writes_of_a_document_add_up() -> None:
    document = """mutation {
      a: findOrCreateLabel(input: {displayName: "A"}) { label { contactCount } }
      b: renameLabel(input: {key: "a.b", displayName: "B"}) { label { contactCount } }
      c: deleteLabel(input: {key: "a.b"}) { deletedLabelKey }
    }"""
    assert estimated(document) == (1 + 2) + (1 + 2) + 1


@pytest.mark.parametrize("asker", ["query", "query ($n: Int!)"])
def test_fragments_that_multiply_are_not_looked_at_to_their_end(asker: str) -> None:
    down = "labels { contacts { nodes { %s } } }"
    spread = [
        f"fragment F{at} on Contact {{ a: {down} b: {down} }}"
        % ((f"...F{at + 1}" if at < 30 else "id",) * 2)
        for at in range(31)
    ]
    first = "first: $n" if "$" in asker else "first: 1"
    document = f"{asker} {{ contacts({first}) {{ nodes {{ ...F0 }} }} }} {' '.join(spread)}"
    with pytest.raises(TooManyPlaces):
        ESTIMATOR.quote(parse(document), None)


@pytest.mark.parametrize(
    ("field", "directives"),
    [
        (
            "  ): ContactConnection",
            (
                '@cost(weight: 1) @listSize(slicingArguments: ["first"], '
                'sizedFields: ["nodes", "edges"], requireOneSlicingArgument: false)'
            ),
        ),
        (
            "  labels: [Label!]",
            "@cost(weight: 0) @listSize(assumedSize: 2000, requireOneSlicingArgument: false)",
        ),
        ("  contactCount: Int", "@cost(weight: 0)"),
        ("  ): LabelContactPayload", "@cost(weight: 1)"),
    ],
)
def test_the_schema_says_what_fields_cost(field: str, directives: str) -> None:
    said = f"{field} {directives}"
    assert any(f"{line} ".startswith(f"{said} ") for line in print_sdl().splitlines())


def test_every_field_that_leads_to_wix_has_its_price() -> None:
    for root in (SCHEMA.query_type, SCHEMA.mutation_type):
        assert root is not None
        priced = {name for kind, name in ESTIMATOR.priced if kind == root.name}
        free = {"viewer", "rateLimit", "_service"} if root is SCHEMA.query_type else set()
        assert priced == root.fields.keys() - free
