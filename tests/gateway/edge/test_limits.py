"""Every limit on a request: what is at it is served, one more is refused by its own code."""

import json
from typing import Any

import httpx
import pytest

from gateway.edge.limits import Limits
from tests.support.endpoint import served

JSON = {"content-type": "application/json"}


def body(query: str, **more: Any) -> bytes:
    return json.dumps({"query": query, **more}).encode()


def padded(size: int) -> bytes:
    return body("{ hello }").ljust(size)


def nested(levels: int) -> bytes:
    return body("{ hello }", variables={"v": json.loads("[" * levels + "]" * levels)})


def fields(count: int, inner: str = "hello") -> str:
    return "{ inner {" + f" {inner}" * count + " } }"


def fragments(count: int) -> str:
    spreads = " ".join(f"...F{n}" for n in range(count))
    return f"{{ {spreads} }}" + "".join(
        f" fragment F{n} on Query {{ hello }}" for n in range(count)
    )


def paged(first: int) -> bytes:
    return body("query($n: Int) { rows(first: $n) { hello } }", variables={"n": first})


CASES: dict[str, tuple[Limits, bytes, bytes]] = {
    "BODY_TOO_LARGE": (Limits(body_bytes=200), padded(200), padded(201)),
    "JSON_TOO_DEEP": (Limits(json_depth=5), nested(3), nested(4)),
    "NUMBER_TOO_LONG": (
        Limits(number_digits=5),
        body("{ hello }", variables={"v": 12345}),
        body("{ hello }", variables={"v": 123456}),
    ),
    "TOO_MANY_VALUES": (
        Limits(json_values=9),
        body("{ hello }", variables={"v": [1, 2, 3, 4, 5]}),
        body("{ hello }", variables={"v": [1, 2, 3, 4, 5, 6]}),
    ),
    "BATCH_TOO_LARGE": (
        Limits(batch_operations=2),
        b'[{"query": "{ hello }"}, {"query": "{ hello }"}]',
        b'[{"query": "{ hello }"}, {"query": "{ hello }"}, {"query": "{ hello }"}]',
    ),
    "DOCUMENT_TOO_LONG": (
        Limits(document_characters=12),
        body("{ hello   }#"),
        body("{ hello    }#"),
    ),
    "NAME_TOO_LONG": (
        Limits(name_characters=9),
        body("{ alias_ofs: hello # a comment of nine, or more\n }"),
        body("{ alias_ofss: hello }"),
    ),
    "TOO_MANY_TOKENS": (Limits(document_tokens=10), body(fields(5)), body(fields(6))),
    "TOO_MANY_ALIASES": (
        Limits(document_aliases=2),
        body("{ a: hello b: hello }"),
        body("{ a: hello b: hello c: hello }"),
    ),
    "TOO_MANY_DIRECTIVES": (
        Limits(document_directives=1),
        body("{ hello @include(if: true) }"),
        body("{ hello @include(if: true) @skip(if: false) }"),
    ),
    "DOCUMENT_TOO_DEEP": (
        Limits(document_depth=2),
        body("{ inner { hello } }"),
        body("{ inner { inner { hello } } }"),
    ),
    "TOO_MANY_OPERATIONS": (
        Limits(document_operations=2),
        body("query A { hello } query B { hello }", operationName="A"),
        body("query A { hello } query B { hello } query C { hello }", operationName="A"),
    ),
    "TOO_MANY_FRAGMENTS": (Limits(document_fragments=2), body(fragments(2)), body(fragments(3))),
    "TOO_MANY_ROOT_FIELDS": (
        Limits(root_fields=2),
        body("{ hello ... { a: hello } }"),
        body("{ hello ... { a: hello ... { b: hello } } }"),
    ),
    "TOO_MANY_DEFERRALS": (
        Limits(document_deferrals=1),
        body("{ ... @defer { hello } }"),
        body("{ ... @defer { hello } ... @defer { hello } }"),
    ),
    "VALIDATION_TOO_COSTLY": (
        Limits(merge_steps=90),  # each field is compared with each other one, either way
        body(fields(10)),
        body(fields(11)),
    ),
    "PAGE_TOO_LARGE": (Limits(page_size=10), paged(10), paged(11)),
    "TOO_MANY_ROWS": (
        Limits(page_rows=12),
        body("{ rows(first: 3) { rows(first: 3) { hello } } }"),
        body("{ rows(first: 3) { rows(first: 3) { hello } } more: rows(first: 1) { hello } }"),
    ),
    "TOO_MANY_FIELDS": (
        Limits(row_fields=12),
        body("{ rows(first: 3) { a: hello b: hello c: hello d: hello } }"),
        body(
            "{ rows(first: 3) { a: hello b: hello c: hello d: hello } x: rows(first: 1) { hello } }"
        ),
    ),
}


async def answered(limits: Limits, content: bytes) -> httpx.Response:
    async with served(limits) as gateway:
        return await gateway.client.post("/graphql", content=content, headers=JSON)


@pytest.mark.parametrize("code", CASES)
async def test_what_is_at_a_limit_is_served(code: str) -> None:
    limits, at, _beyond = CASES[code]
    answer = await answered(limits, at)
    assert (answer.status_code, b'"errors"' in answer.content) == (200, False), answer.text


@pytest.mark.parametrize("code", CASES)
async def test_what_is_beyond_it_is_refused_by_name(code: str) -> None:
    limits, _at, beyond = CASES[code]
    answer = await answered(limits, beyond)
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == code
    assert "data" not in answer.json()
