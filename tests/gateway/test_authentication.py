"""Callers at the door of the whole application: 401 before anything is read or asked."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.app import create_app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.forgeries import forgeries
from tests.support.listening import Overheard
from tests.support.tokens import (
    AUDIENCE,
    ISSUER,
    ec_key,
    edwards_key,
    key_set,
    rsa_key,
    token,
)

SITE = "11111111-1111-4111-8111-111111111111"
WHO = '{"query": "{ viewer { subject siteId scopes } }"}'
JSON = {"content-type": "application/json"}


@asynccontextmanager
async def served(**settings: object) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a sandbox to callers who are asked who they are, and see that Wix is left alone."""
    sandbox = create_sandbox(SandboxOptions(contacts=5))
    app = create_app(Settings.model_validate({"auth": "required", **settings}), sandbox=sandbox)
    transport = Overheard(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client
    assert sandbox.calls.report()["total"] == 0
    await app.state.door.aclose()
    await app.state.gateway.aclose()
    await sandbox.aclose()


def with_tokens(folder: Path) -> dict[str, object]:
    file = folder / "issuer.json"
    file.write_text(key_set(rsa_key("rsa"), ec_key("ec"), edwards_key("ed")))
    return {
        "jwt_issuer": ISSUER,
        "jwt_audience": AUDIENCE,
        "jwt_public_keys_file": str(file),
    }


def bearing(credential: str) -> dict[str, str]:
    return JSON | {"authorization": f"Bearer {credential}"}


def good_token(**changes: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"iat": now, "exp": now + 300, "site_ids": [SITE]} | changes
    return token(**claims)


async def test_a_token_s_caller_is_who_the_viewer_is(tmp_path: Path) -> None:
    async with served(**with_tokens(tmp_path)) as client:
        answer = await client.post("/graphql", content=WHO, headers=bearing(good_token()))
    scopes = ["contacts:read", "labels:read"]
    viewer = {"subject": "ada", "siteId": SITE, "scopes": scopes}
    assert (answer.status_code, answer.json()["data"]) == (200, {"viewer": viewer})


async def test_a_key_s_caller_is_who_the_viewer_is(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    key, record = new_key(
        sites=frozenset({SITE}), scopes=frozenset(SCOPES), created_at=0, expires_at=None
    )
    with changing(file) as records:
        records.append(record)
    async with served(api_keys_file=file, **with_tokens(tmp_path)) as client:
        by_key = await client.post("/graphql", content=WHO, headers=bearing(key))
        by_token = await client.post("/graphql", content=WHO, headers=bearing(good_token()))
    assert by_key.json()["data"]["viewer"]["subject"] == f"key:{record.id}"
    assert by_token.json()["data"]["viewer"]["subject"] == "ada"


async def test_without_credentials_no_request_gets_past_the_door(tmp_path: Path) -> None:
    async with served(**with_tokens(tmp_path)) as client:
        answers = [
            await client.post("/graphql", content=WHO, headers=JSON),
            await client.post("/graphql", content=b"\xff" * 2_000_000, headers=JSON),
            await client.post("/graphql", content="{ viewer }", headers={"content-type": "x/y"}),
            await client.get(
                "/graphql",
                params={"query": "{ viewer { subject } }"},
                headers={"apollo-require-preflight": "1"},
            ),
            await client.get(
                "/graphql",
                params={"access_token": good_token(), "query": "{ viewer { subject } }"},
                headers={"apollo-require-preflight": "1"},
            ),
            await client.post(
                "/graphql", content=WHO, headers=JSON | {"cookie": f"token={good_token()}"}
            ),
        ]
    for answer in answers:
        (error,) = answer.json()["errors"]
        assert (answer.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == 'Bearer realm="crm-labels"'
        assert "data" not in answer.json()


async def test_the_health_of_the_gateway_is_everybody_s(tmp_path: Path) -> None:
    async with served(**with_tokens(tmp_path)) as client:
        assert (await client.get("/healthz")).status_code == 200


async def test_every_forged_token_is_a_401_and_no_answer_repeats_it(tmp_path: Path) -> None:
    statuses: dict[str, int] = {}
    async with served(**with_tokens(tmp_path)) as client:
        for name, forged in forgeries().items():
            headers = {b"content-type": b"application/json"}
            headers[b"authorization"] = f"Bearer {forged}".encode("latin-1")
            await asyncio.sleep(0)  # as between any two requests: a turn that lasts takes no more
            answer = await client.post("/graphql", content=WHO, headers=headers)
            statuses[name] = answer.status_code
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert forged not in json.dumps([answer.text, dict(answer.headers)])
    assert set(statuses.values()) == {401}


@pytest.mark.parametrize("sites", [[], ["another"]])
async def test_a_caller_without_this_site_is_refused_though_he_is_known(
    sites: list[str], tmp_path: Path
) -> None:
    credential = good_token(site_ids=sites)
    async with served(**with_tokens(tmp_path)) as client:
        answer = await client.post("/graphql", content=WHO, headers=bearing(credential))
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
