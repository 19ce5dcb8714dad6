"""Extended-field calls: what goes out and what comes back (contract 4)."""

from datetime import UTC, datetime

import pytest

from gateway.errors import FieldNotFound, InvalidInput, Refused
from gateway.model.enums import FieldDataType, FieldType
from gateway.model.fields import ExtendedField
from gateway.model.paging import Page
from gateway.model.queries import Condition, Operator, Order, Query, Slice
from tests.support.upstream import Upstream, application_error, reply

TIER_JSON = {
    "namespace": "custom",
    "key": "custom.loyalty-tier",
    "displayName": "Loyalty Tier",
    "dataType": "TEXT",
    "fieldType": "USER_DEFINED",
    "createdDate": "2026-03-04T09:10:00.120Z",
}
TIER = ExtendedField(
    key="custom.loyalty-tier",
    display_name="Loyalty Tier",
    namespace="custom",
    data_type=FieldDataType.TEXT,
    type=FieldType.USER_DEFINED,
    created_at=datetime(2026, 3, 4, 9, 10, 0, 120_000, UTC),
)
PATH = "/contacts/v4/extended-fields"


async def test_listing_spells_every_option_as_wix_does() -> None:
    upstream = Upstream.of(reply({"fields": [TIER_JSON], "metadata": {"offset": 0, "total": 1}}))
    page = await upstream.connect().fields.list(
        slice=Slice(0, 10),
        type=FieldType.USER_DEFINED,
        namespace="custom",
        starts_with="Loy",
        order=Order("display_name"),
    )
    assert page == Page((TIER,), offset=0, total=1)
    assert upstream.asked == [
        (
            "GET",
            (
                f"{PATH}?fieldType=USER_DEFINED&namespace=custom&startsWith=Loy"
                "&sort.fieldName=displayName&sort.order=ASC&paging.limit=10&paging.offset=0"
            ),
            None,
        )
    ]


async def test_a_query_travels_in_the_body() -> None:
    upstream = Upstream.of(reply({"fields": [TIER_JSON], "metadata": {"offset": 0, "total": 1}}))
    query = Query(filter=Condition("data_type", Operator.EQ, FieldDataType.TEXT))
    assert await upstream.connect().fields.query(query) == Page((TIER,), offset=0, total=1)
    assert upstream.asked == [
        (
            "POST",
            f"{PATH}/query",
            {"query": {"paging": {"limit": 50, "offset": 0}, "filter": {"dataType": "TEXT"}}},
        )
    ]


@pytest.mark.parametrize("body", [{"field": TIER_JSON}, TIER_JSON])
async def test_a_field_is_read_with_and_without_its_wrapper(body: object) -> None:
    upstream = Upstream.of(reply(body))
    assert await upstream.connect().fields.get("custom.loyalty-tier") == TIER
    assert upstream.asked == [("GET", f"{PATH}/custom.loyalty-tier", None)]


async def test_find_or_create_names_the_data_type() -> None:
    upstream = Upstream.of(reply({"field": TIER_JSON, "newField": True}))
    found = await upstream.connect().fields.find_or_create("Loyalty Tier", FieldDataType.TEXT)
    assert found == (TIER, True)
    assert upstream.asked == [("POST", PATH, {"displayName": "Loyalty Tier", "dataType": "TEXT"})]


async def test_an_unknown_data_type_is_refused_without_a_call() -> None:
    fields = Upstream.of().connect().fields
    with pytest.raises(InvalidInput) as refused:
        await fields.find_or_create("Loyalty Tier", FieldDataType.UNKNOWN)
    assert [violation.path for violation in refused.value.violations] == [("data_type",)]


async def test_a_rename_wraps_the_field() -> None:
    upstream = Upstream.of(reply({"field": TIER_JSON}))
    assert await upstream.connect().fields.rename("custom.loyalty-tier", "Loyalty Tier") == TIER
    assert upstream.asked == [
        (
            "PATCH",
            f"{PATH}/custom.loyalty-tier",
            {"field": {"key": "custom.loyalty-tier", "displayName": "Loyalty Tier"}},
        )
    ]


async def test_a_deletion_has_no_body() -> None:
    upstream = Upstream.of(reply())
    await upstream.connect().fields.delete("custom.loyalty-tier")
    assert upstream.asked == [("DELETE", f"{PATH}/custom.loyalty-tier", None)]


async def test_a_system_field_refuses_to_be_renamed() -> None:
    upstream = Upstream.of(application_error("FAILED_PRECONDITION", 428))
    with pytest.raises(Refused):
        await upstream.connect().fields.rename("members.mobile", "Mobile")


async def test_an_unknown_field_is_not_found() -> None:
    upstream = Upstream.of(application_error("NOT_FOUND", 404))
    with pytest.raises(FieldNotFound):
        await upstream.connect().fields.get("custom.nothing")
