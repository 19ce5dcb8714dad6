"""Browsers: what pages of other origins can make them send, and what they may read."""

from typing import Any

import httpx
import pytest

from tests.support.endpoint import served

OURS = "https://shop.example"
FOREIGN = "https://evil.example"
ASKING = {"query": "{ hello }"}
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "x"}


async def get(headers: dict[str, str], *origins: str) -> httpx.Response:
    async with served(origins=origins) as gateway:
        return await gateway.client.get("/graphql", params=ASKING, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept": "application/json"},
        {"origin": FOREIGN},
        {"origin": "null", "sec-fetch-mode": "cors", "sec-fetch-site": "cross-site"},
        {"sec-fetch-mode": "no-cors", "sec-fetch-site": "cross-site"},
        {"sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site"},
        {"sec-fetch-mode": "navigate", "sec-fetch-site": "none"},
        {"sec-fetch-mode": "cors", "sec-fetch-site": "same-site", "origin": FOREIGN},
        {"apollo-require-preflight": ""},
    ],
)
async def test_a_get_that_any_page_can_cause_is_not_executed(headers: dict[str, str]) -> None:
    answer = await get(headers, OURS)
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "CSRF_PREVENTED"


@pytest.mark.parametrize(
    "headers",
    [
        {"apollo-require-preflight": "1"},
        {"x-apollo-operation-name": "Hello"},
        {"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"},
        {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"},
        {"sec-fetch-mode": "cors"},
        {"sec-fetch-mode": "cors", "sec-fetch-site": "cross-site", "origin": OURS},
    ],
)
async def test_a_get_of_a_program_or_of_a_page_that_may_is(headers: dict[str, str]) -> None:
    answer = await get(headers, OURS)
    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello world"}})


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/plain; application/json",
        "application/json, text/plain",
        "",
    ],
)
async def test_a_post_that_any_page_can_cause_is_not_executed(content_type: str) -> None:
    async with served() as gateway:
        headers = {"content-type": content_type} if content_type else {}
        answer = await gateway.client.post(
            "/graphql", content=b'{"query": "{ hello }"}', headers=headers
        )
    assert answer.status_code == 415


async def asked(method: str, headers: dict[str, str], *origins: str) -> httpx.Response:
    async with served(origins=origins) as gateway:
        return await gateway.client.request(method, "/graphql", json=ASKING, headers=headers)


async def test_no_other_origin_may_read_unless_it_is_named() -> None:
    answer = await asked("POST", {"origin": FOREIGN})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    refused = await asked("OPTIONS", {"origin": FOREIGN, **PREFLIGHT})
    assert refused.status_code == 405


async def test_an_origin_that_is_named_may() -> None:
    answer = await asked("POST", {"origin": OURS}, OURS)
    assert answer.headers["access-control-allow-origin"] == OURS
    assert "access-control-allow-credentials" not in answer.headers
    assert "origin" in answer.headers["vary"]
    exposed = set(answer.headers["access-control-expose-headers"].split(", "))
    assert {"retry-after", "www-authenticate", "x-request-id"} <= exposed


async def test_its_preflight_is_answered_without_executing_anything() -> None:
    answer = await asked("OPTIONS", {"origin": OURS, **PREFLIGHT}, OURS)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert {"authorization", "idempotency-key", "x-crm-trace", "x-wix-site-id"} <= allowed


@pytest.mark.parametrize("origin", [FOREIGN, "null", f"{OURS}.evil.example", OURS.upper(), ""])
async def test_others_than_the_named_may_not(origin: str) -> None:
    answer = await asked("POST", {"origin": origin}, OURS)
    assert "access-control-allow-origin" not in answer.headers
    preflight = await asked("OPTIONS", {"origin": origin, **PREFLIGHT}, OURS)
    assert preflight.status_code == 405


async def test_every_origin_may_where_that_is_set() -> None:
    answer = await asked("POST", {"origin": FOREIGN}, "*")
    assert answer.headers["access-control-allow-origin"] == FOREIGN


HARDENED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/graphql", "/nowhere"])
async def test_every_answer_keeps_browsers_careful(path: str) -> None:
    async with served() as gateway:
        answer = await gateway.client.post(path, json=ASKING)
    assert {name: answer.headers.get(name) for name in HARDENED} == HARDENED
    assert "strict-transport-security" not in answer.headers


async def test_an_encrypted_answer_asks_to_stay_so() -> None:
    async with served() as gateway:
        answer = await gateway.client.post("https://gateway/graphql", json=ASKING)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def page(**options: Any) -> httpx.Response:
    async with served(**options) as gateway:
        return await gateway.client.get("/graphql", headers={"accept": "text/html"})


async def test_the_page_runs_the_scripts_of_this_origin_and_no_other() -> None:
    policy = (await page()).headers["content-security-policy"]
    assert "script-src 'self'" in policy.split("; ")
    assert "frame-ancestors 'none'" in policy


async def test_the_page_is_not_shown_where_callers_are_asked_who_they_are() -> None:
    answer = await page(page_shown=False)
    assert (answer.status_code, "GraphiQL" in answer.text) == (406, False)
