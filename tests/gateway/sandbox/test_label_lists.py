"""Lists and queries of labels (contract 2.3)."""

from typing import Any

import pytest

from tests.support.emulated_labels import CUSTOMERS, VIP
from tests.support.emulation import Emulation

CONTACTED_ME = CUSTOMERS | {"key": "contacts.contacted-me", "displayName": "Contacted Me"}


async def names(site: Emulation, **params: str) -> list[str]:
    listed = await site.ok("GET", "/labels", **params)
    return [each["displayName"] for each in listed["labels"]]


async def test_the_list_is_newest_first_and_undated_last(site: Emulation) -> None:
    await site.label("VIP Customer")
    site.advance(1)
    await site.label("Newer")
    listed = await site.ok("GET", "/labels")
    newer = VIP | {
        "key": "custom.newer",
        "displayName": "Newer",
        "createdDate": "2026-03-04T09:15:03.311Z",
        "updatedDate": "2026-03-04T09:15:03.311Z",
    }
    assert listed == {
        "labels": [newer, VIP, CUSTOMERS, CONTACTED_ME],
        "metadata": {"count": 4, "offset": 0, "total": 4},
    }


async def test_the_list_is_filtered_sorted_and_paged_by_parameters(site: Emulation) -> None:
    for name in ("beta", "Alpha", "alphabet"):
        await site.label(name)
    assert await names(site, labelType="SYSTEM") == ["Customers", "Contacted Me"]
    assert await names(site, namespace="custom", startsWith="alpha") == ["alphabet"]
    assert await names(site, **{"labelType": "USER_DEFINED", "sort.fieldName": "displayName"}) == [
        "Alpha",
        "alphabet",
        "beta",
    ]
    params = {"sort.fieldName": "displayName", "sort.order": "DESC", "paging.limit": "1"}
    assert await names(site, **params, **{"paging.offset": "1"}) == ["Contacted Me"]
    assert await names(site, **{"paging.limit": "0"}) == []


@pytest.mark.parametrize(
    ("params", "violations"),
    [
        ({"labelType": "UNKNOWN"}, [("labelType", "INVALID_ENUM_VALUE")]),
        (
            {"namespace": "ab", "startsWith": ""},
            [("namespace", "MIN_LENGTH"), ("startsWith", "MIN_LENGTH")],
        ),
        ({"paging.limit": "2001"}, [("paging.limit", "MAX")]),
        (
            {"paging.limit": "-1", "paging.offset": "x"},
            [("paging.limit", "MIN"), ("paging.offset", "FORMAT")],
        ),
        ({"paging.offset": "9" * 30}, [("paging.offset", "MAX")]),
        ({"sort.fieldName": "x" * 101}, [("sort.fieldName", "MAX_LENGTH")]),
        ({"sort.order": "desc"}, [("sort.order", "INVALID_ENUM_VALUE")]),
    ],
)
async def test_wrong_list_parameters_are_refused(
    site: Emulation, params: dict[str, str], violations: list[tuple[str, str]]
) -> None:
    assert await site.violations("GET", "/labels", **params) == violations


async def test_labels_cannot_be_sorted_by_key(site: Emulation) -> None:
    refused = await site.refused("GET", "/labels", **{"sort.fieldName": "key"})
    assert refused == (400, "INVALID_SORT", {})


@pytest.mark.parametrize("body", [None, {}, {"query": None}, {"query": {"filter": {}}}])
async def test_a_query_for_nothing_in_particular_finds_all(
    site: Emulation, body: dict[str, Any] | None
) -> None:
    found = await site.ok("POST", "/labels/query", body)
    assert found == {
        "labels": [CUSTOMERS, CONTACTED_ME],
        "pagingMetadata": {"count": 2, "offset": 0, "total": 2, "tooManyToCount": False},
    }


async def test_totals_above_the_ceiling_are_left_out(site: Emulation) -> None:
    site.behave(count_ceiling=1)
    found = await site.ok("POST", "/labels/query", {"query": {"paging": {"limit": 1}}})
    assert found["pagingMetadata"] == {"count": 1, "offset": 0, "tooManyToCount": True}


async def test_labels_are_sorted_by_many_keys(site: Emulation) -> None:
    await site.label("a")
    site.advance(1)
    await site.label("b")
    await site.label("c")
    sort = [{"fieldName": "createdDate", "order": "DESC"}, {"fieldName": "displayName"}]
    found = await site.ok("POST", "/labels/query", {"query": {"sort": sort, "filter": {}}})
    shown = [each["displayName"] for each in found["labels"]]
    assert shown == ["b", "c", "a", "Contacted Me", "Customers"]


@pytest.mark.parametrize(
    ("query", "violations"),
    [
        ({"paging": {"limit": 2001}}, [("query.paging.limit", "MAX")]),
        ({"paging": []}, [("query.paging", "FORMAT")]),
        ({"sort": [{"fieldName": "key"}] * 101}, [("query.sort", "MAX_SIZE")]),
        (
            {"sort": [None, {"order": 1}]},
            [("query.sort[0]", "FORMAT"), ("query.sort[1].order", "INVALID_ENUM_VALUE")],
        ),
        ({"sort": "displayName"}, [("query.sort", "FORMAT")]),
    ],
)
async def test_wrong_queries_are_refused(
    site: Emulation, query: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    assert await site.violations("POST", "/labels/query", {"query": query}) == violations


async def test_a_sort_by_an_unknown_field_is_invalid(site: Emulation) -> None:
    query = {"sort": {"fieldName": "nothing", "order": "DESC"}}
    refused = await site.refused("POST", "/labels/query", {"query": query})
    assert refused == (400, "INVALID_SORT", {})
