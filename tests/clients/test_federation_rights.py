"""Routers hand a token on to a gateway that asks for it; Hive Gateway verifies it as well."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from gateway.cache.periods import NOTHING_KEPT
from gateway.sandbox.access.credentials import HOME
from schema.build import print_sdl
from tests.support.routers import ROUTERS, Graph, Router, composed, routing
from tests.support.servers import Server, running_gateway, running_sandbox
from tests.support.tokens import AUDIENCE, ISSUER, key_set, rsa_key, token
from tests.support.wiretap import Wiretap, tapping

REFERENCES = 25
NOBODY = "00000000-0000-4000-8000-000000000000"
BRANCH = "0c9b7f5e-7d3a-4a65-8f1e-2b6d4c8a9e13"
CONTACTS: Final = {HOME.site_id: 60, BRANCH: 30}
"""How many contacts each site has."""
EVERYTHING = "labels:read contacts:read contacts:pii"
SITE = """[[sites]]
id = "{site}"
api_key = "sandbox-key"
base_url = "{origin}"
"""
hive = pytest.mark.parametrize("router", ["hive"], indirect=True)
apollo = pytest.mark.parametrize("router", ["apollo"], indirect=True)


def token_for(scope: str, *sites: str) -> str:
    """Issue a token that is good for ten minutes; on the first site unless told."""
    now = int(time.time())
    return token(iat=now, exp=now + 600, scope=scope, site_ids=[*(sites or [HOME.site_id])])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Server]:
    with running_sandbox("--contacts", str(CONTACTS[HOME.site_id])) as server:
        yield server


@pytest.fixture(scope="module")
def gateway(sandbox: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sites")
    (folder / "issuer.jwks").write_text(key_set(rsa_key("rsa")))
    with running_sandbox("--contacts", str(CONTACTS[BRANCH]), "--site", BRANCH) as branch:
        origins = {HOME.site_id: sandbox.origin, BRANCH: branch.origin}
        sites = [SITE.format(site=site, origin=origin) for site, origin in origins.items()]
        (folder / "sites.toml").write_text("".join(sites))
        with running_gateway(settings=settings(folder)) as server:
            yield server


def settings(folder: Path) -> dict[str, str]:
    return {
        "GATEWAY_AUTH": "required",
        "GATEWAY_JWT_ISSUER": ISSUER,
        "GATEWAY_JWT_AUDIENCE": AUDIENCE,
        "GATEWAY_JWT_PUBLIC_KEYS_FILE": str(folder / "issuer.jwks"),
        "GATEWAY_SITES_FILE": str(folder / "sites.toml"),
        "GATEWAY_CACHE_PERIODS": NOTHING_KEPT,
        "GATEWAY_CACHE_ON_ERROR_SECONDS": "0",
    }


@pytest.fixture(scope="module")
def listening(gateway: Server) -> Iterator[Wiretap]:
    with tapping(gateway.origin) as wiretap:
        yield wiretap


@pytest.fixture
def wiretap(listening: Wiretap) -> Wiretap:
    """What the gateway is asked in this test."""
    listening.heard.clear()
    return listening


@pytest.fixture(scope="module")
def graph(listening: Wiretap, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    """One order for each of 24 contacts and one for nobody; one campaign for each of 3 labels."""
    url = f"{listening.origin}/graphql"
    query = "{ contacts(first: 24) { nodes { id } } labels(first: 3) { nodes { key } } }"
    known = Router(url).ask(query, token=token_for(EVERYTHING))["data"]
    with composed(
        url,
        print_sdl(),
        contact_ids=[*(each["id"] for each in known["contacts"]["nodes"]), NOBODY],
        label_keys=[each["key"] for each in known["labels"]["nodes"]],
        folder=tmp_path_factory.mktemp("graph"),
    ) as graph:
        yield graph


@pytest.fixture(scope="module", params=ROUTERS)
def router(request: pytest.FixtureRequest, graph: Graph) -> Iterator[Router]:
    key = rsa_key("rsa").as_pem(private=False).decode()
    issuer = {"ISSUER_KEY": key, "ISSUER": ISSUER, "AUDIENCE": AUDIENCE}
    with routing(request.param, graph, issuer=issuer) as router:
        yield router


def codes(body: dict[str, Any]) -> list[str]:
    return [error["extensions"]["code"] for error in body["errors"]]


def orders_of(body: dict[str, Any]) -> list[int]:
    return [order["total"] for order in body["data"]["orders"]]


ALL_ORDERS = [10 * number for number in range(1, REFERENCES + 1)]


def test_25_references_come_in_one_call_that_costs_two_of_wix(
    router: Router, graph: Graph, wiretap: Wiretap, sandbox: Server
) -> None:
    calls = f"{sandbox.origin}/_sandbox/calls"
    httpx.delete(calls, trust_env=False).raise_for_status()
    query = "{ orders { buyer { name { full } labels { displayName } } } }"
    assert "errors" not in router.ask(query, token=token_for(EVERYTHING))
    (heard,) = wiretap.heard
    assert [each["id"] for each in heard.representations] == graph.contact_ids
    assert httpx.get(calls, trust_env=False).json()["routes"] == {
        "POST /contacts/v4/contacts/query": 1,
        "GET /contacts/v4/labels": 1,
    }


def test_a_contact_that_nobody_has_is_null_in_its_order_and_the_others_answer(
    router: Router,
) -> None:
    body = router.ask("{ orders { total buyer { revision } } }", token=token_for(EVERYTHING))
    *others, last = body["data"]["orders"]
    assert last == {"total": 250, "buyer": None}
    assert len([each for each in others if each["buyer"]["revision"] > 0]) == REFERENCES - 1


def test_the_caller_s_own_token_is_handed_on(router: Router, wiretap: Wiretap) -> None:
    own = token_for("labels:read")
    body = router.ask("{ viewer { subject scopes } campaigns { subject } }", token=own)
    assert body["data"]["viewer"] == {"subject": "ada", "scopes": ["labels:read"]}
    assert [heard.authorization for heard in wiretap.heard] == [f"Bearer {own}"]


@pytest.mark.parametrize("site", CONTACTS)
def test_the_site_is_the_one_that_the_token_names(router: Router, site: str) -> None:
    query = "{ viewer { siteId } contacts(first: 1) { totalCount } }"
    body = router.ask(query, token=token_for("contacts:read", site))
    assert body == {
        "data": {"viewer": {"siteId": site}, "contacts": {"totalCount": CONTACTS[site]}}
    }


def test_a_token_for_no_site_of_ours_passes_a_router_and_not_us(router: Router) -> None:
    query = "{ orders { total } contacts(first: 1) { totalCount } }"
    body = router.ask(query, token=token_for("contacts:read", "elsewhere"))
    assert (orders_of(body), body["data"]["contacts"]) == (ALL_ORDERS, None)
    assert codes(body) == ["FORBIDDEN"]


def test_what_we_refuse_of_a_reference_leaves_what_others_know_of_it(
    router: Router, graph: Graph
) -> None:
    query = "{ orders { total buyer { id company } } }"
    body = router.ask(query, token=token_for("contacts:read", "elsewhere"))
    assert orders_of(body) == ALL_ORDERS
    assert [order["buyer"] for order in body["data"]["orders"]] == [
        {"id": contact_id, "company": None} for contact_id in graph.contact_ids
    ]
    assert set(codes(body)) == {"FORBIDDEN"}


def test_an_argument_s_scope_which_no_router_knows_is_asked_for_by_us(router: Router) -> None:
    query = '{ orders { total } contacts(search: "ada") { totalCount } }'
    body = router.ask(query, token=token_for("contacts:read"))
    assert (orders_of(body), body["data"]["contacts"]) == (ALL_ORDERS, None)
    (error,) = body["errors"]
    assert (error["path"], error["extensions"]["code"], error["extensions"]["missingScopes"]) == (
        ["contacts"],
        "FORBIDDEN",
        ["contacts:pii"],
    )


def test_apollo_s_gateway_refuses_a_supergraph_that_leaves_security_to_it(graph: Graph) -> None:
    full = graph.files["hive"]
    assert full.read_text().replace(", for: SECURITY)", ")") == graph.files["apollo"].read_text()
    refused = replace(graph, files={"apollo": full})
    with pytest.raises(RuntimeError, match="no answer"), routing("apollo", refused):
        pass


@apollo
def test_where_no_router_enforces_scopes_our_refusal_passes_through(router: Router) -> None:
    query = "{ orders { buyer { revision name { full } } } }"
    body = router.ask(query, token=token_for("contacts:read"))
    *buyers, nobody = (order["buyer"] for order in body["data"]["orders"])
    assert [(buyer["revision"] > 0, buyer["name"]) for buyer in buyers] == [(True, None)] * 24
    assert nobody is None
    assert [
        (error["path"], error["extensions"]["code"], error["extensions"]["missingScopes"])
        for error in body["errors"]
    ] == [(["orders", row, "buyer", "name"], "FORBIDDEN", ["contacts:pii"]) for row in range(24)]


@apollo
def test_where_no_router_asks_for_a_token_we_do(router: Router) -> None:
    body = router.ask("{ orders { total } labels { nodes { key } } }")
    assert (orders_of(body), body["data"]["labels"]) == (ALL_ORDERS, None)
    assert codes(body) == ["UNAUTHENTICATED"]


@hive
@pytest.mark.parametrize(
    ("scope", "query", "withheld"),
    [
        ("contacts:read", "{ contacts { nodes { company name { full } } } }", "name{full}"),
        ("contacts:read", "{ orders { buyer { company name { full } } } }", "name{full}"),
        ("labels:read", "{ campaigns { audience { displayName contactCount } } }", "contactCount"),
        ("labels:read", "{ labels { nodes { key } } contacts { nodes { id } } }", "contacts"),
        ("labels:read", '{ node(id: "x") { id ... on Contact { company } } }', "company"),
    ],
)
def test_what_the_scopes_do_not_allow_is_refused_before_it_reaches_us(
    router: Router, wiretap: Wiretap, *, scope: str, query: str, withheld: str
) -> None:
    body = router.ask(query, token=token_for(scope))
    assert codes(body) == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    (heard,) = wiretap.heard
    assert withheld not in heard.query


@hive
def test_personal_fields_ask_for_contacts_as_well_and_nothing_reaches_us(
    router: Router, wiretap: Wiretap
) -> None:
    query = "{ orders { total buyer { name { full } } } }"
    body = router.ask(query, token=token_for("contacts:pii"))
    assert codes(body) == ["UNAUTHORIZED_FIELD_OR_TYPE"]
    assert wiretap.heard == []


@hive
def test_a_caller_without_a_token_is_refused_before_he_reaches_us(
    router: Router, wiretap: Wiretap
) -> None:
    body = router.ask("{ orders { total } viewer { subject } labels { nodes { key } } }")
    assert (orders_of(body), body["data"]["viewer"], body["data"]["labels"]) == (
        ALL_ORDERS,
        None,
        None,
    )
    assert codes(body) == ["UNAUTHORIZED_FIELD_OR_TYPE"] * 2
    assert wiretap.heard == []


@hive
def test_a_forged_token_is_refused_before_it_reaches_us(router: Router, wiretap: Wiretap) -> None:
    now = int(time.time())
    forged = token(key=rsa_key("another"), iat=now, exp=now + 600, scope=EVERYTHING)
    body = router.ask("{ viewer { subject } }", token=forged)
    assert ([error["message"] for error in body["errors"]], wiretap.heard) == (
        ["Unauthenticated"],
        [],
    )
