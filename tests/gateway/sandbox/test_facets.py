"""Facets (contract 3.2)."""

from typing import Any

import pytest

from tests.support.emulation import Emulation
from tests.support.guestbook import open_guestbook

SUBSCRIPTION = "info.extendedFields.emailSubscriptions.subscriptionStatus"
EFFECTIVE = "info.extendedFields.emailSubscriptions.effectiveEmail"


async def counts(site: Emulation, condition: Any = None) -> dict[str, int]:
    answer = await site.ok("POST", "/contacts/facets/query", {"filter": condition})
    return {each["facetKey"]: each["count"] for each in answer["facets"]}


async def test_every_label_and_status_is_counted(site: Emulation) -> None:
    await open_guestbook(site)
    assert await counts(site) == {
        "contacts.all": 5,
        "contacts.notLabeled": 2,
        "contacts.customers": 0,
        "contacts.contacted-me": 0,
        "custom.vip": 2,
        "custom.news": 2,
        "custom.old": 0,
        "emailSubscriptions.subscribed": 1,
        "emailSubscriptions.unsubscribed": 1,
        "emailSubscriptions.pending": 0,
        "emailSubscriptions.bounced": 1,
        "emailSubscriptions.spam": 0,
        "emailSubscriptions.inactive": 0,
        "membershipStatus.approved": 1,
        "membershipStatus.denied": 0,
        "membershipStatus.pending": 1,
        "membershipStatus.inactive": 0,
    }


async def test_facets_read_as_the_contract_prints_them(site: Emulation) -> None:
    await open_guestbook(site)
    listed = await site.ok("GET", "/contacts/facets")
    facets = {each["facetKey"]: each for each in listed["facets"]}
    assert facets["contacts.all"] == {
        "facetType": "ALL_CONTACTS",
        "facetKey": "contacts.all",
        "facetDisplayName": "All Contacts",
        "count": 5,
    }
    assert facets["custom.vip"] == {
        "facetType": "LABEL",
        "namespace": "custom",
        "namespaceDisplayName": "Labels",
        "facetKey": "custom.vip",
        "facetDisplayName": "vip",
        "count": 2,
        "queryFilter": {"info.labelKeys": {"$hasSome": ["custom.vip"]}},
    }
    assert facets["emailSubscriptions.subscribed"] == {
        "facetType": "SUBSCRIPTION_STATUS",
        "namespace": "emailSubscriptions",
        "namespaceDisplayName": "Subscription Status",
        "facetKey": "emailSubscriptions.subscribed",
        "facetDisplayName": "Subscribed",
        "count": 1,
        "queryFilter": {SUBSCRIPTION: {"$eq": "SUBSCRIBED"}},
    }
    assert listed["pagingMetadata"] == {"count": 17, "offset": 0, "total": 17}


async def test_a_facets_own_query_finds_as_many_as_it_counts(site: Emulation) -> None:
    await open_guestbook(site)
    listed = (await site.ok("GET", "/contacts/facets"))["facets"]
    queries = [(each["queryFilter"], each["count"]) for each in listed if "queryFilter" in each]
    found = [(query, len(await site.found(query))) for query, _ in queries]
    assert (found, len(queries)) == (queries, 15)


async def test_facets_are_paged(site: Emulation) -> None:
    first = await site.ok("GET", "/contacts/facets", **{"paging.limit": "2"})
    body = {"paging": {"limit": 2, "offset": 1}}
    second = await site.ok("POST", "/contacts/facets/query", body)
    keys = [[each["facetKey"] for each in page["facets"]] for page in (first, second)]
    assert keys == [
        ["contacts.all", "contacts.notLabeled"],
        ["contacts.notLabeled", "contacts.customers"],
    ]
    assert second["pagingMetadata"] == {"count": 2, "offset": 1, "total": 14}


async def test_system_labels_are_translated(site: Emulation) -> None:
    for answer in (
        await site.ok("GET", "/contacts/facets", language="fr"),
        await site.ok("POST", "/contacts/facets/query", {"language": "fr"}),
    ):
        customers = next(f for f in answer["facets"] if f["facetKey"] == "contacts.customers")
        shown = (customers["facetDisplayName"], customers["namespaceDisplayName"])
        assert shown == ("Clients", "Libellés")


async def test_counts_follow_the_filter(site: Emulation) -> None:
    await open_guestbook(site)
    without = await counts(site, {EFFECTIVE: {"$exists": False}})
    assert (without["contacts.all"], without["custom.news"], without["custom.vip"]) == (2, 1, 0)
    assert without["contacts.notLabeled"] == 1
    some = await counts(site, {SUBSCRIPTION: {"$in": ["SUBSCRIBED", "UNSUBSCRIBED"]}})
    assert (some["contacts.all"], some["custom.vip"], some["membershipStatus.pending"]) == (2, 2, 1)


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ({"info.name.first": "Ada"}, "UNSUPPORTED_FILTER_FIELD_UNKNOWN"),
        ({EFFECTIVE: "ada@example.com"}, "UNSUPPORTED_FILTER_OPERATOR"),
        ({SUBSCRIPTION: {"$in": "SUBSCRIBED"}}, "UNSUPPORTED_FILTER_VALUE_TYPE"),
        ("all", "MALFORMED_FILTER"),
    ],
)
async def test_only_email_subscriptions_filter_facets(
    site: Emulation, condition: Any, code: str
) -> None:
    refused = await site.refused("POST", "/contacts/facets/query", {"filter": condition})
    assert refused == (400, code, {})


async def test_wrong_parameters_are_refused(site: Emulation) -> None:
    wrong = {"paging.limit": "1001", "language": "deutsch"}
    assert await site.violations("GET", "/contacts/facets", **wrong) == [
        ("paging.limit", "MAX"),
        ("language", "FORMAT"),
    ]
