"""What callers see when Wix fails: fields fail alone, in time, and say what helps."""

import asyncio
import dataclasses
from typing import Any

import pytest

from gateway.crm.contact_records import ContactRecords
from gateway.crm.contacts import ContactService
from gateway.model.contacts import Contact
from gateway.model.paging import Page
from gateway.model.queries import Query
from schema.faults import MASKED
from tests.support.site import (
    FACETS,
    LIST_LABELS,
    QUERY_CONTACTS,
    Site,
    forever,
    opened,
)

NEIGHBOURS = """{
  contacts(first: 1) { nodes { name { full } labels { key } } }
  labels(first: 1) { totalCount }
  contactFacets(types: [ALL_CONTACTS]) { count }
  viewer { subject }
}"""
LISTED = "{ contacts(first: 1) { nodes { id } } }"


async def test_one_throttled_root_never_nulls_its_neighbours(site: Site) -> None:
    site.fault(FACETS, status=429)
    answer = await site.run(NEIGHBOURS)
    assert answer.data == {
        "contacts": {
            "nodes": [
                {
                    "name": {"full": "Ada Lovelace"},
                    "labels": [{"key": "custom.vip-customer"}, {"key": "custom.newsletter"}],
                }
            ]
        },
        "labels": {"totalCount": 26},
        "contactFacets": None,
        "viewer": {"subject": "ada"},
    }
    assert [(error["path"], error["extensions"]["code"]) for error in answer.errors] == [
        (["contactFacets"], "THROTTLED")
    ]


async def test_throttled_labels_leave_the_contacts_intact(site: Site) -> None:
    site.fault(LIST_LABELS, status=429)
    answer = await site.run(
        "{ contacts(first: 2) { nodes { name { full } labelKeys labels { key } } } }"
    )
    assert answer.data["contacts"]["nodes"] == [
        {
            "name": {"full": "Ada Lovelace"},
            "labelKeys": ["custom.vip-customer", "custom.newsletter"],
            "labels": None,
        },
        {"name": {"full": "Alan Turing"}, "labelKeys": ["custom.beta-tester"], "labels": None},
    ]
    assert [error["path"] for error in answer.errors] == [
        ["contacts", "nodes", 0, "labels"],
        ["contacts", "nodes", 1, "labels"],
    ]
    assert answer.codes == ["THROTTLED"] * 2
    assert answer.calls == {QUERY_CONTACTS: 1, LIST_LABELS: 1}


async def test_everything_can_fail_at_once_and_what_is_free_remains(site: Site) -> None:
    site.fault("*", status=503)
    answer = await site.run(NEIGHBOURS)
    assert answer.data == {
        "contacts": None,
        "labels": None,
        "contactFacets": None,
        "viewer": {"subject": "ada"},
    }
    assert answer.codes == ["UPSTREAM_UNAVAILABLE"] * 3


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"status": 500}, "UPSTREAM_UNAVAILABLE"),
        ({"status": 503}, "UPSTREAM_UNAVAILABLE"),
        ({"status": 503, "json": False}, "UPSTREAM_UNAVAILABLE"),
        ({"kind": "drop"}, "UPSTREAM_UNAVAILABLE"),
        ({"kind": "half_body", "when": "after"}, "UPSTREAM_UNAVAILABLE"),
        ({"status": 429}, "THROTTLED"),
        ({"status": 429, "json": False}, "THROTTLED"),
        ({"status": 401}, "UPSTREAM_UNAUTHENTICATED"),
        ({"status": 403}, "UPSTREAM_FORBIDDEN"),
    ],
    ids=lambda value: str(value).replace("'", ""),
)
async def test_each_way_to_fail_has_its_code(site: Site, order: dict[str, Any], code: str) -> None:
    site.fault(QUERY_CONTACTS, **order)
    answer = await site.run(LISTED)
    assert (answer.data, answer.codes) == ({"contacts": None}, [code])
    assert answer.errors[0]["extensions"]["requestId"] == "the-request"


async def test_a_passing_failure_is_got_over(site: Site) -> None:
    site.fault(QUERY_CONTACTS, kind="drop", count=1)
    site.fault(QUERY_CONTACTS, status=503, count=1)
    answer = await site.run(LISTED)
    assert answer.whole == {"contacts": {"nodes": [{"id": site.ids()[0]}]}}
    assert answer.calls == {QUERY_CONTACTS: 3}


async def test_a_throttled_caller_learns_when_to_come_back(site: Site) -> None:
    site.fault(QUERY_CONTACTS, status=429, retry_after=37)
    with site.within(10):
        answer = await site.run(LISTED)
    assert answer.codes == ["THROTTLED"]
    assert answer.errors[0]["extensions"]["retryAfter"] == 37
    assert answer.calls == {QUERY_CONTACTS: 1}


async def test_the_sites_own_limit_is_told_apart_from_failure() -> None:
    async with opened(rate_limit=2) as site:
        answers = [
            await site.run(f"{{ contacts(first: {rows}) {{ nodes {{ id }} }} }}")
            for rows in (1, 2, 3)
        ]
        assert [answer.codes for answer in answers] == [[], [], ["THROTTLED"]]
        site.time.advance(60)
        assert (await site.run(LISTED)).codes == []


async def test_a_slow_upstream_is_given_up_at_the_deadline() -> None:
    async with opened(sleep=forever) as site:
        site.fault(QUERY_CONTACTS, kind="latency", seconds=1)
        with site.within(0.05):
            answer = await asyncio.wait_for(site.run(NEIGHBOURS), 5)
        assert answer.data["contacts"] is None
        assert answer.data["labels"] == {"totalCount": 26}
        assert answer.codes == ["UPSTREAM_TIMEOUT"]


async def test_a_deadline_that_has_passed_costs_no_call(site: Site) -> None:
    with site.within(0):
        answer = await site.run(NEIGHBOURS)
    assert answer.codes == ["UPSTREAM_TIMEOUT"] * 3
    assert answer.data["viewer"] == {"subject": "ada"}
    assert answer.calls == {}


class BrokenContacts(ContactService):
    """A service with a defect of our own."""

    async def find(self, query: Query) -> Page[Contact]:
        raise KeyError(f"the password is hunter2, asked {query!r}")


async def test_a_defect_of_ours_is_masked(site: Site) -> None:
    services = site.services
    records = ContactRecords(site.wix.contacts, services.freshness)
    broken = BrokenContacts(site.wix.contacts, services.labels, records, services.freshness)
    site.services = dataclasses.replace(site.services, contacts=broken)
    answer = await site.run(NEIGHBOURS)
    assert answer.data["contacts"] is None
    assert answer.data["labels"] == {"totalCount": 26}
    assert answer.errors == [
        {
            "message": MASKED,
            "locations": [{"line": 2, "column": 3}],
            "path": ["contacts"],
            "extensions": {"code": "INTERNAL", "requestId": "the-request"},
        }
    ]
