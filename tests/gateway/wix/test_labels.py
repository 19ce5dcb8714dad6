"""Label calls: what goes out and what comes back (contract 2)."""

from datetime import UTC, datetime

import pytest

from gateway.errors import InvalidInput, LabelNotFound, UpstreamUnavailable
from gateway.model.enums import LabelType
from gateway.model.labels import Label
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Order, Query, Slice
from tests.support.upstream import Upstream, reply

VIP_JSON = {
    "namespace": "custom",
    "namespaceDisplayName": "Labels",
    "key": "custom.vip-customer",
    "displayName": "VIP Customer",
    "labelType": "USER_DEFINED",
    "createdDate": "2026-03-04T09:15:02.311Z",
    "updatedDate": "2026-03-04T09:15:02Z",
    "legacyId": "tolerated",
}
VIP = Label(
    key="custom.vip-customer",
    display_name="VIP Customer",
    namespace="custom",
    type=LabelType.USER_DEFINED,
    namespace_display_name="Labels",
    created_at=datetime(2026, 3, 4, 9, 15, 2, 311_000, UTC),
    updated_at=datetime(2026, 3, 4, 9, 15, 2, tzinfo=UTC),
)


async def test_listing_asks_for_as_many_as_wix_gives() -> None:
    upstream = Upstream.of(
        reply({"labels": [VIP_JSON], "metadata": {"count": 1, "offset": 0, "total": 1}})
    )
    assert await upstream.connect().labels.list() == Page((VIP,), offset=0, total=1)
    assert upstream.asked == [
        ("GET", "/contacts/v4/labels?paging.limit=1000&paging.offset=0", None)
    ]


async def test_listing_spells_every_option_as_wix_does() -> None:
    upstream = Upstream.of(reply({"labels": [], "metadata": {"count": 0, "offset": 10}}))
    page = await upstream.connect().labels.list(
        slice=Slice(10, 5),
        type=LabelType.USER_DEFINED,
        namespace="custom",
        starts_with="VIP & co",
        order=Order("display_name", descending=True),
        language="en",
    )
    assert page == Page((), offset=10, total=None)
    assert upstream.asked == [
        (
            "GET",
            (
                "/contacts/v4/labels?labelType=USER_DEFINED&namespace=custom&startsWith=VIP+%26+co"
                "&sort.fieldName=displayName&sort.order=DESC&paging.limit=5&paging.offset=10"
                "&language=en"
            ),
            None,
        )
    ]


async def test_an_unknown_type_is_for_reading_only() -> None:
    upstream = Upstream.of()
    with pytest.raises(InvalidInput, match="type: UNKNOWN is for reading only"):
        await upstream.connect().labels.list(type=LabelType.UNKNOWN)


async def test_a_query_travels_in_the_body_and_counts_in_paging_metadata() -> None:
    upstream = Upstream.of(
        reply(
            {
                "labels": [VIP_JSON],
                "pagingMetadata": {"count": 1, "offset": 3, "total": 4, "tooManyToCount": False},
            }
        )
    )
    query = Query(
        filter=Condition("display_name", Operator.STARTS_WITH, "vip"),
        order=Order("created_at"),
        slice=Slice(3, 1),
    )
    assert await upstream.connect().labels.query(query) == Page((VIP,), offset=3, total=4)
    assert upstream.asked == [
        (
            "POST",
            "/contacts/v4/labels/query",
            {
                "query": {
                    "paging": {"limit": 1, "offset": 3},
                    "filter": {"displayName": {"$startsWith": "vip"}},
                    "sort": [{"fieldName": "createdDate", "order": "ASC"}],
                }
            },
        )
    ]


async def test_a_label_is_read_by_its_quoted_key() -> None:
    upstream = Upstream.of(reply({"label": VIP_JSON}))
    assert await upstream.connect().labels.get("custom.a/b c%é") == VIP
    assert upstream.asked == [("GET", "/contacts/v4/labels/custom.a%2Fb%20c%25%C3%A9", None)]


@pytest.mark.parametrize(("sent", "made"), [(True, True), (False, False), (None, False)])
async def test_find_or_create_tells_whether_the_label_is_new(
    sent: bool | None,  # noqa: FBT001 - a parametrised value
    made: bool,  # noqa: FBT001 - a parametrised value
) -> None:
    upstream = Upstream.of(reply({"label": VIP_JSON, "newLabel": sent}))
    assert await upstream.connect().labels.find_or_create("VIP Customer") == (VIP, made)
    assert upstream.asked == [("POST", "/contacts/v4/labels", {"displayName": "VIP Customer"})]


async def test_a_rename_wraps_the_label() -> None:
    upstream = Upstream.of(reply({"label": VIP_JSON}))
    assert await upstream.connect().labels.rename("custom.vip-customer", "VIP Customer") == VIP
    assert upstream.asked == [
        (
            "PATCH",
            "/contacts/v4/labels/custom.vip-customer",
            {"label": {"key": "custom.vip-customer", "displayName": "VIP Customer"}},
        )
    ]


async def test_a_deletion_has_no_body() -> None:
    upstream = Upstream.of(reply())
    await upstream.connect().labels.delete("custom.vip-customer")
    assert upstream.asked == [("DELETE", "/contacts/v4/labels/custom.vip-customer", None)]
    assert "content-type" not in upstream.requests[0].headers


@pytest.mark.parametrize("key", ["", ".", "..", "query", "\ud800", "x" * 513])
async def test_what_cannot_be_a_key_is_not_found_without_a_call(key: str) -> None:
    upstream = Upstream.of()
    wix = upstream.connect()
    with pytest.raises(LabelNotFound):
        await wix.labels.get(key)
    with pytest.raises(LabelNotFound):
        await wix.labels.delete(key)


async def test_text_that_is_no_unicode_is_refused_without_a_call() -> None:
    labels = Upstream.of().connect().labels
    with pytest.raises(InvalidInput):
        await labels.find_or_create("half a pair: \ud800")
    with pytest.raises(InvalidInput):
        await labels.list(starts_with="\ud800")


async def test_an_answer_without_the_label_is_no_answer() -> None:
    with pytest.raises(UpstreamUnavailable, match="without a label's key"):
        await Upstream.of(reply({"label": {}})).connect().labels.get("custom.vip")


async def test_an_answer_without_rows_and_counts_is_no_page() -> None:
    with pytest.raises(UpstreamUnavailable, match="without labels"):
        await Upstream.of(reply()).connect().labels.list()


async def test_counts_without_rows_are_an_empty_page() -> None:
    upstream = Upstream.of(reply({"pagingMetadata": {"count": 0, "offset": 0, "total": 0}}))
    assert await upstream.connect().labels.query(Query()) == Page((), offset=0, total=0)


@pytest.mark.parametrize("spelling", ["tooManyToCount", "too_many_to_count"])
async def test_a_result_too_large_to_count_has_no_total(spelling: str) -> None:
    counts = {"count": 1, "offset": 0, "total": 7, spelling: True}
    upstream = Upstream.of(reply({"labels": [VIP_JSON, None], "pagingMetadata": counts}))
    assert await upstream.connect().labels.query(Query()) == Page((VIP,), offset=0, total=None)
