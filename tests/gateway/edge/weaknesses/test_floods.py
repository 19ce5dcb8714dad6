"""No request that is made to cost much costs much."""

import time
from typing import Final

import pytest

from tests.support.plain_caller import FAST, Plain

DEEP: Final = 400


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
    assert await caller.codes(query) == ["TOO_MANY_TOKENS"]


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


async def test_a_flood_of_errors(caller: Plain) -> None:
    unknown = "{ viewer {" + "".join(f" {'x' * 200}{n}" for n in range(90)) + " } }"
    answer = await caller.ask(unknown)
    assert len(answer.json()["errors"]) == 21
    assert len(answer.content) < len(unknown)
