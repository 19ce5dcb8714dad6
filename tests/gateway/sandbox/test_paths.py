"""Routes have names, whatever their parameters are."""

import pytest

from gateway.sandbox.traffic.paths import ROUTES, route_of, same_route


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_found_by_a_path_of_its_shape(route: str) -> None:
    method, _, template = route.partition(" ")
    path = template.replace("{id}", "8a1f").replace("{key}", "custom.x")
    assert route_of({"method": method, "path": path}) == route


def test_both_prefixes_are_one_route() -> None:
    scope = {"method": "GET", "path": "/_api/contacts/v4/labels/custom.x"}
    assert route_of(scope) == "GET /contacts/v4/labels/{key}"


def test_an_encoded_slash_stays_in_its_segment() -> None:
    raw_path = b"/contacts/v4/labels/a%2Fb"
    scope = {"method": "GET", "path": "/contacts/v4/labels/a/b", "raw_path": raw_path}
    assert route_of(scope) == "GET /contacts/v4/labels/{key}"


@pytest.mark.parametrize("path", ["/", "", "/contacts/v4", "/contacts/v4/labels/a/b", "/x" * 100])
def test_a_path_of_no_route_is_unknown(path: str) -> None:
    assert route_of({"method": "GET", "path": path}) == "GET (unknown)"


def test_a_method_a_route_does_not_take_is_unknown() -> None:
    assert route_of({"method": "PUT", "path": "/contacts/v4/labels"}) == "PUT (unknown)"


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        ("*", True),
        ("GET /contacts/v4/labels/{key}", True),
        ("GET /contacts/v4/labels/{}", True),
        ("* /contacts/v4/labels/{id}", True),
        ("/contacts/v4/labels/{id}", True),
        ("POST /contacts/v4/labels/{key}", False),
        ("GET /contacts/v4/labels", False),
        ("get /contacts/v4/labels/{key}", False),
    ],
)
def test_patterns_name_routes_by_shape(pattern: str, same: bool) -> None:  # noqa: FBT001 - a table
    assert same_route(pattern, "GET /contacts/v4/labels/{key}") is same
