"""Calls are counted by route, and the most of any minute are known."""

from dataclasses import replace

from tests.support.sandboxes import CONTACTS, EMPTY, LABELS, running


async def test_calls_are_counted_by_route() -> None:
    async with running(replace(EMPTY, contacts=1)) as site:
        contact = (await site.client.get(CONTACTS)).json()["contacts"][0]["id"]
        await site.client.get(f"{CONTACTS}/{contact}")
        await site.client.get(f"/_api{CONTACTS}/{contact}")
        await site.client.get(f"{CONTACTS}/facets")
        await site.client.get(f"{LABELS}/contacts.customers?key=contacts.customers")
        await site.client.get("/contacts/v5/contacts")
        assert await site.control("GET", "/calls") == {
            "total": 6,
            "routes": {
                "GET (unknown)": 1,
                "GET /contacts/v4/contacts": 1,
                "GET /contacts/v4/contacts/facets": 1,
                "GET /contacts/v4/contacts/{id}": 2,
                "GET /contacts/v4/labels/{key}": 1,
            },
            "peak": 6,
            "throttled": 0,
        }


async def test_the_peak_is_of_any_minute() -> None:
    async with running() as site:
        await site.statuses(3)
        site.time.advance(59)
        await site.statuses(2)
        site.time.advance(1)
        await site.statuses(1)
        assert site.sandbox.calls.peak == 5


async def test_throttled_and_unauthenticated_calls_are_counted() -> None:
    async with running(replace(EMPTY, rate_limit=1)) as site:
        await site.statuses(3)
        await site.client.get(LABELS, headers={"authorization": "wrong"})
        calls = await site.control("GET", "/calls")
        assert (calls["total"], calls["throttled"]) == (4, 2)


async def test_counters_can_be_zeroed() -> None:
    async with running() as site:
        await site.statuses(3)
        calls = await site.control("DELETE", "/calls")
        assert calls == {"total": 0, "routes": {}, "peak": 0, "throttled": 0}
