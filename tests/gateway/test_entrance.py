"""The settings about documents and routers, as callers meet them."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from gateway.app import create_app
from gateway.edge.auth.key_file import changing
from gateway.edge.page import BUNDLE, PAGE
from gateway.settings import Settings
from tests.support.applications import calling
from tests.support.node import give_up

COUNT = "query Count { labels { totalCount } }"
SECRET = "known to the router alone"
SDL = "{ _service { __typename } }"
PROVEN = {"data": {"_service": {"__typename": "_Service"}}}


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(sandbox_contacts=0, cost_reported=False, **settings))
    async with calling(app) as client:
        yield client


async def ask(client: httpx.AsyncClient, headers: Any = None, **body: Any) -> Any:
    answer = (await client.post("/graphql", json=body, headers=headers)).json()
    return answer["errors"][0]["extensions"]["code"] if "errors" in answer else answer


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "persisted.json"
    file.write_bytes(orjson.dumps({"count": COUNT}))
    return file


@pytest.mark.parametrize(
    ("policy", "text"),
    [("only", "PERSISTED_QUERY_ID_REQUIRED"), ("prefer", {"data": {"__typename": "Query"}})],
)
async def test_documents_of_the_manifest_are_executed(
    manifest: Path, policy: Any, text: Any
) -> None:
    async with serving(documents=policy, documents_file=manifest) as client:
        named = await ask(client, documentId="count")
        assert isinstance(named["data"]["labels"]["totalCount"], int)
        assert await ask(client, query="{ __typename }") == text


@pytest.mark.parametrize(("policy", "status"), [("only", 406), ("prefer", 200)])
async def test_no_page_is_shown_that_could_ask_nothing(
    manifest: Path, policy: Any, status: int
) -> None:
    page = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    async with serving(documents=policy, documents_file=manifest) as client:
        assert (await client.get("/graphql", headers=page)).status_code == status


@pytest.mark.parametrize(("policy", "status"), [("only", 404), ("prefer", 200)])
async def test_the_page_s_scripts_are_served_where_it_is_shown(
    manifest: Path, policy: Any, status: int
) -> None:
    scripts = sorted(BUNDLE.glob("*.js"))
    if not scripts:
        give_up("GraphiQL is not bundled; `make page` does it", os.environ)
    async with serving(documents=policy, documents_file=manifest) as client:
        assert (await client.get(f"/graphiql/{scripts[0].name}")).status_code == status


@pytest.mark.parametrize(
    ("graphiql", "auth", "status"),
    [
        ("auto", "none", 200),
        ("auto", "required", 406),
        ("on", "none", 200),
        ("on", "required", 200),
        ("off", "none", 406),
        ("off", "required", 406),
    ],
)
async def test_the_page_is_shown_as_set_and_lets_nobody_in(
    tmp_path: Path, graphiql: Any, auth: Any, status: int
) -> None:
    file = tmp_path / "keys.json"
    with changing(file):
        callers = {"auth": auth} | ({"api_keys_file": file} if auth == "required" else {})
    async with serving(graphiql=graphiql, **callers) as client:
        page = await client.get("/graphql", headers={"accept": "text/html"})
        assert (page.status_code, page.content == PAGE) == (status, status == 200)
        answer = await ask(client, query="{ __typename }")
    refused = "UNAUTHENTICATED" if auth == "required" else {"data": {"__typename": "Query"}}
    assert answer == refused


@pytest.mark.parametrize(("room", "kept"), [(1_000, True), (1, False)])
async def test_room_for_automatic_documents_is_set(room: int, *, kept: bool) -> None:
    named = {"persistedQuery": {"version": 1, "sha256Hash": sha256(COUNT.encode()).hexdigest()}}
    async with serving(documents="prefer", automatic_document_bytes=room) as client:
        first = await ask(client, query=COUNT, extensions=named)
        again = await ask(client, extensions=named)
    assert again == (first if kept else "PERSISTED_QUERY_NOT_FOUND")


async def test_a_router_proves_itself_by_its_secret() -> None:
    async with serving(router_proof="header", router_secret=SecretStr(SECRET)) as client:
        assert await ask(client, query=SDL) == "ROUTER_UNPROVEN"
        assert await ask(client, {"x-router-secret": SECRET}, query=SDL) == PROVEN
        assert await ask(client, query="{ __typename }") == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("proof", "unstamped"), [("hmac", PROVEN), ("hmac-stamped", None)])
async def test_a_router_proves_itself_by_its_signature(
    tmp_path: Path, proof: Any, unstamped: Any
) -> None:
    # base64 of HMAC-SHA256 over {"query":"{ _service { __typename } }"}, by openssl
    signature = "eUb3qw4tkgRDrCS6m40Jy0U4f8Ac9OA7OhEV8c0OirE="
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    async with serving(router_proof=proof, router_secret_file=tmp_path / "secret") as client:
        assert await ask(client, query=SDL) == "ROUTER_UNPROVEN"
        signed = await ask(client, query=SDL, extensions={"hmac-signature": signature})
        assert signed == (unstamped or "ROUTER_UNPROVEN")
