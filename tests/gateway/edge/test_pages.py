"""Rows that an operation asks for: whatever way the sizes of its pages are told."""

from typing import Any

import pytest
from graphql import build_schema, parse

from gateway.edge.limits import Limits
from gateway.edge.pages import Pages
from gateway.edge.refusals import Refusal

SCHEMA = build_schema("""
  interface Row { id: ID rows(first: Int = 5, last: Int): [Row] }
  type A implements Row { id: ID rows(first: Int = 5, last: Int): [Row] all: [Row] }
  type Connection { nodes: [A] pageInfo: ID }
  type Query {
    rows(first: Int = 5, last: Int): [Row] a: A must(first: Int!): [Row]
    named(ids: [ID!]!): [Row] all(kinds: [ID!]): [Row!]! connected(first: Int = 5): Connection
  }
""")
LARGEST = 100


def rows(text: str, name: str | None = None, **variables: Any) -> int:
    """Tell how many rows an operation asks for: as many as must be allowed for it to pass."""
    low, high = 0, 1_000_000
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(text, middle, name, variables) else (middle + 1, high)
    return low


def passes(text: str, most: int, name: str | None, variables: dict[str, Any]) -> bool:
    pages = Pages(SCHEMA, Limits(page_size=LARGEST, page_rows=most))
    try:
        pages.admit(pages.plan(parse(text), name), variables)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ a { id } }", {}, 0),
        ("{ rows(first: 7) { id } }", {}, 7),
        ("{ rows { id } }", {}, 5),
        ("{ rows(first: 3, last: 4) { id } }", {}, 7),
        ("query($n: Int) { rows(first: $n) { id } }", {"n": 7}, 7),
        ("query($n: Int) { rows(first: $n) { id } }", {}, 5),
        ("query($n: Int = 9) { rows(first: $n) { id } }", {}, 9),
        ("query($n: Int = 9) { rows(first: $n) { id } }", {"n": 2}, 2),
        ("query($n: Int) { rows(first: $n) { id } }", {"n": 7.0}, 7),
        ("query($n: Int) { rows(first: $n) { id } }", {"n": "seven"}, 0),
        ("query($n: Int) { rows(first: $n) { id } }", {"n": float("inf")}, 0),
        ("query($n: Int) { rows(first: $n) { id } }", {"n": -7}, 0),
        ("{ rows(first: 2) { rows(first: 3) { rows(first: 4) { id } } } }", {}, 32),
        ("{ x: rows(first: 2) { id } y: rows(first: 3) { id } }", {}, 5),
        ("{ a { rows(first: 2) { ... on A { all { rows(first: 3) { id } } } } } }", {}, 8),
        ("{ ...F ...F } fragment F on Query { rows(first: 7) { id } }", {}, 7),
        ("{ ... { rows(first: 7) { id } } }", {}, 7),
        ("{ a { ...F } x: a { ...F } } fragment F on A { rows(first: 7) { id } }", {}, 14),
    ],
)
def test_rows_are_multiplied_downwards_and_added_sideways(
    text: str, variables: dict[str, Any], expected: int
) -> None:
    assert rows(text, **variables) == expected


def test_only_the_operation_that_is_executed_counts() -> None:
    text = "query A { rows(first: 2) { id } } query B { rows(first: 9) { id } }"
    assert (rows(text, "A"), rows(text, "B")) == (2, 9)


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("{ rows(first: 101) { id } }", {}),
        ("{ rows(last: 101) { id } }", {}),
        ("query($n: Int) { a { rows(first: $n) { id } } }", {"n": 101}),
        ("query($n: Int) { a { rows(first: $n) { id } } }", {"n": 101.0}),
        ("query($n: Int = 101) { a { rows(first: $n) { id } } }", {}),
        ("{ rows(first: 0) { rows(first: 101) { id } } }", {}),
    ],
)
def test_no_page_is_larger_than_the_largest(text: str, variables: dict[str, Any]) -> None:
    pages = Pages(SCHEMA, Limits(page_size=LARGEST))
    with pytest.raises(Refusal) as caught:
        pages.admit(pages.plan(parse(text), None), variables)
    assert (caught.value.code, caught.value.details) == ("PAGE_TOO_LARGE", {"limit": 100})


def test_fragments_that_double_are_looked_at_once() -> None:
    doubling = " ".join(
        f"fragment F{n} on Row {{ x: rows(first: 1) {{ ...F{n + 1} }} "
        f"y: rows(first: 1) {{ ...F{n + 1} }} }}"
        for n in range(60)
    )
    text = f"{{ rows(first: 1) {{ ...F0 }} }} {doubling} fragment F60 on Row {{ id }}"
    assert not passes(text, 1_000_000, None, {})


def has_more_fields(text: str, most: int, variables: dict[str, Any]) -> bool:
    pages = Pages(SCHEMA, Limits(page_rows=1_000_000, row_fields=most))
    try:
        pages.admit(pages.plan(parse(text), None), variables)
    except Refusal as refusal:
        return refusal.code == "TOO_MANY_FIELDS"
    return False


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("{ a { id x: id } }", {}, 0),
        ("{ rows(first: 7) { id } }", {}, 7),
        ("{ rows(first: 7) { id x: id __typename } }", {}, 21),
        ("{ rows(first: 7) { ...F ...F ... { id } } } fragment F on Row { id x: id }", {}, 21),
        ("{ rows(first: 2) { ... on A { all { id x: id } } } }", {}, 2 * (1 + 10 * 2)),
        ("{ a { all { rows(first: 2) { id x: id } } } }", {}, 10 * 2 * 2),
        ("{ a { all { all: rows { id } } } }", {}, 10 * 5),
        ("{ connected(first: 2) { nodes { id x: id } } }", {}, 2 * (1 + 2)),
        ("{ connected(first: 2) { nodes { all { id } } } }", {}, 2 * (1 + 1 + 10)),
        ("{ rows(first: 2) { id rows(first: 3) { id x: id } } }", {}, 2 * (2 + 3 * 2)),
        ("{ rows(first: 2) { id } x: rows(first: 3) { id } }", {}, 5),
        ('{ named(ids: ["a", "b", "c"]) { id x: id } }', {}, 6),
        ('{ named(ids: "a") { id x: id } }', {}, 2),
        ("query($i: [ID!]!) { named(ids: $i) { id x: id } }", {"i": ["a", "b", "c"]}, 6),
        ("query($i: [ID!]!) { named(ids: $i) { id x: id } }", {"i": "a"}, 2),
        ('query($i: [ID!]! = ["a", "b"]) { named(ids: $i) { id x: id } }', {}, 4),
        ('{ named(ids: ["a", "b"]) { rows(first: 3) { id } } }', {}, 2 * (1 + 3)),
        ("{ all { id x: id } }", {}, 200),
        ('{ all(kinds: ["one"]) { id x: id } }', {}, 200),
    ],
)
def test_fields_count_once_for_each_row(
    text: str, variables: dict[str, Any], expected: int
) -> None:
    assert not has_more_fields(text, expected, variables)
    assert expected == 0 or has_more_fields(text, expected - 1, variables)


def test_what_is_named_one_by_one_is_no_page() -> None:
    pages = Pages(SCHEMA, Limits(page_size=2))
    plan = pages.plan(parse("query($i: [ID!]!) { named(ids: $i) { id } }"), None)
    pages.admit(plan, {"i": ["a", "b", "c"]})
