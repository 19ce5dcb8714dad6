"""Contact calls: what goes out and what comes back (contract 3.2)."""

from typing import Any

import pytest

from gateway.errors import ContactNotFound, InvalidInput
from gateway.model.changes import ContactInfo, EmailEntry, NameChange
from gateway.model.contacts import Contact
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Order, Query, Slice
from gateway.wix.api import Wix
from tests.support.upstream import Upstream, reply

ID = "8a1f0f4e-2c4e-4d37-9a7b-0d3e5b5b7f11"
OTHER = "f274f4a0-664a-457a-a83a-d46ea5fb9f54"
PATH = "/contacts/v4/contacts"
BODY = {"contact": {"id": ID, "revision": 2}}
CONTACT = Contact(id=ID, revision=2)


async def test_creation_leaves_out_what_is_absent_and_what_is_null() -> None:
    upstream = Upstream.of(reply(BODY))
    info = ContactInfo(
        name=NameChange(first="Ada", last=None),
        emails=(EmailEntry("ada@example.com"),),
        company=None,
    )
    assert await upstream.connect().contacts.create(info, allow_duplicates=True) == CONTACT
    assert upstream.asked == [
        (
            "POST",
            PATH,
            {
                "info": {
                    "name": {"first": "Ada"},
                    "emails": {"items": [{"email": "ada@example.com"}]},
                },
                "allowDuplicates": True,
            },
        )
    ]
    assert upstream.requests[0].headers["content-type"] == "application/json"


async def test_a_contact_that_was_merged_away_is_read_as_its_target() -> None:
    upstream = Upstream.of(reply({**BODY, "responseType": "MERGED"}))
    assert await upstream.connect().contacts.get(OTHER) == CONTACT
    assert upstream.asked == [("GET", f"{PATH}/{OTHER}", None)]


async def test_listing_orders_and_slices() -> None:
    upstream = Upstream.of(reply({"contacts": [BODY["contact"]], "pagingMetadata": {"total": 9}}))
    page = await upstream.connect().contacts.list(
        Slice(8, 10), Order("last_activity_at", descending=True)
    )
    assert page == Page((CONTACT,), offset=8, total=9)
    assert upstream.asked == [
        (
            "GET",
            (
                f"{PATH}?sort.fieldName=lastActivity.activityDate&sort.order=DESC"
                "&paging.limit=10&paging.offset=8"
            ),
            None,
        )
    ]


async def test_listing_needs_no_arguments() -> None:
    upstream = Upstream.of(reply({"contacts": []}))
    assert await upstream.connect().contacts.list() == Page((), offset=0, total=None)
    assert upstream.asked == [("GET", f"{PATH}?paging.limit=50&paging.offset=0", None)]


async def test_a_query_travels_in_the_body() -> None:
    upstream = Upstream.of(reply({"contacts": [BODY["contact"]]}))
    query = Query(
        filter=Condition("labels", Operator.HAS_SOME, ("custom.vip",)),
        order=Order("created_at", descending=True),
        slice=Slice(0, 1000),
    )
    assert await upstream.connect().contacts.query(query) == Page((CONTACT,), offset=0)
    assert upstream.asked == [
        (
            "POST",
            f"{PATH}/query",
            {
                "query": {
                    "paging": {"limit": 1000, "offset": 0},
                    "filter": {"info.labelKeys": {"$hasSome": ["custom.vip"]}},
                    "sort": [{"fieldName": "createdDate", "order": "DESC"}],
                }
            },
        )
    ]


async def test_an_update_carries_the_revision_and_clears_with_null() -> None:
    upstream = Upstream.of(reply(BODY))
    updated = await upstream.connect().contacts.update(
        ID,
        revision=1,
        info=ContactInfo(company="Engine Ltd", job_title=None),
        allow_duplicates=False,
    )
    assert updated == CONTACT
    assert upstream.asked == [
        (
            "PATCH",
            f"{PATH}/{ID}",
            {
                "revision": 1,
                "info": {"company": "Engine Ltd", "jobTitle": None},
                "allowDuplicates": False,
            },
        )
    ]


async def test_a_deletion_has_no_body() -> None:
    upstream = Upstream.of(reply())
    await upstream.connect().contacts.delete(ID)
    assert upstream.asked == [("DELETE", f"{PATH}/{ID}", None)]


async def test_labels_are_added_in_the_body() -> None:
    upstream = Upstream.of(reply(BODY))
    labelled = await upstream.connect().contacts.label(ID, ["custom.vip", "custom.news"])
    assert labelled == CONTACT
    assert upstream.asked == [
        ("POST", f"{PATH}/{ID}/labels", {"labelKeys": ["custom.vip", "custom.news"]})
    ]


async def test_labels_are_removed_in_the_query_string() -> None:
    upstream = Upstream.of(reply(BODY))
    assert await upstream.connect().contacts.unlabel(ID, ["custom.a b", "custom.ü"]) == CONTACT
    assert upstream.asked == [
        (
            "DELETE",
            f"{PATH}/{ID}/labels?labelKeys=custom.a+b&labelKeys=custom.%C3%BC",
            None,
        )
    ]


async def test_more_keys_than_a_url_holds_are_refused_without_a_call() -> None:
    contacts = Upstream.of().connect().contacts
    with pytest.raises(InvalidInput, match="too long"):
        await contacts.unlabel(ID, ["custom." + "ü" * 100] * 100)


@pytest.mark.parametrize("body", [BODY, BODY["contact"]])
async def test_a_merge_names_the_revision_and_reads_both_documented_answers(body: object) -> None:
    upstream = Upstream.of(reply(body))
    merged = await upstream.connect().contacts.merge(ID, revision=2, source_ids=[OTHER])
    assert merged == CONTACT
    assert upstream.asked == [
        (
            "POST",
            f"{PATH}/{ID}/merge",
            {"targetContactRevision": 2, "sourceContactIds": [OTHER]},
        )
    ]


async def test_a_preview_names_only_the_sources() -> None:
    upstream = Upstream.of(reply(BODY))
    assert await upstream.connect().contacts.preview_merge(ID, [OTHER]) == CONTACT
    assert upstream.asked == [("POST", f"{PATH}/{ID}/preview-merge", {"sourceContactIds": [OTHER]})]


NOTHING = ContactInfo()
BY_ID: dict[str, Any] = {
    "get": lambda wix, key: wix.contacts.get(key),
    "delete": lambda wix, key: wix.contacts.delete(key),
    "update": lambda wix, key: wix.contacts.update(
        key, revision=1, info=NOTHING, allow_duplicates=False
    ),
    "label": lambda wix, key: wix.contacts.label(key, ["custom.vip"]),
    "unlabel": lambda wix, key: wix.contacts.unlabel(key, ["custom.vip"]),
    "merge": lambda wix, key: wix.contacts.merge(key, revision=1, source_ids=[OTHER]),
    "preview": lambda wix, key: wix.contacts.preview_merge(key, [OTHER]),
}


@pytest.mark.parametrize("call", BY_ID.values(), ids=BY_ID.keys())
@pytest.mark.parametrize("contact_id", ["", ".", "..", "facets", "query"])
async def test_an_id_that_leads_elsewhere_is_not_found_without_a_call(
    call: Any, contact_id: str
) -> None:
    wix: Wix = Upstream.of().connect()
    with pytest.raises(ContactNotFound):
        await call(wix, contact_id)


async def test_a_slash_in_an_id_stays_in_its_segment() -> None:
    upstream = Upstream.of(reply(BODY))
    await upstream.connect().contacts.get("../labels/query?x=1#y")
    assert upstream.asked == [("GET", f"{PATH}/..%2Flabels%2Fquery%3Fx%3D1%23y", None)]


async def test_a_number_beyond_64_bits_is_refused_without_a_call() -> None:
    info = ContactInfo(extended_fields=(("custom.n", 10**30),))
    with pytest.raises(InvalidInput, match="cannot be sent as JSON"):
        await Upstream.of().connect().contacts.create(info, allow_duplicates=False)
