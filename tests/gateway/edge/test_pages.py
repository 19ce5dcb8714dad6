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
  type Query { rows(first: Int = 5, last: Int): [Row] a: A must(first: Int!): [Row] }
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
        ("query($n: Int) { rows(first: $n) { id } }", {"n": "seven"}, 0),
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
