"""The page's scripts and styles: cached for good, compressed, and nothing else from the folder."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from gateway.edge.assets import routes
from tests.support.listening import Overheard

SCRIPT = b"console.log('a script');"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder as `make page` fills it, beside a file that is none of ours to serve."""
    folder = tmp_path / "graphiql"
    folder.mkdir()
    (folder / "index.html").write_bytes(b"<!doctype html>")
    (folder / "graphiql-ABC.js").write_bytes(SCRIPT)
    (folder / "graphiql-ABC.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "graphiql-ABC.js.LEGAL.txt").write_bytes(b"MIT")
    (tmp_path / "secret.js").write_bytes(b"secret")
    return folder


@pytest.fixture
async def client(bundle: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = Overheard(Starlette(routes=routes(bundle)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip, br", "gzip"), ("identity", None)])
async def test_a_script_is_compressed_for_who_accepts_that(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    answer = await client.get("/graphiql/graphiql-ABC.js", headers={"accept-encoding": accepted})
    assert (answer.status_code, answer.content) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"


async def test_a_file_is_cached_for_good_because_its_name_changes_with_it(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/graphiql/graphiql-ABC.js")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_the_page_s_relative_links_lead_there_with_a_slash_at_its_end_as_well(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/graphql/graphiql/graphiql-ABC.js")).content == SCRIPT


async def test_what_has_no_compressed_twin_is_served_as_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphiql/graphiql-ABC.js.LEGAL.txt")
    assert (answer.status_code, answer.text) == (200, "MIT")


@pytest.mark.parametrize(
    "path",
    [
        "/graphiql/unknown.js",
        "/graphiql/index.html",
        "/graphiql/graphiql-ABC.js.gz",
        "/graphiql/..%2Fsecret.js",
        "/graphiql/%2e%2e/secret.js",
        "/graphiql/",
    ],
)
async def test_nothing_else_is_served(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


def test_without_a_bundle_there_is_nothing_to_serve(tmp_path: Path) -> None:
    assert routes(tmp_path / "absent") == []
