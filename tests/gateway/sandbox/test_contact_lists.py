"""Lists of contacts: order, pages, projection (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation, emails


async def three(site: Emulation) -> None:
    for first, company in (("Cy", "b"), ("Ada", "a"), ("Bo", None)):
        await site.contact(name={"first": first}, company=company)
        site.advance(1)


async def listed(site: Emulation, **params: str) -> list[str]:
    contacts = (await site.ok("GET", "/contacts", **params))["contacts"]
    return [each["info"]["name"]["first"] for each in contacts]


async def test_the_oldest_comes_first(site: Emulation) -> None:
    await three(site)
    assert await listed(site) == ["Cy", "Ada", "Bo"]


async def test_contacts_of_one_moment_keep_the_order_they_were_made_in(site: Emulation) -> None:
    made = [await site.contact(name={"first": first}) for first in "CABD"]
    path = f"/contacts/{made[0]['id']}"
    await site.ok("PATCH", path, {"revision": 1, "info": {"company": "x"}})
    assert await listed(site) == ["C", "A", "B", "D"]
    assert await listed(site, **{"sort.fieldName": "info.company"}) == ["C", "A", "B", "D"]


async def test_lists_are_sorted_with_what_is_absent_last(site: Emulation) -> None:
    await three(site)
    by_company = {"sort.fieldName": "info.company"}
    assert await listed(site, **by_company) == ["Ada", "Cy", "Bo"]
    assert await listed(site, **by_company, **{"sort.order": "DESC"}) == ["Cy", "Ada", "Bo"]
    assert await listed(site, **{"sort.order": "DESC"}) == ["Cy", "Ada", "Bo"]


async def test_a_page_tells_where_it_stands(site: Emulation) -> None:
    await three(site)
    page = await site.ok("GET", "/contacts", **{"paging.limit": "2", "paging.offset": "1"})
    assert [each["info"]["name"]["first"] for each in page["contacts"]] == ["Ada", "Bo"]
    assert page["pagingMetadata"] == {
        "count": 2,
        "offset": 1,
        "total": 3,
        "tooManyToCount": False,
    }


async def test_fifty_contacts_are_a_page_unless_told_otherwise(site: Emulation) -> None:
    site.store.load(contacts=[{"info": {"name": {"first": str(n)}}} for n in range(1001)])
    assert [len(await listed(site, **params)) for params in ({}, {"paging.limit": "1000"})] == [
        50,
        1000,
    ]
    page = await site.ok("POST", "/contacts/query", {"query": {"paging": {"offset": 1000}}})
    assert page["pagingMetadata"]["count"] == 1


async def test_totals_above_the_ceiling_are_left_out(site: Emulation) -> None:
    await three(site)
    site.behave(count_ceiling=2)
    page = await site.ok("GET", "/contacts")
    assert page["pagingMetadata"] == {"count": 3, "offset": 0, "tooManyToCount": True}
    site.behave(count_ceiling=3)
    page = await site.ok("GET", "/contacts")
    assert page["pagingMetadata"]["total"] == 3


async def test_more_than_a_thousand_is_an_illegal_limit(site: Emulation) -> None:
    refusal: tuple[int, str, dict[str, Any]] = (400, "ILLEGAL_LIMIT", {})
    assert await site.refused("GET", "/contacts", **{"paging.limit": "1001"}) == refusal
    for limit in (1001, 10**15, "9" * 40):
        body = {"query": {"paging": {"limit": limit}}}
        assert await site.refused("POST", "/contacts/query", body) == refusal


@pytest.mark.parametrize(
    ("paging", "violations"),
    [
        ({"limit": -1}, [("query.paging.limit", "MIN")]),
        (
            {"limit": 1.5, "offset": True},
            [("query.paging.limit", "FORMAT"), ("query.paging.offset", "FORMAT")],
        ),
        ({"offset": 2**31}, [("query.paging.offset", "MAX")]),
        ({"offset": 10**30}, [("query.paging.offset", "MAX")]),
        ([1], [("query.paging", "FORMAT")]),
    ],
)
async def test_pages_that_cannot_be_are_refused(
    site: Emulation, paging: Any, violations: list[tuple[str, str]]
) -> None:
    body = {"query": {"paging": paging}}
    assert await site.violations("POST", "/contacts/query", body) == violations


async def test_two_sorts_are_too_many(site: Emulation) -> None:
    sort = [{"fieldName": "createdDate"}, {"fieldName": "info.company"}]
    violations = await site.violations("POST", "/contacts/query", {"query": {"sort": sort}})
    assert violations == [("query.sort", "MAX_SIZE")]


class TestProjection:
    """What of a contact is shown."""

    @pytest.fixture
    async def contact(self, site: Emulation) -> dict[str, Any]:
        return await site.contact(
            name={"first": "Ada"}, emails=emails("ada@example.com"), company="Analytical"
        )

    @pytest.mark.parametrize(
        ("params", "top", "info"),
        [
            ({"fieldsets": "BASIC"}, {"primaryInfo"}, {"name"}),
            ({"fieldsets": "COMMUNICATION_DETAILS"}, {"primaryInfo"}, {"name", "emails"}),
            ({"fieldsets": "EXTENDED"}, {"primaryInfo"}, {"name", "extendedFields"}),
            ({"fields": "source,updatedDate"}, {"source", "updatedDate"}, set()),
            ({"fields": ["source", "info.company"]}, {"source"}, {"company"}),
            ({"fields": "info.name.first"}, set(), {"name"}),
            (
                {"fields": "info.company", "fieldsets": "BASIC"},
                {"primaryInfo"},
                {"name", "company"},
            ),
            ({"fields": "nothing,revision.of,info.nothing"}, set(), set()),
        ],
    )
    async def test_fields_and_fieldsets_add_up(
        self,
        site: Emulation,
        contact: dict[str, Any],
        params: dict[str, Any],
        top: set[str],
        info: set[str],
    ) -> None:
        answer = (await site.ok("GET", f"/contacts/{contact['id']}", **params))["contact"]
        expected = {name: contact[name] for name in top | {"id", "revision"}}
        if info:
            expected["info"] = {name: contact["info"][name] for name in info}
        assert answer == expected
        page = await site.ok("GET", "/contacts", **params)
        assert page["contacts"] == [expected]

    @pytest.mark.parametrize(
        "query", [{}, {"fieldsets": ["FULL"], "fields": ["source"]}, {"fields": ["info"]}]
    )
    async def test_whole_objects_are_shown_whole(
        self, site: Emulation, contact: dict[str, Any], query: dict[str, Any]
    ) -> None:
        page = await site.ok("POST", "/contacts/query", {"query": query})
        assert page["contacts"][0]["info"] == contact["info"]

    async def test_outside_the_query_it_is_ignored(
        self, site: Emulation, contact: dict[str, Any]
    ) -> None:
        body = {"query": {}, "fields": ["source"], "filter": {"id": "none"}}
        assert (await site.ok("POST", "/contacts/query", body))["contacts"] == [contact]

    async def test_what_cannot_be_shown_is_refused(self, site: Emulation) -> None:
        query = {"fieldsets": ["ALL"], "fields": ["x" * 101, None]}
        violations = await site.violations("POST", "/contacts/query", {"query": query})
        assert violations == [
            ("query.fieldsets[0]", "INVALID_ENUM_VALUE"),
            ("query.fields[0]", "MAX_LENGTH"),
            ("query.fields[1]", "FORMAT"),
        ]
        many = await site.violations("GET", "/contacts", fields=",".join(["source"] * 101))
        assert many == [("fields", "MAX_SIZE")]


async def test_a_search_finds_whole_names_emails_and_phones(site: Emulation) -> None:
    await site.contact(name={"first": "Ada", "last": "Bo"}, emails=emails("ada@example.com"))
    await site.contact(
        name={"first": "Bo"}, phones={"items": [{"phone": "0501234567", "countryCode": "IL"}]}
    )

    async def searched(text: str) -> list[str]:
        body = {"search": text, "query": {"filter": {"info.name.first": {"$exists": True}}}}
        contacts = (await site.ok("POST", "/contacts/query", body))["contacts"]
        return [each["info"]["name"]["first"] for each in contacts]

    assert await searched("Bo") == ["Ada", "Bo"]
    assert await searched("ADA@example.com") == ["Ada"]
    assert await searched("0501234567") == await searched("+972501234567") == ["Bo"]
    assert await searched("ada") == await searched("Ad") == []
    assert await searched("") == ["Ada", "Bo"]
    long = await site.violations("POST", "/contacts/query", {"search": "x" * 101})
    assert long == [("search", "MAX_LENGTH")]
