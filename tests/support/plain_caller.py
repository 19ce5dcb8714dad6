"""A caller of the whole gateway who may read labels: he has no other right."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard

FAST: Final = 1.0
"""Seconds; far less is usual, but other programs run beside the tests."""


class Plain:
    """The caller, his gateway, and what he costs it."""

    def __init__(self, app: ASGIApp, http: httpx.AsyncClient, sandbox: Sandbox) -> None:
        self.app = app
        self.http = http
        self._sandbox = sandbox

    async def ask(self, query: Any, **more: Any) -> httpx.Response:
        """Post one operation."""
        return await self.http.post("/graphql", json={"query": query, **more})

    async def codes(self, query: Any, **more: Any) -> list[str]:
        """Tell the codes of an answer that has no data, and was made in no time at no cost."""
        before, began = self._calls(), time.thread_time()
        body = (await self.ask(query, **more)).json()
        assert time.thread_time() - began < FAST
        assert self._calls() == before
        assert body.get("data") is None
        return [error["extensions"]["code"] for error in body["errors"]]

    def _calls(self) -> int:
        total: int = self._sandbox.calls.report()["total"]
        return total


@asynccontextmanager
async def plain_caller(folder: Path) -> AsyncIterator[Plain]:
    """Let such a caller call a gateway of his own, whose keys are kept in a folder."""
    file = folder / "keys.json"
    rights = frozenset({"labels:read"})
    key, record = new_key(sites=None, scopes=rights, created_at=0.0, expires_at=None)
    with changing(file) as records:
        records.append(record)
    sandbox = create_sandbox(SandboxOptions(contacts=5, rate_limit=0))
    app = create_app(Settings(auth="required", api_keys_file=file), sandbox=sandbox)
    async with httpx.AsyncClient(
        transport=Overheard(app),
        base_url="http://gateway",
        headers={"authorization": f"Bearer {key}"},
    ) as http:
        yield Plain(app, http, sandbox)
    await app.state.gateway.aclose()
    await sandbox.aclose()
