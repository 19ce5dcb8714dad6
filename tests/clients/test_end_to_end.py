"""A newcomer's path over a real socket: serve, open the page, label a contact, see the label."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.servers import Server, running_gateway

PEOPLE = "query { contacts(first: 3) { nodes { id name { full } labelKeys } } }"
LABEL = """
  mutation ($id: ID!, $name: String!) {
    labelContact(input: { contactId: $id, labelNames: [$name] }) {
      contact { id labels { key displayName type } }
      userErrors { code message field }
    }
  }
"""
CONTACT = "query ($id: ID!) { contact(id: $id) { id labels { displayName } } }"


@pytest.fixture(scope="module")
def gateway() -> Iterator[Server]:
    """Run the gateway over its own sandbox, as ``make serve`` does."""
    with running_gateway() as server:
        yield server


@pytest.fixture
def http(gateway: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.origin, timeout=10.0, trust_env=False) as client:
        yield client


def answer(http: httpx.Client, query: str, **variables: str) -> dict[str, Any]:
    response = http.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code == httpx.codes.OK, response.text
    body: dict[str, Any] = response.json()
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


def test_a_browser_gets_a_page(http: httpx.Client) -> None:
    page = http.get("/graphql", headers={"Accept": "text/html,application/xhtml+xml"})
    assert page.status_code == httpx.codes.OK
    assert page.headers["content-type"].startswith("text/html")
    assert "<html" in page.text.lower()


def test_a_new_label_is_seen_on_the_contact_from_then_on(http: httpx.Client) -> None:
    person = answer(http, PEOPLE)["contacts"]["nodes"][0]

    payload = answer(http, LABEL, id=person["id"], name="Met At The Fair")["labelContact"]

    assert payload["userErrors"] == []
    label = {"key": "custom.met-at-the-fair", "displayName": "Met At The Fair"}
    assert {**label, "type": "USER_DEFINED"} in payload["contact"]["labels"]
    seen = answer(http, CONTACT, id=person["id"])["contact"]
    assert seen["id"] == person["id"]
    assert {"displayName": "Met At The Fair"} in seen["labels"]
    assert len(seen["labels"]) == len(person["labelKeys"]) + 1


def test_the_banner_names_the_address_to_open(gateway: Server) -> None:
    assert gateway.origin in gateway.said()


def test_the_server_tells_that_it_is_alive_and_ready(http: httpx.Client) -> None:
    assert http.get("/healthz").status_code == httpx.codes.OK
    assert http.get("/readyz").status_code == httpx.codes.OK
