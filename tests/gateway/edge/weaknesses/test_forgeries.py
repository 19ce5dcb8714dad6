"""Nothing is done for a page of another origin, or for nobody."""

import pytest

from tests.support.live import Socket
from tests.support.plain_caller import Plain


@pytest.mark.parametrize("query", ["{ __typename }", "mutation { deleteLabel { __typename } }"])
async def test_forgery_by_get(caller: Plain, query: str) -> None:
    answer = await caller.http.get("/graphql", params={"query": query})
    assert answer.json()["errors"][0]["extensions"]["code"] == "CSRF_PREVENTED"


async def test_mutations_by_get(caller: Plain) -> None:
    query = 'mutation { deleteLabel(input: { key: "custom.a" }) { __typename } }'
    answer = await caller.http.get(
        "/graphql", params={"query": query}, headers={"apollo-require-preflight": "1"}
    )
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"],
)
async def test_forgery_by_form(caller: Plain, content_type: str) -> None:
    answer = await caller.http.post(
        "/graphql",
        content=b'{"query": "{ __typename }"}',
        headers={"content-type": content_type},
    )
    assert answer.status_code == 415


async def test_other_origins(caller: Plain) -> None:
    foreign = {"origin": "https://evil.example"}
    preflight = await caller.http.options(
        "/graphql", headers={**foreign, "access-control-request-method": "POST"}
    )
    answer = await caller.http.post("/graphql", json={"query": "{ __typename }"}, headers=foreign)
    for each in (preflight, answer):
        assert not [name for name in each.headers if name.startswith("access-control-")]
    assert preflight.status_code == 405


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        ("https://evil.example", "websocket.close"),
        ("https://gateway.evil.example", "websocket.close"),
        ("https://gateway@evil.example", "websocket.close"),
        ("https://gateway:444", "websocket.close"),
        ("null", "websocket.close"),
        ("", "websocket.close"),
        ("https://[", "websocket.close"),
        ("https://gateway", "websocket.accept"),
    ],
)
async def test_web_sockets_of_other_origins(caller: Plain, origin: str, answer: str) -> None:
    """A browser lets any page open one anywhere, and names the page's origin."""
    shown = caller.http.headers["authorization"]
    headers = {"host": "gateway", "origin": origin, "authorization": shown}
    async with Socket(caller.app, headers) as socket:
        assert (await socket.next())["type"] == answer


async def test_nobody_is_served_without_credentials(caller: Plain) -> None:
    caller.http.headers.pop("authorization")
    answer = await caller.ask("{ __typename }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        401,
        "UNAUTHENTICATED",
    )
