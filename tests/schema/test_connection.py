"""Paging: every row once, in order, whatever the page's size; cursors bound to their list."""

import random
from typing import Any

import pytest

from tests.support.site import QUERY_CONTACTS, QUERY_LABELS, Site, opened

CONTACTS = """
query ($first: Int! = 25, $after: String, $filter: ContactFilter, $search: String,
       $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, filter: $filter, search: $search, orderBy: $orderBy) {
    nodes { id }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}
"""


async def page(site: Site, **variables: Any) -> Any:
    return (await site.run(CONTACTS, **variables)).whole["contacts"]


async def test_pages_of_changing_size_hold_every_row_once_in_order() -> None:
    sizes = random.Random(7)  # noqa: S311 - repeatable on purpose
    async with opened(contacts=250) as site:
        seen: list[str] = []
        after = None
        while True:
            found = await page(site, first=sizes.randint(1, 100), after=after)
            seen += [node["id"] for node in found["nodes"]]
            assert found["totalCount"] == 250
            assert found["pageInfo"]["hasPreviousPage"] == (after is not None)
            after = found["pageInfo"]["endCursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
        assert seen == site.ids()


async def test_a_page_tells_the_cursor_of_each_row_and_of_its_ends(site: Site) -> None:
    found = await page(site, first=3)
    cursors = [edge["cursor"] for edge in found["edges"]]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursors[0],
        "endCursor": cursors[-1],
    }
    following = [await page(site, first=1, after=cursor) for cursor in cursors]
    assert [each["nodes"][0]["id"] for each in following] == site.ids()[1:4]


async def test_the_last_full_page_has_no_next_page(site: Site) -> None:
    found = await page(site, first=12)
    assert (len(found["nodes"]), found["pageInfo"]["hasNextPage"]) == (12, False)


async def test_a_page_after_the_last_row_is_empty(site: Site) -> None:
    last = (await page(site, first=12))["pageInfo"]["endCursor"]
    found = await page(site, first=12, after=last)
    assert found == {
        "nodes": [],
        "edges": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": True,
            "startCursor": None,
            "endCursor": None,
        },
        "totalCount": 12,
    }


async def test_a_page_is_one_call_whatever_of_it_is_selected(site: Site) -> None:
    assert (await site.run(CONTACTS, first=5)).calls == {QUERY_CONTACTS: 1}


@pytest.mark.parametrize("first", [0, -1, 101, 2**31 - 1])
async def test_a_page_of_impossible_size_is_refused_without_a_call(site: Site, first: int) -> None:
    answer = await site.run(CONTACTS, first=first)
    assert answer.data == {"contacts": None}
    assert answer.calls == {}
    assert answer.errors == [
        {
            "message": f"first takes 1 to 100, got {first}",
            "locations": [{"line": 4, "column": 3}],
            "path": ["contacts"],
            "extensions": {
                "code": "INVALID_INPUT",
                "field": ["first"],
                "requestId": "the-request",
            },
        }
    ]


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"filter": {"company": {"exists": True}}},
        {"search": "a"},
        {"orderBy": {"field": "CREATED_AT"}},
        {"filter": {"company": {"eq": "x"}}, "orderBy": {"field": "COMPANY", "direction": "DESC"}},
    ],
    ids=["filter", "search", "order", "both"],
)
async def test_a_cursor_of_another_list_is_refused_without_a_call(
    site: Site, elsewhere: dict[str, Any]
) -> None:
    cursor = (await page(site, first=1))["pageInfo"]["endCursor"]
    answer = await site.run(CONTACTS, after=cursor, **elsewhere)
    assert (answer.data, answer.codes, answer.calls) == ({"contacts": None}, ["BAD_CURSOR"], {})
    assert answer.errors[0]["extensions"]["field"] == ["after"]


async def test_a_contacts_cursor_is_no_labels_cursor(site: Site) -> None:
    cursor = (await page(site, first=1))["pageInfo"]["endCursor"]
    answer = await site.run(
        "query ($after: String) { labels(after: $after) { totalCount } }", after=cursor
    )
    assert (answer.data, answer.codes, answer.calls) == ({"labels": None}, ["BAD_CURSOR"], {})


async def test_equal_moments_written_differently_are_the_same_list(site: Site) -> None:
    one = {"createdAt": {"gt": "2020-01-01T02:00:00+02:00"}}
    other = {"createdAt": {"gt": "2020-01-01T00:00:00.000Z"}}
    cursor = (await page(site, first=2, filter=one))["pageInfo"]["endCursor"]
    found = await page(site, first=1, after=cursor, filter=other)
    assert [node["id"] for node in found["nodes"]] == [site.ids()[2]]


async def test_where_wix_cannot_count_the_total_is_null_and_paging_goes_on() -> None:
    async with opened(contacts=30) as site:
        site.sandbox.switches.change({"countCeiling": 10})
        found = await page(site, first=20)
        rest = await page(site, first=20, after=found["pageInfo"]["endCursor"])
        assert [found["totalCount"], found["pageInfo"]["hasNextPage"]] == [None, True]
        assert [len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]] == [10, False]


async def test_labels_and_fields_page_alike(site: Site) -> None:
    document = """
    query ($labels: String, $fields: String) {
      labels(first: 20, after: $labels) {
        nodes { key } edges { cursor node { key } } pageInfo { hasNextPage endCursor } totalCount
      }
      extendedFields(first: 10, after: $fields) {
        nodes { key } edges { cursor node { key } } pageInfo { hasNextPage endCursor } totalCount
      }
    }
    """
    first = (await site.run(document)).whole
    second = await site.run(
        document,
        labels=first["labels"]["pageInfo"]["endCursor"],
        fields=first["extendedFields"]["edges"][-1]["cursor"],
    )
    for name, total in (("labels", 26), ("extendedFields", 18)):
        both = [first[name], second.whole[name]]
        keys = [node["key"] for each in both for node in each["nodes"]]
        assert (len(keys), len(set(keys))) == (total, total)
        assert [each["totalCount"] for each in both] == [total, total]
        assert [each["pageInfo"]["hasNextPage"] for each in both] == [True, False]
    assert second.calls == {QUERY_LABELS: 1, "POST /contacts/v4/extended-fields/query": 1}
