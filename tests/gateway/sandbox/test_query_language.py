"""Every row of the contract's operator tables, judged by plain Python (contract 2.3, 3.2, 4, 5)."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.emulation import Emulation, emulation
from tests.support.guestbook import FIELDS, open_guestbook
from tests.support.operator_tables import (
    CONTACTS,
    EXTENDED,
    OPERATORS,
    TABLES,
    comparable,
    questions,
)
from tests.support.plain_queries import holds, values

WRAPPERS = {"contacts": "contacts", "labels": "labels", "extended-fields": "fields"}
DATED = {"createdDate": "2026-01-01T00:00:00.000Z", "updatedDate": "2026-01-02T00:00:00.000Z"}
ROWS = [(table, name) for table, rows in TABLES.items() for name in rows]


@pytest.fixture
async def full(site: Emulation) -> Emulation:
    """A site with something of everything."""
    await open_guestbook(site)
    app_label = {"key": "app.x", "displayName": "Caf\u00e9", "labelType": "WIX_APP_DEFINED"}
    site.store.load(labels=[app_label | DATED], fields=[FIELDS[0] | DATED | {"key": "custom.t2"}])
    return site


async def ask(site: Emulation, table: str, **query: Any) -> list[dict[str, Any]]:
    answer = await site.ok("POST", f"/{table}/query", {"query": query})
    rows: list[dict[str, Any]] = answer[WRAPPERS[table]]
    return rows


@pytest.mark.parametrize(("table", "name"), ROWS)
async def test_supported_operators_select_the_right_rows(
    full: Emulation, table: str, name: str
) -> None:
    row = TABLES[table][name]
    every = await ask(full, table)
    for operator in row.operators.split():
        for operand in questions(operator, row.operands):
            found = await ask(full, table, filter={name: {operator: operand}})
            oracle = {name: {operator: comparable(operand)}}
            expected = [each for each in every if holds(oracle, each)]
            assert (operator, operand, found) == (operator, operand, expected)


@pytest.mark.parametrize(("table", "name"), ROWS)
async def test_other_operators_are_refused(full: Emulation, table: str, name: str) -> None:
    row = TABLES[table][name]
    refused = {}
    for operator in set(OPERATORS) - set(row.operators.split()):
        body = {"query": {"filter": {name: {operator: ["x"]}}}}
        refused[operator] = await full.refused("POST", f"/{table}/query", body)
    codes = {operator: answer[:2] for operator, answer in refused.items()}
    assert codes == dict.fromkeys(refused, (400, "UNSUPPORTED_FILTER_OPERATOR"))


@pytest.mark.parametrize(("table", "name"), ROWS)
async def test_only_sortable_fields_sort(full: Emulation, table: str, name: str) -> None:
    if not TABLES[table][name].sortable:
        code = "UNSUPPORTED_SORT_FIELD" if table == "contacts" else "INVALID_SORT"
        body = {"query": {"sort": [{"fieldName": name}]}}
        assert await full.refused("POST", f"/{table}/query", body) == (400, code, {})
        return
    every = await ask(full, table, sort=[{"fieldName": "createdDate"}])
    for order in ("ASC", "DESC"):
        found = await ask(full, table, sort=[{"fieldName": name, "order": order}])
        assert sorted(map(repr, found)) == sorted(map(repr, every))
        keys = [_key(name, each) for each in found]
        present = [key for key in keys if key is not None]
        assert present == sorted(present, reverse=order == "DESC")
        assert keys == [*present, *[None] * (len(keys) - len(present))]


def _key(name: str, document: Mapping[str, Any]) -> Any:
    path = name.replace(f"{EXTENDED}.emailSubscriptions.effectiveEmail", "primaryInfo.email")
    found = values(path, document)
    if not found:
        return None
    return found[0].casefold() if isinstance(found[0], str) else found[0]


@st.composite
def _conditions(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from([each for each in CONTACTS if CONTACTS[each].operators]))
    row = CONTACTS[name]
    chosen = draw(st.lists(st.sampled_from(row.operators.split()), min_size=1, max_size=2))
    operands = row.operands or ("x",)
    comparisons: dict[str, Any] = {
        operator: draw(st.sampled_from(list(questions(operator, operands)))) for operator in chosen
    }
    bare = comparisons.get("$eq")
    return {name: bare if len(comparisons) == 1 and bare is not None else comparisons}


_FILTERS = st.recursive(
    _conditions(),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$and": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"$or": parts}),
        inner.map(lambda part: {"$not": part}),
        st.tuples(inner, inner).map(lambda two: two[0] | two[1]),
    ),
    max_leaves=8,
)


def _spelled(condition: Any) -> Any:
    if isinstance(condition, dict):
        return {name: _spelled(value) for name, value in condition.items()}
    if isinstance(condition, list):
        return [_spelled(each) for each in condition]
    return comparable(condition)


def test_whatever_is_combined_the_oracle_agrees() -> None:
    with emulation() as site:
        every = asyncio.run(open_guestbook(site))

        @settings(max_examples=300, deadline=None)
        @given(condition=_FILTERS)
        def agrees(condition: dict[str, Any]) -> None:
            found = asyncio.run(ask(site, "contacts", filter=condition))
            assert found == [each for each in every if holds(_spelled(condition), each)]

        agrees()
