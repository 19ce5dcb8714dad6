"""Ordered faults strike where, when and as often as they were told to."""

from typing import Any

import httpx
import pytest

from gateway.sandbox.app import SandboxOptions
from tests.support.sandboxes import CONTACTS, EMPTY, LABELS, Site, running

NAMED = {"info": {"name": {"first": "Ada"}}}


async def _total(site: Site) -> int:
    answer = await site.client.post(f"{CONTACTS}/query", json={})
    total: int = answer.json()["pagingMetadata"]["total"]
    return total


@pytest.mark.parametrize(("status", "code"), [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED")])
async def test_a_status_fault_refuses_in_the_contracts_words(status: int, code: str) -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=status)
        answer = await site.client.get(LABELS)
        assert answer.status_code == status
        assert answer.json()["details"]["applicationError"]["code"] == code


@pytest.mark.parametrize("status", [500, 503, 504])
async def test_faults_of_the_server_are_empty_on_purpose(status: int) -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=status)
        answer = await site.client.get(LABELS)
        assert (answer.status_code, answer.json()) == (status, {"message": "", "details": {}})
        assert "x-wix-request-id" in answer.headers


async def test_a_throttling_fault_may_name_a_time_and_be_plain_text() -> None:
    async with running() as site:
        order = {"kind": "status", "status": 429, "retryAfter": 3, "json": False}
        await site.control("POST", "/faults", **order)
        answer = await site.client.get(LABELS)
        assert (answer.status_code, answer.text) == (429, "Too Many Requests")
        assert answer.headers["retry-after"] == "3"


async def test_a_status_without_a_phrase_still_has_a_plain_text() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=418, json=False)
        assert (await site.client.get(LABELS)).text == "Error 418"


async def test_a_fault_strikes_as_often_as_its_count() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=503, count=2)
        statuses = await site.statuses(3)
        assert (statuses, await site.control("GET", "/faults")) == ([503, 503, 200], {"faults": []})


async def test_a_fault_without_an_end_strikes_until_it_is_lifted() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status")
        struck = await site.statuses(3)
        await site.control("DELETE", "/faults")
        assert (struck, await site.statuses(1)) == ([503] * 3, [200])


async def test_probability_follows_the_seed() -> None:
    outcomes = []
    for seed in (7, 7, 8):
        async with running(SandboxOptions(seed=seed, contacts=0)) as site:
            await site.control("POST", "/faults", kind="status", probability=0.5)
            outcomes.append(await site.statuses(40))
    assert outcomes[0] == outcomes[1] != outcomes[2]
    assert 5 < outcomes[0].count(503) < 35


@pytest.mark.parametrize(
    "route",
    [
        "GET /contacts/v4/labels/{key}",
        "GET /contacts/v4/labels/{whatever}",
        "GET /_api/contacts/v4/labels/{key}",
        "* /contacts/v4/labels/{key}",
        "/contacts/v4/labels/{key}",
    ],
)
async def test_a_fault_strikes_only_its_route(route: str) -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", route=route)
        struck = await site.statuses(1, f"{LABELS}/contacts.customers")
        aliased = await site.statuses(1, f"/_api{LABELS}/contacts.customers")
        assert (struck, aliased, await site.statuses(1, LABELS)) == ([503], [503], [200])


async def test_a_parameter_does_not_stand_for_a_literal() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", route="GET /contacts/v4/contacts/{id}")
        assert await site.statuses(1, f"{CONTACTS}/facets") == [200]


async def test_token_routes_fail_by_name_only() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status")
        spared = await site.client.post("/oauth2/token", json={})
        await site.control("POST", "/faults", kind="status", route="POST /oauth2/token")
        struck = await site.client.post("/oauth2/token", json={})
        assert (spared.status_code, struck.status_code) == (400, 503)


async def test_latency_adds_up_and_the_answer_is_whole() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="latency", seconds=1.5)
        await site.control("POST", "/faults", kind="latency", seconds=0.5, when="after")
        answer = await site.client.get(LABELS)
        assert (answer.status_code, site.time.slept) == (200, [1.5, 0.5])


async def test_a_drop_before_the_work_leaves_no_trace_of_it() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="drop", count=1)
        with pytest.raises(httpx.ReadError):
            await site.client.post(CONTACTS, json=NAMED)
        assert await _total(site) == 0


@pytest.mark.parametrize(
    ("kind", "failure"), [("drop", httpx.ReadError), ("half_body", httpx.RemoteProtocolError)]
)
async def test_an_answer_cut_after_the_work_loses_the_answer_only(
    kind: str, failure: type[Exception]
) -> None:
    async with running() as site:
        route = "POST /contacts/v4/contacts"
        await site.control("POST", "/faults", kind=kind, when="after", route=route, count=1)
        with pytest.raises(failure):
            await site.client.post(CONTACTS, json=NAMED)
        assert await _total(site) == 1


async def test_a_status_after_the_work_hides_that_it_was_done() -> None:
    async with running() as site:
        order = {"kind": "status", "when": "after", "count": 1}
        await site.control("POST", "/faults", route="POST /contacts/v4/contacts", **order)
        answer = await site.client.post(CONTACTS, json=NAMED)
        assert (answer.status_code, await _total(site)) == (503, 1)


async def test_the_fault_that_ends_a_call_saves_the_later_ones() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=500, count=1)
        await site.control("POST", "/faults", kind="status", status=503, count=1)
        assert await site.statuses(3) == [500, 503, 200]


async def test_a_faulty_call_is_counted() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", count=1)
        await site.statuses(1)
        assert site.sandbox.calls.total == 1


async def test_a_fault_comes_before_credentials() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="status", status=500, count=1)
        answer = await site.client.get(LABELS, headers={"authorization": "wrong"})
        assert answer.status_code == 500


async def test_index_lag_delays_queries_but_not_get() -> None:
    async with running() as site:
        await site.control("POST", "/faults", kind="index_lag", seconds=5)
        made = (await site.client.post(CONTACTS, json=NAMED)).json()["contact"]["id"]
        found = [await _total(site), (await site.client.get(f"{CONTACTS}/{made}")).status_code]
        site.time.advance(5)
        assert (found, await _total(site)) == ([0, 200], 1)


async def test_lifting_index_lag_restores_the_usual_one() -> None:
    async with running() as site:
        await site.control("POST", "/settings", indexLag=2)
        await site.control("POST", "/faults", kind="index_lag", seconds=5)
        await site.control("POST", "/faults", kind="index_lag", seconds=9)
        lag = site.sandbox.settings.behaviour.index_lag
        await site.control("DELETE", "/faults")
        assert (lag, site.sandbox.settings.behaviour.index_lag) == (9, 2)


async def test_faults_in_force_are_shown_with_what_they_mean() -> None:
    orders: list[dict[str, Any]] = [
        {"kind": "status", "route": "*", "when": "before", "status": 429, "json": True, "count": 2},
        {"kind": "latency", "route": "*", "when": "after", "seconds": 0.1, "probability": 1.0},
        {"kind": "index_lag", "seconds": 1.0},
    ]
    async with running() as site:
        for order in orders:
            await site.control("POST", "/faults", **order)
        await site.client.get(LABELS)
        shown = (await site.control("GET", "/faults"))["faults"]
        assert shown == [
            {**order, "struck": struck} for order, struck in zip(orders, (1, 0, 0), strict=True)
        ]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ({}, "kind must be one of status, latency, drop, half_body, index_lag"),
        ({"kind": "fire"}, "kind must be one of status, latency, drop, half_body, index_lag"),
        ({"kind": "status", "colour": 1}, "Unknown property 'colour'"),
        ({"kind": "drop", "status": 503}, "Unknown property 'status'"),
        ({"kind": "status", "status": 200}, "status must be a whole number from 400 to 599"),
        ({"kind": "status", "status": True}, "status must be a whole number from 400 to 599"),
        ({"kind": "status", "status": "503"}, "status must be a whole number from 400 to 599"),
        ({"kind": "status", "json": 1}, "json must be true or false"),
        ({"kind": "status", "retryAfter": -1}, "retryAfter must be a whole number"),
        ({"kind": "status", "count": 0}, "count must be a whole number from 1"),
        ({"kind": "status", "probability": 1.5}, "probability must be a number from 0 to 1"),
        ({"kind": "status", "probability": "x"}, "probability must be a number from 0 to 1"),
        ({"kind": "status", "count": 1, "probability": 1}, "Give count or probability, not both"),
        ({"kind": "latency", "seconds": -1}, "seconds must be a number from 0 to 3600"),
        ({"kind": "latency", "seconds": 10**18}, "seconds must be a number from 0 to 3600"),
        ({"kind": "latency", "when": "never"}, "when must be one of before, after"),
        ({"kind": "half_body", "when": "before"}, "half_body cuts an answer"),
        ({"kind": "drop", "route": "GET /nowhere"}, "route 'GET /nowhere' names no route"),
        ({"kind": "drop", "route": ""}, "route must be a text"),
        ({"kind": "index_lag", "route": "*"}, "Unknown property 'route'"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused_in_words(
    order: dict[str, Any], message: str
) -> None:
    async with running(EMPTY) as site:
        answer = await site.client.post("/_sandbox/faults", json=order)
        assert answer.status_code == 400
        assert answer.json()["message"].startswith(message)
        assert site.sandbox.faults.standing == ()


async def test_a_latency_that_is_no_number_is_refused() -> None:
    async with running() as site:
        body = b'{"kind": "latency", "seconds": NaN}'
        answer = await site.client.post("/_sandbox/faults", content=body)
        assert answer.status_code == 400
