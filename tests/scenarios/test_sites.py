"""Several sites from one process: each has its own Wix, and nothing is done on an unmeant one."""

import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from gateway.sandbox.access.credentials import API_KEY
from gateway.sandbox.traffic.faults import Fault, Kind
from tests.support.sandboxes import client_of
from tests.support.servers import running_gateway, running_sandbox
from tests.support.three_sites import (
    CONTACTS,
    IDS,
    LABELS,
    NAMES,
    ThreeSites,
    everything_on,
    marks_in,
    three_sites,
)

WHOLE = """{
  contacts(first: 2) {
    nodes { id company name { full } primaryPhone { formatted } labels { displayName } }
  }
  extendedFields { nodes { displayName } }
}"""
LABEL = "query ($key: ID!) { label(key: $key) { displayName } }"
RENAME = """mutation ($key: ID!, $name: String!) {
  renameLabel(input: { key: $key, displayName: $name }) { label { displayName } }
}"""
CALLERS = {"root": everything_on(), **{name: everything_on(name) for name in NAMES}}


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[ThreeSites]:
    async with three_sites(tmp_path, CALLERS) as sites:
        yield sites


async def named(sites: ThreeSites, caller: str, site: str | None = None) -> str:
    """Read the name of the label that every site has."""
    _, text = await sites.ask(sites.keys[caller], LABEL, site=site, variables={"key": LABELS[0]})
    name: str = json.loads(text)["data"]["label"]["displayName"]
    return name


async def renamed_elsewhere(sites: ThreeSites, site: str, name: str) -> None:
    """Rename the label behind the gateway's back, and wait until it was told."""
    sandbox = sites.sandboxes[site]
    async with client_of(sandbox) as client:
        answer = await client.patch(
            f"/contacts/v4/labels/{LABELS[0]}",
            json={"label": {"displayName": name}},
            headers={"wix-site-id": IDS[site]},
        )
    assert answer.status_code == 200, answer.text
    await sandbox.courier.idle()


@pytest.mark.parametrize("name", NAMES)
async def test_each_site_answers_of_itself_alone(sites: ThreeSites, name: str) -> None:
    for caller, header in ((name, None), (name, name), ("root", name)):
        status, text = await sites.ask(sites.keys[caller], WHOLE, site=header)
        assert status == 200, text
        assert marks_in(text) == {(name, kind) for kind in ("pii", "work", "label", "field")}
    assert [other for other, calls in sites.calls().items() if calls] == [name]


@pytest.mark.parametrize(
    ("caller", "header", "status", "code"),
    [
        ("root", None, 400, "SITE_REQUIRED"),
        ("root", "nowhere", 403, "FORBIDDEN"),
        ("alpha", "bravo", 403, "FORBIDDEN"),
        ("alpha", "nowhere", 403, "FORBIDDEN"),
    ],
)
async def test_without_a_site_of_his_a_caller_is_refused_and_wix_hears_nothing(
    sites: ThreeSites, caller: str, header: str | None, status: int, code: str
) -> None:
    for operation in (WHOLE, RENAME):
        variables = {"key": LABELS[0], "name": "Taken Over"} if operation is RENAME else None
        answered, text = await sites.ask(
            sites.keys[caller], operation, site=header, variables=variables
        )
        (error,) = json.loads(text)["errors"]
        assert (answered, error["extensions"]["code"]) == (status, code)
        assert not any(served in text for served in (*NAMES, *IDS.values()))
    assert sites.calls() == dict.fromkeys(NAMES, 0)


async def test_the_names_of_a_site_that_exists_and_of_one_that_does_not_are_refused_alike(
    sites: ThreeSites,
) -> None:
    texts = set()
    for header in ("bravo", "nowhere"):
        answer = await sites.ask(
            sites.keys["alpha"], WHOLE, site=header, x_request_id="the-same-request"
        )
        texts.add(answer)
    assert len(texts) == 1


async def test_the_caches_of_equal_keys_are_not_mixed(sites: ThreeSites) -> None:
    for _ in range(2):
        assert [await named(sites, name) for name in NAMES] == [f"{name}label 0" for name in NAMES]


async def test_what_is_kept_of_a_site_is_named_by_it(sites: ThreeSites) -> None:
    gateway = sites.app.state.gateway
    named_by = {site_id: site.services.freshness.site for site_id, site in gateway.sites.items()}
    assert named_by == {site_id: site_id for site_id in IDS.values()}


async def test_a_change_on_one_site_is_none_on_the_others(sites: ThreeSites) -> None:
    before = [await named(sites, name) for name in NAMES]
    variables = {"key": LABELS[0], "name": "bravolabel renamed"}
    await sites.ask(sites.keys["bravo"], RENAME, variables=variables)
    assert [await named(sites, name) for name in NAMES] == [
        before[0],
        "bravolabel renamed",
        before[2],
    ]


async def test_the_same_idempotency_key_on_two_sites_is_two(sites: ThreeSites) -> None:
    variables = {"key": LABELS[1], "name": "Renamed"}
    for name in NAMES:
        status, text = await sites.ask(
            sites.keys["root"], RENAME, site=name, variables=variables, idempotency_key="one"
        )
        assert (status, json.loads(text)["data"]["renameLabel"]["label"]) == (
            200,
            {"displayName": "Renamed"},
        )
    renames = "PATCH /contacts/v4/labels/{key}"
    routes = [box.calls.report()["routes"].get(renames) for box in sites.sandboxes.values()]
    assert routes == [1, 1, 1]


async def test_each_site_has_a_budget_of_its_own(sites: ThreeSites) -> None:
    gateway = sites.app.state.gateway
    before = {name: gateway.gate_of(IDS[name]).remaining() for name in NAMES}
    await named(sites, "alpha")
    spent = {name: before[name] - gateway.gate_of(IDS[name]).remaining() for name in NAMES}
    assert spent == {"alpha": 1, "bravo": 0, "charlie": 0}


async def test_a_site_that_does_not_answer_leaves_the_others_alone(sites: ThreeSites) -> None:
    sites.sandboxes["bravo"].faults.add(Fault(Kind.STATUS, status=503))
    assert [await named(sites, name) for name in ("alpha", "charlie")] == [
        "alphalabel 0",
        "charlielabel 0",
    ]
    _, text = await sites.ask(sites.keys["bravo"], LABEL, variables={"key": LABELS[0]})
    assert json.loads(text)["data"] == {"label": None}


async def test_an_event_is_heard_on_its_own_site_only(sites: ThreeSites) -> None:
    await named(sites, "alpha")
    await named(sites, "bravo")
    await renamed_elsewhere(sites, "bravo", "bravolabel from elsewhere")
    before = sites.calls()
    assert await named(sites, "alpha") == "alphalabel 0"
    assert await named(sites, "bravo") == "bravolabel from elsewhere"
    assert sites.calls()["alpha"] == before["alpha"]


async def test_a_contact_of_the_same_id_is_another_person_on_each_site(sites: ThreeSites) -> None:
    query = "query ($id: ID!) { node(id: $id) { ... on Contact { name { first } } } }"
    people = []
    for name in NAMES:
        _, text = await sites.ask(sites.keys[name], query, variables={"id": CONTACTS[0]})
        people.append(json.loads(text)["data"]["node"]["name"]["first"])
    assert people == [f"{name}pii" for name in NAMES]


async def test_log_lines_name_the_site(sites: ThreeSites) -> None:
    with capture_logs(processors=[merge_contextvars]) as lines:
        await named(sites, "alpha")
        await sites.ask(sites.keys["alpha"], WHOLE, site="bravo")
        await renamed_elsewhere(sites, "charlie", "Renamed")
    told = [(line["event"], line["site"]) for line in lines]
    assert told == [
        ("request", IDS["alpha"]),
        ("request", None),
        ("an event", IDS["charlie"]),
        ("request", IDS["charlie"]),
    ]


def test_a_server_s_workers_serve_all_sites_and_share_the_calls_of_each(tmp_path: Path) -> None:
    query = "{ viewer { siteId } contacts { totalCount } rateLimit { limit } }"
    with ExitStack() as stack:
        tables = []
        for name, contacts in (("alpha", 3), ("bravo", 5)):
            place = ("--site", IDS[name], "--contacts", str(contacts))
            sandbox = stack.enter_context(running_sandbox(*place))
            tables.append(
                f'[[sites]]\nid = "{IDS[name]}"\napi_key = "{API_KEY}"\n'
                f'base_url = "{sandbox.origin}"\ncalls_per_minute = {contacts * 20}\n'
            )
        file = tmp_path / "sites.toml"
        file.write_text("".join(tables))
        settings = {"GATEWAY_SITES_FILE": str(file)}
        gateway = stack.enter_context(running_gateway("--workers", "2", settings=settings))
        answers = [
            httpx.post(
                f"{gateway.origin}/graphql",
                json={"query": query},
                headers={"x-wix-site-id": IDS[name]},
                trust_env=False,
            ).json()["data"]
            for name in ("alpha", "bravo")
        ]
    assert answers == [
        {
            "viewer": {"siteId": IDS[name]},
            "contacts": {"totalCount": contacts},
            "rateLimit": {"limit": contacts * 10},
        }
        for name, contacts in (("alpha", 3), ("bravo", 5))
    ]
