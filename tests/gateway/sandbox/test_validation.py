"""Requests that do not have the contract's shape (contract 3.1, 6.1, 6.4)."""

from typing import Any

import pytest

from gateway.sandbox.routes import ROUTES
from gateway.sandbox.traffic import paths
from tests.support.emulation import Emulation

NAMED = {"name": {"first": "Ada"}}


def listed(name: str, *entries: Any) -> dict[str, Any]:
    return {name: {"items": list(entries)}}


def address(**properties: Any) -> dict[str, Any]:
    return listed("addresses", {"address": properties})


@pytest.mark.parametrize(
    ("info", "violations"),
    [
        ({"name": "Ada"}, [("info.name", "FORMAT")]),
        (
            {"name": {"first": "x" * 1001, "last": 5}},
            [("info.name.first", "MAX_LENGTH"), ("info.name.last", "FORMAT")],
        ),
        ({"emails": []}, [("info.emails", "FORMAT")]),
        ({"emails": {"items": {}}}, [("info.emails.items", "FORMAT")]),
        (
            listed("emails", None, "x"),
            [("info.emails.items[0]", "FORMAT"), ("info.emails.items[1]", "FORMAT")],
        ),
        (listed("emails", {}), [("info.emails.items[0].email", "REQUIRED_FIELD")]),
        (listed("emails", {"email": ""}), [("info.emails.items[0].email", "MIN_LENGTH")]),
        (
            listed("emails", {"email": "x" * 321, "tag": "FAX", "primary": 1, "id": 7}),
            [
                ("info.emails.items[0].id", "FORMAT"),
                ("info.emails.items[0].tag", "INVALID_ENUM_VALUE"),
                ("info.emails.items[0].email", "MAX_LENGTH"),
                ("info.emails.items[0].primary", "FORMAT"),
            ],
        ),
        (
            listed("phones", {"phone": "1" * 51, "countryCode": "gb", "tag": {}}),
            [
                ("info.phones.items[0].tag", "INVALID_ENUM_VALUE"),
                ("info.phones.items[0].countryCode", "FORMAT"),
                ("info.phones.items[0].phone", "MAX_LENGTH"),
            ],
        ),
        (
            listed("phones", *[{"phone": "1"}] * 51),
            [("info.phones.items", "MAX_SIZE")],
        ),
        (
            address(subdivision="NY", country="USA", postalCode="x" * 101, city="x" * 1001),
            [
                ("info.addresses.items[0].address.city", "MAX_LENGTH"),
                ("info.addresses.items[0].address.subdivision", "FORMAT"),
                ("info.addresses.items[0].address.country", "FORMAT"),
                ("info.addresses.items[0].address.postalCode", "MAX_LENGTH"),
            ],
        ),
        (
            address(addressLine="1 Main St", streetAddress={"name": "Main St"}),
            [("info.addresses.items[0].address", "OTHER")],
        ),
        (
            address(streetAddress={"number": "x" * 101}, geocode={"latitude": "north"}),
            [
                ("info.addresses.items[0].address.streetAddress.number", "MAX_LENGTH"),
                ("info.addresses.items[0].address.geocode.latitude", "FORMAT"),
            ],
        ),
        (listed("addresses", {"address": 5}), [("info.addresses.items[0].address", "FORMAT")]),
        (
            {"company": "x" * 1001, "jobTitle": []},
            [("info.company", "MAX_LENGTH"), ("info.jobTitle", "FORMAT")],
        ),
        ({"birthdate": "2025-02-30"}, [("info.birthdate", "FORMAT")]),
        ({"birthdate": "1815-12-10T00:00:00Z"}, [("info.birthdate", "FORMAT")]),
        ({"locale": "!"}, [("info.locale", "FORMAT")]),
        (
            {"labelKeys": {"items": ["x" * 81, 5]}},
            [("info.labelKeys.items[0]", "MAX_LENGTH"), ("info.labelKeys.items[1]", "FORMAT")],
        ),
        (listed("labelKeys", *["x"] * 2001), [("info.labelKeys.items", "MAX_SIZE")]),
        (listed("locations", *["x"] * 51), [("info.locations.items", "MAX_SIZE")]),
        ({"extendedFields": {"items": []}}, [("info.extendedFields.items", "FORMAT")]),
        ({"picture": {"image": {"height": "tall"}}}, [("info.picture.image.height", "FORMAT")]),
        ([], [("info", "FORMAT")]),
        ("Ada", [("info", "FORMAT")]),
    ],
)
async def test_every_violation_is_named_by_its_path(
    site: Emulation, info: Any, violations: list[tuple[str, str]]
) -> None:
    assert await site.violations("POST", "/contacts", {"info": info}) == violations
    ada = await site.contact()
    body = {"revision": 1, "info": info}
    assert await site.violations("PATCH", f"/contacts/{ada['id']}", body) == violations


async def test_switches_must_be_booleans(site: Emulation) -> None:
    body = {"info": NAMED, "allowDuplicates": "yes"}
    assert await site.violations("POST", "/contacts", body) == [("allowDuplicates", "FORMAT")]


@pytest.mark.parametrize(
    ("info", "description", "data"),
    [
        (
            listed("emails", {"email": "a", "tag": "FAX"}),
            "enum must be in [UNTAGGED(0), MAIN(1), HOME(2), WORK(3)]",
            None,
        ),
        (address(subdivision="NY"), "must be a valid SUBDIVISION", {"type": "SUBDIVISION"}),
        (
            listed("locations", *["x"] * 51),
            "must hold at most 50 items",
            {"threshold": 50},
        ),
        ({"company": 5}, "must be a string", {"expected": "STRING"}),
        ({"name": 5}, "must be an object", {"expected": "OBJECT"}),
    ],
)
async def test_violations_explain_themselves(
    site: Emulation, info: Any, description: str, data: Any
) -> None:
    response = await site.http.post("/contacts", json={"info": info})
    [violation] = response.json()["details"]["validationError"]["fieldViolations"]
    assert (violation["description"], violation.get("data")) == (description, data)
    assert response.json()["message"] == f"{violation['field']} {description}"


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"{", 400, "Invalid JSON"),
        (b"\xff\xfe", 400, "Invalid JSON"),
        (b'{"info": NaN}', 400, "Invalid JSON"),
        (b'{"info": 1e999}', 400, "Invalid JSON"),
        (b'{"info": "\\ud800"}', 400, "Invalid JSON"),
        (b"[" * 100_000, 400, "Invalid JSON"),
        (b"[]", 400, "Expected an object"),
        (b'"x"', 400, "Expected an object"),
        (b"null", 400, "Expected an object"),
        (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", 400, "JSON is nested too deeply"),
        (b'{"a": "' + b"x" * (1 << 20) + b'"}', 413, "Request body too large"),
    ],
)
@pytest.mark.parametrize("path", ["/contacts", "/labels/query"])
async def test_bodies_must_be_json_objects_of_bounded_size(
    site: Emulation, path: str, content: bytes, status: int, message: str
) -> None:
    response = await site.http.post(path, content=content)
    assert (response.status_code, response.json()) == (status, {"message": message, "details": {}})


async def test_a_body_may_be_a_mebibyte_exactly(site: Emulation) -> None:
    around = b'{"displayName": "VIP", "x": ""}'
    content = around.replace(b'""', b'"' + b"x" * ((1 << 20) - len(around)) + b'"')
    response = await site.http.post("/labels", content=content)
    assert (len(content), response.status_code) == (1 << 20, 200)


@pytest.mark.parametrize("query", [[], "x", 0, False, ""])
@pytest.mark.parametrize("table", ["contacts", "labels", "extended-fields"])
async def test_a_query_is_an_object(site: Emulation, table: str, query: Any) -> None:
    response = await site.http.post(f"/{table}/query", json={"query": query})
    expected = {"message": "Expected an object", "details": {}}
    assert (response.status_code, response.json()) == (400, expected)


@pytest.mark.parametrize("content", [b"", b" \n", b"{}"])
async def test_an_empty_body_is_an_empty_object(site: Emulation, content: bytes) -> None:
    response = await site.http.post("/labels/query", content=content)
    assert (response.status_code, len(response.json()["labels"])) == (200, 2)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("PUT", "/labels"),
        ("OPTIONS", "/labels"),
        ("GET", "/labels/"),
        ("GET", "/labels/a/b"),
        ("GET", "/contacts/x/labels"),
        ("POST", "/bulk/contacts/merge"),
    ],
)
async def test_other_routes_do_not_exist(site: Emulation, method: str, path: str) -> None:
    response = await site.http.request(method, path)
    assert (response.status_code, response.json()) == (404, {"message": "", "details": {}})


def test_every_route_is_counted_under_its_own_name() -> None:
    counted = {route for route in paths.ROUTES if "/contacts/v4/" in route}
    assert {f"{route.method} {route.template}" for route in ROUTES} == counted


async def test_the_sdks_second_prefix_is_served_too(site: Emulation) -> None:
    response = await site.http.get("https://wix.test/_api/contacts/v4/labels/contacts.customers")
    assert response.json()["label"]["displayName"] == "Customers"


async def test_a_server_without_raw_paths_is_served_too(site: Emulation) -> None:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    path = "/contacts/v4/labels/contacts.customers"
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"language=\xff\xff"}
    await site.routes(scope, receive, send)
    assert [message.get("status") for message in sent] == [400, None]
