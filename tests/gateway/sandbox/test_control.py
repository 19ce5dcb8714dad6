"""The control routes: reset, seed, calls, settings, and what they refuse."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.sandbox.traffic.paths import ROUTES
from tests.support.sandboxes import APP, CONTACTS, EMPTY, INSTANCE, KEY, Site, running

NAMED = {"info": {"name": {"first": "Ada"}}}


async def _names(site: Site) -> list[str]:
    answer = await site.client.get(CONTACTS)
    return [contact["info"]["name"]["first"] for contact in answer.json()["contacts"]]


async def test_the_overview_lists_credentials_and_routes() -> None:
    async with running() as site:
        overview = await site.control("GET")
        assert overview["credentials"] == {
            "apiKey": "sandbox-key",
            "siteId": KEY["wix-site-id"],
            "accountId": "44444444-4444-4444-8444-444444444444",
            "appId": APP["client_id"],
            "appSecret": APP["client_secret"],
            "instanceId": INSTANCE,
            "authorizationCode": "sandbox-code",
        }
        assert overview["routes"] == list(ROUTES)


async def test_every_control_route_of_the_overview_answers() -> None:
    async with running() as site:
        unanswered = []
        for line in (await site.control("GET"))["control"]:
            method, path = line.split(" ")
            document = {"kind": "drop", "url": "http://127.0.0.1:9/"}
            wanted = {"POST /_sandbox/faults": {"kind"}, "PUT /_sandbox/webhooks": {"url"}}
            body = {name: document[name] for name in wanted.get(line, ())}
            answer = await site.client.request(method, path, json=body)
            if answer.status_code != 200:
                unanswered.append(line)
        assert unanswered == []


async def test_control_needs_no_credentials_and_is_neither_counted_nor_faulty() -> None:
    async with running() as site:
        site.client.headers = {}
        await site.control("POST", "/faults", kind="drop")
        assert (await site.control("GET", "/calls"))["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/_sandbox/nothing", 404),
        ("GET", "/_sandbox/reset", 405),
        ("PATCH", "/_sandbox", 405),
        ("GET", "/_sandbox/", 200),
    ],
)
async def test_unknown_control_routes_and_methods_are_told(
    method: str, path: str, status: int
) -> None:
    async with running() as site:
        assert (await site.client.request(method, path)).status_code == status


async def test_a_path_that_only_begins_like_control_is_none() -> None:
    async with running() as site:
        assert (await site.client.get("/_sandboxes")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        (b"{", 400, "Invalid JSON"),
        (b"null", 400, "Expected an object"),
        (b'"text"', 400, "Expected an object"),
        (b"\xff\xfe", 400, "Invalid JSON"),
        (b"[" * 60_000, 400, "Invalid JSON"),
        (b'{"seed": ' + b"9" * 5_000 + b"}", 400, "Invalid JSON"),
        (b" " * (64 * 1024 + 1), 413, "Request body too large"),
        (b'{"seed": -1}', 400, "seed must be a whole number from 0 to 9223372036854775807"),
        (b'{"contacts": 100001}', 400, "contacts must be a whole number from 0 to 100000"),
        (b'{"contacts": 1.5}', 400, "contacts must be a whole number from 0 to 100000"),
        (b'{"labels": 1}', 400, "Unknown property 'labels'; known are contacts, seed"),
    ],
)
async def test_bad_input_is_refused_in_words(body: bytes, status: int, message: str) -> None:
    async with running() as site:
        answer = await site.client.post("/_sandbox/seed", content=body)
        assert (answer.status_code, answer.json()) == (status, {"message": message})


async def test_seed_replaces_the_content() -> None:
    async with running() as site:
        await site.client.post(CONTACTS, json={"info": {"name": {"first": "Nobody"}}})
        await site.control("POST", "/seed", seed=3, contacts=2)
        assert await _names(site) == ["Ada", "Alan"]


async def test_seed_without_a_body_sows_what_the_sandbox_was_started_with() -> None:
    async with running(replace(EMPTY, contacts=3)) as site:
        await site.control("POST", "/seed", contacts=1)
        few = await _names(site)
        await site.control("POST", "/seed")
        assert (few, await _names(site)) == (["Ada"], ["Ada", "Alan", "Grace"])


async def test_reset_returns_to_the_state_after_start() -> None:
    async with running(replace(EMPTY, contacts=2)) as site:
        fresh = (await site.client.get(CONTACTS)).json()
        await site.control("POST", "/settings", rateLimit=5, retryAfter=True, labelsQuota=3)
        settings = await site.control("GET", "/settings")
        await site.control("PUT", "/webhooks", url="http://127.0.0.1:9/")
        await site.control("POST", "/faults", kind="status", count=1)
        await site.statuses(6)
        await site.client.post(CONTACTS, json=NAMED)
        await site.control("POST", "/reset")
        calls = await site.control("GET", "/calls")
        assert (await site.control("GET", "/faults")) == {"faults": []}
        assert (await site.control("GET", "/webhooks"))["subscription"] is None
        assert calls == {"total": 0, "routes": {}, "peak": 0, "throttled": 0}
        assert settings != await site.control("GET", "/settings")
        assert (await site.client.get(CONTACTS)).json() == fresh


async def test_after_a_reset_new_ids_repeat() -> None:
    async with running() as site:
        made = []
        for _ in range(2):
            made.append((await site.client.post(CONTACTS, json=NAMED)).json())
            await site.control("POST", "/reset")
        assert made[0] == made[1]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "url must be a text"),
        ({"url": "ftp://example.com/"}, "url must be an http or https address"),
        ({"url": "http://"}, "url must be an http or https address"),
        ({"url": "http://[::1"}, "url must be an http or https address"),
        ({"url": "http://127.0.0.1:99999/"}, "url must be an http or https address"),
        ({"url": "http://example.com/\n"}, "url must be an http or https address"),
        ({"url": "http://example.com", "events": "all"}, "events must be a list"),
        ({"url": "http://example.com", "events": ["x"]}, "events may only hold wix.contacts.v4."),
        ({"url": "http://example.com", "duplicates": 1}, "duplicates must be true or false"),
    ],
)
async def test_a_bad_subscription_is_refused(asked: dict[str, Any], message: str) -> None:
    async with running() as site:
        answer = await site.client.put("/_sandbox/webhooks", json=asked)
        assert answer.status_code == 400
        assert answer.json()["message"].startswith(message)
        assert site.sandbox.outbox.subscription is None
