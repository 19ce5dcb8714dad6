"""Hive Gateway and @apollo/gateway route a graph of ours and two foreign subgraphs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from gateway.cache.periods import NOTHING_KEPT
from tests.support.routers import ROUTERS, Graph, Router, composed, routing
from tests.support.servers import Server, running_gateway, running_sandbox

REFERENCES = 25
NOBODY = "00000000-0000-4000-8000-000000000000"
KNOWN = """{
  contacts(first: %d) { nodes { id } }
  labels(first: 5) { nodes { key } }
  _service { sdl }
}"""
COLD = {
    "GATEWAY_CACHE_PERIODS": NOTHING_KEPT,
    "GATEWAY_CACHE_ON_ERROR_SECONDS": "0",
    "GATEWAY_WIX_API_KEY": "sandbox-key",
    "GATEWAY_WIX_SITE_ID": "11111111-1111-4111-8111-111111111111",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Server]:
    with running_sandbox("--contacts", "60") as server:
        yield server


@pytest.fixture(scope="module")
def gateway(sandbox: Server) -> Iterator[Server]:
    settings = {**COLD, "GATEWAY_WIX_BASE_URL": sandbox.origin}
    with running_gateway(settings=settings) as server:
        yield server


@pytest.fixture(scope="module")
def graph(gateway: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    url = f"{gateway.origin}/graphql"
    known = httpx.post(url, json={"query": KNOWN % REFERENCES}, trust_env=False).json()["data"]
    with composed(
        url,
        known["_service"]["sdl"],
        contact_ids=[contact["id"] for contact in known["contacts"]["nodes"]],
        label_keys=[label["key"] for label in known["labels"]["nodes"]],
        folder=tmp_path_factory.mktemp("graph"),
    ) as graph:
        yield graph


@pytest.fixture(scope="module", params=ROUTERS)
def router(request: pytest.FixtureRequest, graph: Graph) -> Iterator[Router]:
    with routing(request.param, graph) as router:
        yield router


def answer(router: Router, query: str) -> dict[str, Any]:
    body = router.ask(query)
    assert "errors" not in body, body
    data: dict[str, Any] = body["data"]
    return data


def test_others_refer_to_our_contacts_by_id(router: Router, graph: Graph) -> None:
    found = answer(router, "{ orders { total buyer { id name { full } labels { key } } } }")
    assert [order["buyer"]["id"] for order in found["orders"]] == graph.contact_ids
    assert all(order["buyer"]["name"]["full"] for order in found["orders"])


def test_others_refer_to_our_labels_by_key(router: Router, graph: Graph) -> None:
    found = answer(router, "{ campaigns { subject audience { key displayName contactCount } } }")
    assert [each["audience"]["key"] for each in found["campaigns"]] == graph.label_keys
    assert all(each["audience"]["displayName"] for each in found["campaigns"])


def test_others_add_to_our_contacts_and_labels(router: Router, graph: Graph) -> None:
    found = answer(
        router,
        """{
          contacts(first: 3) { nodes { id orders { total } } }
          labels(first: 3) { nodes { key campaigns { subject } } }
        }""",
    )
    totals = {node["id"]: node["orders"] for node in found["contacts"]["nodes"]}
    assert totals == {
        contact_id: [{"total": 10 * (graph.contact_ids.index(contact_id) + 1)}]
        for contact_id in totals
    }
    assert [node["campaigns"] for node in found["labels"]["nodes"]] == [
        [{"subject": f"To {node['key']}"}] for node in found["labels"]["nodes"]
    ]


def test_references_come_in_one_call_that_costs_two_of_wix(router: Router, gateway: Server) -> None:
    name = f"Buyers{urlsplit(router.url).port}"
    answer(router, f"query {name} {{ orders {{ buyer {{ name {{ full }} labels {{ key }} }} }} }}")
    answer(router, f"query After{name} {{ viewer {{ siteId }} }}")
    gateway.line_with(f"After{name}")
    lines = [line for line in gateway.said().splitlines() if f"query {name}" in line]
    assert [orjson.loads(line)["upstream_calls"] for line in lines] == [2]


def test_our_errors_and_nulls_pass_through(router: Router) -> None:
    body = router.ask(
        f'{{ contacts(after: "none") {{ nodes {{ id }} }} contact(id: "{NOBODY}") {{ id }} }}'
    )
    assert body["data"] == {"contacts": None, "contact": None}
    (error,) = body["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["contacts"], "BAD_CURSOR")
    assert error["extensions"]["requestId"]


def test_a_fault_of_wix_passes_through_and_leaves_the_rest(router: Router, sandbox: Server) -> None:
    fault = {"route": "*", "kind": "status", "status": 403}
    with httpx.Client(base_url=sandbox.origin, trust_env=False) as control:
        control.post("/_sandbox/faults", json=fault).raise_for_status()
        try:
            body = router.ask('{ orders { total } contacts(search: "zzz") { nodes { id } } }')
        finally:
            control.delete("/_sandbox/faults").raise_for_status()
    assert len(body["data"]["orders"]) == REFERENCES
    assert body["data"]["contacts"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["UPSTREAM_FORBIDDEN"]
