"""Labels v4 (contract section 2)."""

from typing import Any

import pytest

from tests.support.emulated_labels import CUSTOMERS, VIP
from tests.support.emulation import Emulation


async def test_a_new_name_makes_a_label(site: Emulation) -> None:
    made = await site.ok("POST", "/labels", {"displayName": "VIP Customer", "language": "en"})
    assert made == {"label": VIP, "newLabel": True}
    assert [event.body for event in site.events] == [{"createdEvent": {"entity": VIP}}]


async def test_a_known_name_finds_its_label_and_fires_nothing(site: Emulation) -> None:
    await site.label("VIP Customer")
    site.happened()
    found = await site.ok("POST", "/labels", {"displayName": "VIP Customer"})
    assert (found, site.happened()) == ({"label": VIP, "newLabel": False}, [])


async def test_a_system_name_finds_the_system_label(site: Emulation) -> None:
    found = await site.ok("POST", "/labels", {"displayName": "Customers"})
    assert found == {"label": CUSTOMERS, "newLabel": False}


async def test_names_are_matched_exactly(site: Emulation) -> None:
    keys = [await site.label(name) for name in ("VIP", "vip", "VIP ", "V I P")]
    assert keys == ["custom.vip", "custom.vip-2", "custom.vip-3", "custom.v-i-p"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("My Label", "custom.my-label"),
        ("groupColor", "custom.groupcolor"),
        ("Get a Quote", "custom.get-a-quote"),
        ("under_score", "custom.under_score"),
        ("  --a / b?#%c--  ", "custom.a-b-c"),
        ("Žluťoučký kůň", "custom.žluťoučký-kůň"),
        ("顧客", "custom.顧客"),
        ("🎉!", "custom.label"),
        ("x" * 180, "custom." + "x" * 73),
    ],
)
async def test_keys_come_from_names(site: Emulation, name: str, key: str) -> None:
    assert await site.label(name) == key


async def test_numbered_keys_stay_within_eighty_characters(site: Emulation) -> None:
    keys = [await site.label("x" * 100 + str(number)) for number in range(3)]
    assert keys == [f"custom.{'x' * 73}", f"custom.{'x' * 71}-2", f"custom.{'x' * 71}-3"]


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        ({}, [("displayName", "REQUIRED_FIELD")]),
        ({"displayName": None}, [("displayName", "REQUIRED_FIELD")]),
        ({"displayName": ""}, [("displayName", "MIN_LENGTH")]),
        ({"displayName": "x" * 181}, [("displayName", "MAX_LENGTH")]),
        (
            {"displayName": 5, "language": "english"},
            [("displayName", "FORMAT"), ("language", "FORMAT")],
        ),
        ({"label": {"displayName": "wrapped"}}, [("displayName", "REQUIRED_FIELD")]),
    ],
)
async def test_a_wrong_name_is_refused(
    site: Emulation, body: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    assert await site.violations("POST", "/labels", body) == violations


async def test_violations_read_as_wix_writes_them(site: Emulation) -> None:
    response = await site.http.post("/labels", json={"displayName": ""})
    description = "size must be between 1 and 180, got 0"
    assert response.json() == {
        "message": f"displayName {description}",
        "details": {
            "validationError": {
                "fieldViolations": [
                    {
                        "field": "displayName",
                        "description": description,
                        "violatedRule": "MIN_LENGTH",
                        "data": {"threshold": 1},
                    }
                ]
            }
        },
    }


async def test_the_quota_counts_custom_labels_only(site: Emulation) -> None:
    site.behave(labels_quota=1)
    await site.label("one")
    figures = {"labelsQuota": "1", "labelsCurrentTotal": "1"}
    refused = await site.refused("POST", "/labels", {"displayName": "two"})
    assert refused == (428, "LABELS_QUOTA_REACHED", figures)
    assert (await site.ok("POST", "/labels", {"displayName": "one"}))["newLabel"] is False


async def test_get_wraps_the_label(site: Emulation) -> None:
    await site.label("VIP Customer")
    path = "/labels/custom.vip-customer?key=custom.vip-customer"
    assert await site.ok("GET", path) == {"label": VIP}


async def test_keys_in_paths_are_percent_decoded(site: Emulation) -> None:
    key = await site.label("顧客")
    answer = await site.ok("GET", "/labels/custom.%E9%A1%A7%E5%AE%A2")
    assert answer["label"]["key"] == key


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("key", ["custom.none", "custom.a%2Fb", "%FF", "a%00"])
async def test_an_unknown_label_is_not_found(site: Emulation, method: str, key: str) -> None:
    body = {"displayName": "x"} if method == "PATCH" else None
    assert await site.refused(method, f"/labels/{key}", body) == (404, "NOT_FOUND", {})


async def test_wix_names_are_translated_custom_names_are_not(site: Emulation) -> None:
    await site.label("Kunden")
    listed = await site.ok("GET", "/labels", language="de")
    shown = [(each["displayName"], each["namespaceDisplayName"]) for each in listed["labels"]]
    assert shown == [
        ("Kunden", "Labels"),
        ("Kunden", "Labels"),
        ("Hat mich kontaktiert", "Labels"),
    ]
    spanish = await site.ok("GET", "/labels/contacts.customers", language="ES")
    assert spanish["label"]["namespaceDisplayName"] == "Etiquetas"
    unknown = await site.ok("GET", "/labels/contacts.customers", language="xx")
    assert unknown == {"label": CUSTOMERS}
    wrong = await site.violations("GET", "/labels/contacts.customers", language="x")
    assert wrong == [("language", "FORMAT")]


@pytest.mark.parametrize(
    "body",
    [
        {"label": {"key": "custom.vip-customer", "displayName": "VIPs"}, "language": "en"},
        {"label": {"key": "custom.other", "displayName": "VIPs", "createdDate": "2020"}},
        {"displayName": "VIPs"},
        {"label": None, "displayName": "VIPs"},
    ],
)
async def test_a_rename_keeps_the_key(site: Emulation, body: dict[str, Any]) -> None:
    await site.label("VIP Customer")
    site.advance(1)
    site.events.clear()
    renamed = await site.ok("PATCH", "/labels/custom.vip-customer", body)
    label = VIP | {"displayName": "VIPs", "updatedDate": "2026-03-04T09:15:03.311Z"}
    assert renamed == {"label": label}
    assert [event.body for event in site.events] == [{"updatedEvent": {"currentEntity": label}}]


async def test_a_rename_to_a_taken_name_is_allowed_and_the_oldest_is_found(
    site: Emulation,
) -> None:
    first, second = await site.label("one"), await site.label("two")
    await site.ok("PATCH", f"/labels/{second}", {"displayName": "one"})
    assert await site.label("one") == first


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        ({}, [("displayName", "REQUIRED_FIELD")]),
        ({"label": {}}, [("label.displayName", "REQUIRED_FIELD")]),
        ({"label": "VIPs"}, [("label", "FORMAT")]),
        ({"label": {"displayName": ["VIPs"]}}, [("label.displayName", "FORMAT")]),
    ],
)
async def test_a_rename_needs_a_name(
    site: Emulation, body: dict[str, Any], violations: list[tuple[str, str]]
) -> None:
    await site.label("VIP Customer")
    assert await site.violations("PATCH", "/labels/custom.vip-customer", body) == violations


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_predefined_labels_are_protected(site: Emulation, method: str) -> None:
    body = {"displayName": "x"} if method == "PATCH" else None
    refused = await site.refused(method, "/labels/contacts.customers", body)
    assert refused == (428, "FAILED_PRECONDITION", {})


async def test_a_deleted_label_leaves_every_contact(site: Emulation) -> None:
    key, other = await site.label("VIP"), await site.label("other")
    carrier = await site.contact(name={"first": "Ada"}, labelKeys={"items": [key, other]})
    await site.contact(name={"first": "Bob"}, labelKeys={"items": [other]})
    site.happened()
    site.advance(1)
    assert await site.ok("DELETE", f"/labels/{key}") == {}
    after = (await site.ok("GET", f"/contacts/{carrier['id']}"))["contact"]
    assert (after["revision"], after["info"]["labelKeys"]) == (2, {"items": [other]})
    assert site.happened() == [("label", "deleted", key), ("contact", "updated", carrier["id"])]


async def test_deleting_a_label_can_leave_revisions_alone(site: Emulation) -> None:
    site.behave(label_delete_touches_contacts=False)
    key = await site.label("VIP")
    carrier = await site.contact(name={"first": "Ada"}, labelKeys={"items": [key]})
    site.happened()
    site.advance(1)
    await site.ok("DELETE", f"/labels/{key}")
    after = (await site.ok("GET", f"/contacts/{carrier['id']}"))["contact"]
    del carrier["info"]["labelKeys"]
    assert (after, site.happened()) == (carrier, [("label", "deleted", key)])


async def test_a_deleted_labels_key_is_free_again(site: Emulation) -> None:
    key = await site.label("VIP")
    await site.ok("DELETE", f"/labels/{key}")
    assert await site.ok("POST", "/labels", {"displayName": "VIP"}) == {
        "label": VIP | {"key": key, "displayName": "VIP"},
        "newLabel": True,
    }
