"""The known weaknesses of GraphQL servers, one test each: none is open to a plain caller.

The list joins those that GraphQL Cop, graphql-armor and OWASP's cheat sheet look for. The caller
is known, and may read labels; he has no other right, least of all `schema:introspect`.
"""

import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from starlette.types import ASGIApp

from gateway.app import create_app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.settings import Settings
from tests.support.listening import Overheard
from tests.support.live import Socket

DEEP: Final = 400
INTERNALS: Final = re.compile(
    r'Traceback|File "|\.py\b|site-packages|strawberry|graphql-core', re.IGNORECASE
)
FAST: Final = 1.0
"""Seconds; far less is usual, but other programs run beside the tests."""


class Plain:
    """A plain caller of the whole gateway."""

    def __init__(self, app: ASGIApp, http: httpx.AsyncClient, sandbox: Sandbox) -> None:
        self.app = app
        self.http = http
        self._sandbox = sandbox

    async def ask(self, query: Any, **more: Any) -> httpx.Response:
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


@pytest.fixture
async def caller(tmp_path: Path) -> AsyncIterator[Plain]:
    file = tmp_path / "keys.json"
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


async def test_the_caller_is_served_at_all(caller: Plain) -> None:
    answer = await caller.ask("{ labels(first: 1) { nodes { __typename } } }")
    assert answer.json()["data"] == {"labels": {"nodes": [{"__typename": "Label"}]}}


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { types { name } } }",
        '{ __type(name: "Contact") { fields { name } } }',
        "{ a: __schema { queryType { name } } viewer { subject } }",
        "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
        "{ _service { sdl } }",
        "{\n__schema\n{ types { name } } }",
    ],
)
async def test_introspection(caller: Plain, query: str) -> None:
    assert await caller.codes(query) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "query",
    [
        "{ contact }",
        "{ labls { nodes { key } } }",
        "{ labels(frist: 1) { nodes { key } } }",
        '{ labels(filter: { displayNam: { eq: "x" } }) { nodes { key } } }',
        "{ labels(orderBy: { field: DISPLAY_NAM }) { nodes { key } } }",
        "{ labels { nodes { ... on Labl { key } } } }",
        "{ viewer @includ(if: true) { subject } }",
    ],
)
async def test_suggestions(caller: Plain, query: str) -> None:
    body = (await caller.ask(query)).text
    assert '"errors"' in body
    assert "Did you mean" not in body


async def test_suggestions_about_variables(caller: Plain) -> None:
    query = "query($f: LabelFilter) { labels(filter: $f) { nodes { key } } }"
    answer = await caller.ask(query, variables={"f": {"displayNam": {"eq": "x"}}})
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "Did you mean" not in answer.text


async def test_a_flood_of_aliases(caller: Plain) -> None:
    aliases = " ".join(f"a{n}: __typename" for n in range(201))
    assert await caller.codes(f"{{ {aliases} }}") == ["TOO_MANY_ALIASES"]


async def test_a_flood_of_directives(caller: Plain) -> None:
    query = "{ __typename " + "@aa" * 101 + " }"
    assert await caller.codes(query) == ["TOO_MANY_DIRECTIVES"]


async def test_a_flood_of_fragments(caller: Plain) -> None:
    spreads = " ".join(f"...F{n}" for n in range(101))
    fragments = " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(101))
    assert await caller.codes(f"{{ {spreads} }} {fragments}") == ["TOO_MANY_FRAGMENTS"]


async def test_a_flood_of_fields(caller: Plain) -> None:
    assert await caller.codes("{" + " __typename" * 101 + "}") == ["TOO_MANY_ROOT_FIELDS"]
    nested = "{ viewer {" + " subject" * 1_900 + " } }"
    assert await caller.codes(nested) == ["VALIDATION_TOO_COSTLY"]


async def test_a_flood_of_operations(caller: Plain) -> None:
    operations = " ".join(f"query Q{n} {{ __typename }}" for n in range(21))
    assert await caller.codes(operations, operationName="Q1") == ["TOO_MANY_OPERATIONS"]


async def test_a_document_without_end(caller: Plain) -> None:
    assert await caller.codes("{" + " __typename" * 90_000 + "}") == ["DOCUMENT_TOO_LONG"]
    assert await caller.codes("#\n" * 90_000 + "{ __typename }") == ["DOCUMENT_TOO_LONG"]


async def test_fields_that_conflict(caller: Plain) -> None:
    query = "{ viewer {" + " a: subject a: siteId" * 2_500 + " } }"
    assert await caller.codes(query) == ["DOCUMENT_TOO_LONG"]


async def test_batching_by_array(caller: Plain) -> None:
    answer = await caller.http.post("/graphql", json=[{"query": "{ __typename }"}] * 2)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        400,
        "BAD_REQUEST",
    )


async def test_deep_documents(caller: Plain) -> None:
    query = "{" + " labels { nodes { contacts { nodes {" * 15 + " id " + "} } } }" * 15 + "}"
    assert await caller.codes(query) == ["DOCUMENT_TOO_DEEP"]


async def test_circular_documents(caller: Plain) -> None:
    circle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert set(await caller.codes(circle)) == {"GRAPHQL_VALIDATION_FAILED"}
    inner = "id"
    for _ in range(4):
        inner = f"labels {{ contacts {{ nodes {{ {inner} }} }} }}"
    around = f"{{ contacts {{ nodes {{ {inner} }} }} }}"
    assert await caller.codes(around) == ["TOO_MANY_ROWS"]


async def test_fragments_that_double(caller: Plain) -> None:
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    began = time.thread_time()
    answer = await caller.ask(f"{{ ...F0 }} {doubling} fragment F60 on Query {{ __typename }}")
    assert time.thread_time() - began < FAST
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ labels(first: 101) { nodes { key } } }", "PAGE_TOO_LARGE"),
        (
            "{ labels(first: 100) { nodes { contacts(first: 100) { nodes { id } } } } }",
            "TOO_MANY_ROWS",
        ),
    ],
)
async def test_pages_without_end(caller: Plain, query: str, code: str) -> None:
    assert await caller.codes(query) == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"query": "{ a }", "variables": {"a": ' + b"[" * DEEP + b"]" * DEEP + b"}}", "DEEP"),
        (b'{"query": "{ a }", "variables": {"a": ' + b"9" * DEEP + b"}}", "LONG"),
        (b'{"query": "{ a }", "variables": {"a": [' + b"1," * 50_000 + b"1]}}", "VALUES"),
    ],
)
async def test_variables_without_end(caller: Plain, body: bytes, code: str) -> None:
    answer = await caller.http.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"].endswith(code)


async def test_a_body_without_end(caller: Plain) -> None:
    answer = await caller.ask(" " * 2_000_000)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


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


@pytest.mark.parametrize(
    "path", ["/graphql", "/graphiql", "/playground", "/altair", "/voyager", "/docs", "/console"]
)
async def test_a_page_for_developers(caller: Plain, path: str) -> None:
    answer = await caller.http.get(path, headers={"accept": "text/html"})
    assert answer.status_code in {404, 406}
    assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize("path", ["/openapi.json", "/redoc", "/metrics", "/.env", "/debug"])
async def test_what_else_is_served(caller: Plain, path: str) -> None:
    assert (await caller.http.get(path)).status_code == 404


async def test_a_flood_of_errors(caller: Plain) -> None:
    unknown = "{ viewer {" + "".join(f" {'x' * 200}{n}" for n in range(90)) + " } }"
    answer = await caller.ask(unknown)
    assert len(answer.json()["errors"]) == 21
    assert len(answer.content) < len(unknown)


async def test_stack_traces(caller: Plain) -> None:
    """`extensions` are for debuggers in some servers: none answers here."""
    for query, more in (
        ("{ labels(first: 0) { nodes { key } } }", {}),
        ("{", {}),
        ("{ label(key: 7) { key } }", {}),
        ('{ _entities(representations: [{ x: "y" }]) { __typename } }', {}),
        ("{ labels { nodes { key } } }", {"extensions": {"tracing": True, "debug": True}}),
    ):
        answer = await caller.ask(query, **more)
        assert not INTERNALS.search(answer.text), answer.text
        assert not INTERNALS.search(json.dumps(dict(answer.headers)))


async def test_no_server_is_named(caller: Plain) -> None:
    answer = await caller.ask("{ __typename }")
    assert not {"server", "x-powered-by"} & set(answer.headers)


async def test_nobody_is_served_without_credentials(caller: Plain) -> None:
    caller.http.headers.pop("authorization")
    answer = await caller.ask("{ __typename }")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (
        401,
        "UNAUTHENTICATED",
    )
