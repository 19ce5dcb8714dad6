"""Operations leave no garbage to look for: what they made goes when they end."""

import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import httpx
import pytest

from gateway.app import create_app
from gateway.sandbox.app import SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard

OURS = ("gateway.", "schema.", "graphql.execution.", "aiodataloader")
PEOPLE = "contacts(first: 3) { nodes { id company labels { key displayName contactCount } } }"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    sandbox = create_sandbox(SandboxOptions(contacts=20))
    app = create_app(Settings(), sandbox=sandbox)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=Overheard(app), base_url="http://localhost") as client,
    ):
        yield client
    await sandbox.aclose()


@contextmanager
def garbage() -> Iterator[list[str]]:
    """Find what is left of the block in circles; tell of what types it is."""
    found: list[str] = []
    gc.collect()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        names = (f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.garbage)
        found += sorted({name for name in names if name.startswith(OURS)})
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize(
    "query",
    [
        f"{{ {PEOPLE} }}",
        f"{{ ... @defer {{ {PEOPLE} }} viewer {{ siteId }} }}",
        'mutation { findOrCreateLabel(input: {displayName: "A"}) { label { key } } }',
    ],
)
async def test_an_operation_leaves_no_circles(client: httpx.AsyncClient, query: str) -> None:
    async def ask() -> None:
        accept = {"accept": "multipart/mixed;deferSpec=20220824, application/json"}
        answer = await client.post("/graphql", json={"query": query}, headers=accept)
        assert (answer.status_code, '"errors"' in answer.text) == (200, False), answer.text

    await ask()  # the document is kept, and connections are made
    with garbage() as found:
        await ask()
    assert found == []
