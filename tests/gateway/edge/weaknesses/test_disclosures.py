"""Nothing tells a plain caller what the schema holds, or what the server is made of."""

import json
import re
from typing import Final

import pytest

from tests.support.plain_caller import Plain

INTERNALS: Final = re.compile(
    r'Traceback|File "|\.py\b|site-packages|strawberry|graphql-core', re.IGNORECASE
)


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
