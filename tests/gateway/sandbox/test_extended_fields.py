"""Extended fields: definitions (contract 4) and their values on contacts (3.1)."""

from typing import Any

import pytest

from tests.support.emulation import START_TEXT, Emulation

TIER = {
    "namespace": "custom",
    "key": "custom.loyalty-tier",
    "displayName": "Loyalty Tier",
    "dataType": "TEXT",
    "fieldType": "USER_DEFINED",
    "createdDate": START_TEXT,
    "updatedDate": START_TEXT,
}
NEW = {"displayName": "Loyalty Tier", "dataType": "TEXT"}


async def values(site: Emulation, contact: dict[str, Any], **sent: Any) -> dict[str, Any]:
    """Update a contact's custom fields, named without their namespace; give them back."""
    fields = {"items": {f"custom.{key}": value for key, value in sent.items()}}
    body = {"revision": contact["revision"], "info": {"extendedFields": fields}}
    after = (await site.ok("PATCH", f"/contacts/{contact['id']}", body))["contact"]
    contact.update(after)
    items = after["info"]["extendedFields"]["items"]
    return {
        key.removeprefix("custom."): value
        for key, value in items.items()
        if key.startswith("custom.")
    }


async def test_a_new_name_makes_a_field_a_known_one_finds_it(site: Emulation) -> None:
    assert await site.ok("POST", "/extended-fields", NEW) == {"field": TIER, "newField": True}
    assert [event.body for event in site.events] == [{"createdEvent": {"entity": TIER}}]
    assert site.happened() == [("extended_field", "created", "custom.loyalty-tier")]
    found = await site.ok("POST", "/extended-fields", NEW | {"dataType": "NUMBER"})
    assert (found, site.happened()) == ({"field": TIER, "newField": False}, [])


async def test_system_fields_are_not_found_by_name(site: Emulation) -> None:
    made = await site.ok("POST", "/extended-fields", NEW | {"displayName": "VAT ID"})
    assert (made["newField"], made["field"]["key"]) == (True, "custom.vat-id")


@pytest.mark.parametrize(
    ("name", "key"),
    [("My Field", "custom.my-field"), ("groupColor", "custom.groupcolor"), ("!", "custom.field")],
)
async def test_keys_come_from_names(site: Emulation, name: str, key: str) -> None:
    assert await site.field(name) == key


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (None, [("displayName", "REQUIRED_FIELD"), ("dataType", "REQUIRED_FIELD")]),
        (
            {"displayName": "x" * 151, "dataType": "text"},
            [("displayName", "MAX_LENGTH"), ("dataType", "INVALID_ENUM_VALUE")],
        ),
        (
            {"displayName": "", "dataType": ["TEXT"]},
            [("displayName", "MIN_LENGTH"), ("dataType", "INVALID_ENUM_VALUE")],
        ),
    ],
)
async def test_a_wrong_definition_is_refused(
    site: Emulation, body: Any, violations: list[tuple[str, str]]
) -> None:
    assert await site.violations("POST", "/extended-fields", body) == violations


async def test_beyond_a_hundred_the_quota_is_exceeded(site: Emulation) -> None:
    for number in range(100):
        await site.field(f"field {number}")
    refused = await site.refused("POST", "/extended-fields", NEW)
    assert refused == (429, "FIELDS_QUOTA_EXCEEDED", {})
    assert await site.field("field 7") == "custom.field-7"


async def test_every_site_has_the_system_fields(site: Emulation) -> None:
    listed = await site.ok("GET", "/extended-fields", fieldType="SYSTEM")
    assert listed["metadata"] == {"count": 12, "offset": 0, "total": 12}
    types = {each["key"]: each["dataType"] for each in listed["fields"]}
    assert [key for key, kind in types.items() if kind != "TEXT"] == [
        "ecom.numOfPurchases",
        "ecom.totalSpentAmount",
        "ecom.lastPurchaseDate",
    ]
    assert await site.ok("GET", "/extended-fields/invoices.vatId") == {
        "field": {
            "namespace": "invoices",
            "key": "invoices.vatId",
            "displayName": "VAT ID",
            "dataType": "TEXT",
            "fieldType": "SYSTEM",
            "description": "VAT ID, kept by the site",
        }
    }


async def test_fields_are_listed_and_queried(site: Emulation) -> None:
    await site.ok("POST", "/extended-fields", NEW)
    params = {"namespace": "custom", "startsWith": "Loy", "sort.fieldName": "displayName"}
    listed = await site.ok("GET", "/extended-fields", **params)
    assert listed == {"fields": [TIER], "metadata": {"count": 1, "offset": 0, "total": 1}}
    assert (await site.ok("GET", "/extended-fields", startsWith="loy"))["fields"] == []
    body = {"query": {"filter": {"dataType": "TEXT", "namespace": "custom"}}}
    assert await site.ok("POST", "/extended-fields/query", body) == {
        "fields": [TIER],
        "pagingMetadata": {"count": 1, "offset": 0, "total": 1, "tooManyToCount": False},
    }
    two = {"query": {"sort": [{"fieldName": "displayName"}] * 2}}
    assert await site.violations("POST", "/extended-fields/query", two) == [
        ("query.sort", "MAX_SIZE")
    ]


@pytest.mark.parametrize("wrapper", [True, False])
async def test_a_rename_keeps_key_and_type(site: Emulation, wrapper: bool) -> None:  # noqa: FBT001 - a parameter of the test
    key = await site.field("Loyalty Tier")
    site.advance(1)
    site.events.clear()
    sent = {"key": key, "displayName": "Level", "dataType": "DATE"}
    renamed = await site.ok(
        "PATCH", f"/extended-fields/{key}", {"field": sent} if wrapper else sent
    )
    field = TIER | {"displayName": "Level", "updatedDate": "2026-03-04T09:15:03.311Z"}
    assert renamed == {"field": field}
    assert [event.body for event in site.events] == [{"updatedEvent": {"currentEntity": field}}]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_system_fields_are_protected_unknown_ones_not_found(
    site: Emulation, method: str
) -> None:
    body = {"displayName": "x"} if method == "PATCH" else None
    refused = await site.refused(method, "/extended-fields/invoices.vatId", body)
    assert refused == (428, "FAILED_PRECONDITION", {})
    assert await site.refused(method, "/extended-fields/x", body) == (404, "NOT_FOUND", {})
    assert await site.refused("GET", "/extended-fields/x") == (404, "NOT_FOUND", {})


@pytest.mark.parametrize("touches", [True, False])
async def test_a_deleted_fields_data_is_gone(site: Emulation, touches: bool) -> None:  # noqa: FBT001 - a parameter of the test
    site.behave(field_delete_touches_contacts=touches)
    key, other = await site.field("Tier"), await site.field("Other")
    holder = await site.contact(
        name={"first": "Ada"}, extendedFields={"items": {key: "gold", other: "x"}}
    )
    site.happened()
    assert await site.ok("DELETE", f"/extended-fields/{key}") == {}
    events = [("extended_field", "deleted", key), ("contact", "updated", holder["id"])]
    assert site.happened() == events[: 1 + touches]
    assert await site.field("Tier") == key
    after = (await site.ok("GET", f"/contacts/{holder['id']}"))["contact"]
    assert (key in after["info"]["extendedFields"]["items"], after["revision"]) == (
        False,
        1 + touches,
    )
    assert await site.found({f"info.extendedFields.{key}": None}) == ["Ada"]


async def test_values_merge_by_key_and_null_or_empty_removes(site: Emulation) -> None:
    for name in ("tier", "mood", "size"):
        await site.field(name, "NUMBER" if name == "size" else "TEXT")
    ada = await site.contact()
    assert await values(site, ada, tier="gold", size=0) == {"tier": "gold", "size": 0}
    assert await values(site, ada, mood="calm") == {"tier": "gold", "size": 0, "mood": "calm"}
    assert await values(site, ada, tier=None, mood="") == {"size": 0}
    body = {"revision": ada["revision"], "info": {"extendedFields": None}}
    cleared = (await site.ok("PATCH", f"/contacts/{ada['id']}", body))["contact"]
    assert cleared["info"]["extendedFields"]["items"] == {
        "contacts.displayByFirstName": "Ada",
        "contacts.displayByLastName": "Ada",
    }


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("example.com", "https://example.com"),
        ("http://example.com", "http://example.com"),
        ("mailto:x", "https://mailto:x"),
    ],
)
async def test_urls_get_a_protocol(site: Emulation, sent: str, stored: str) -> None:
    await site.field("page", "URL")
    assert await values(site, await site.contact(), page=sent) == {"page": stored}


@pytest.mark.parametrize(
    ("data_type", "value"),
    [
        ("TEXT", 5),
        ("TEXT", ["x"]),
        ("NUMBER", "5"),
        ("NUMBER", True),
        ("NUMBER", {}),
        ("DATE", "10/12/1815"),
        ("DATE", "2025-02-30"),
        ("DATE", 2025),
        ("URL", False),
    ],
)
async def test_values_of_another_type_are_refused(
    site: Emulation, data_type: str, value: Any
) -> None:
    key = await site.field("thing", data_type)
    info = {"name": {"first": "Ada"}, "extendedFields": {"items": {key: value}}}
    refused = await site.refused("POST", "/contacts", {"info": info})
    assert refused == (400, "INVALID_EXTENDED_FIELD_VALUE", {"key": key})


async def test_unknown_fields_are_refused_computed_ones_ignored(site: Emulation) -> None:
    info = {"name": {"first": "Ada"}, "extendedFields": {"items": {"custom.none": None}}}
    refused = await site.refused("POST", "/contacts", {"info": info})
    assert refused == (400, "INVALID_EXTENDED_FIELD_VALUE", {"key": "custom.none"})
    sent = {
        "contacts.displayByFirstName": "Somebody Else",
        "members.membershipStatus": "APPROVED",
        "invoices.vatId": "GB123",
    }
    made = await site.contact(name={"first": "Ada"}, extendedFields={"items": sent})
    assert made["info"]["extendedFields"]["items"] == {
        "invoices.vatId": "GB123",
        "contacts.displayByFirstName": "Ada",
        "contacts.displayByLastName": "Ada",
    }
