"""What the schema tells of itself, and to whom."""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
from graphql import parse

from gateway.edge.disclosure import introspects
from gateway.edge.media import GRAPHQL_RESPONSE
from gateway.model.principal import SCOPES, Caller
from tests.support.endpoint import Served, served

STRANGER: Final = Caller("stranger", SCOPES - {"schema:introspect"}, sites=None, expires_at=None)
REFUSED: Final = {
    "errors": [
        {
            "message": "Introspection asks for the scope schema:introspect.",
            "extensions": {
                "code": "FORBIDDEN",
                "requestId": "made-up",
                "missingScopes": ["schema:introspect"],
            },
        }
    ]
}
ASKING: Final = [
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Query") { name } }',
    "{ hello hidden: __schema { types { name } } }",
    'query A { hello } query B { __type(name: "Query") { name } }',
    "{ ...F } fragment F on Query { inner { ... { it: __schema { types { name } } } } }",
]


@pytest.fixture
async def gateway() -> AsyncIterator[Served]:
    """Serve somebody who may do everything but look at the schema."""
    async with served(caller=STRANGER) as gateway:
        yield gateway


@pytest.mark.parametrize("document", ASKING)
async def test_introspection_in_any_dress_is_refused(gateway: Served, document: str) -> None:
    more = {"operationName": "A"} if "query A" in document else {}
    answer = await gateway.post(document, accept=GRAPHQL_RESPONSE, **more)
    assert (answer.status_code, answer.json()) == (403, REFUSED)


async def test_a_document_that_another_caller_may_use_is_still_refused() -> None:
    async with served() as both:
        assert (await both.post(ASKING[0])).json() == {
            "data": {"__schema": {"queryType": {"name": "Query"}}}
        }
    async with served(caller=STRANGER) as gateway:
        assert [(await gateway.post(ASKING[0])).json() for _ in range(2)] == [REFUSED] * 2


async def test_a_typename_is_everybodys(gateway: Served) -> None:
    document = '{ __typename inner { __typename } hello(name: "__schema __type _service") }'
    assert (await gateway.post(document)).json() == {
        "data": {
            "__typename": "Query",
            "inner": {"__typename": "Query"},
            "hello": "hello __schema __type _service",
        }
    }


async def test_alias_of_a_telling_name_is_no_introspection(gateway: Served) -> None:
    assert (await gateway.post("{ _service: hello }")).json() == {
        "data": {"_service": "hello world"}
    }


SLIPS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("{ helo }", {}),
    ('{ hello(nam: "x") }', {}),
    ("query ($v: Strin) { hello(name: $v) }", {}),
    ("{ inner { helo } }", {}),
    ("query ($c: Colour!) { colour(value: $c) }", {"c": "GREN"}),
    ("{ colour(value: GREN) }", {}),
]


@pytest.mark.parametrize(("document", "variables"), SLIPS)
async def test_no_error_guesses_what_a_stranger_meant(
    gateway: Served, document: str, variables: dict[str, Any]
) -> None:
    answer = await gateway.post(document, variables=variables)
    assert [error["message"] for error in answer.json()["errors"]]
    assert "Did you mean" not in answer.text


@pytest.mark.parametrize(("document", "variables"), SLIPS)
async def test_whom_the_schema_is_open_to_is_helped(
    document: str, variables: dict[str, Any]
) -> None:
    async with served() as gateway:
        assert "Did you mean" in (await gateway.post(document, variables=variables)).text


@pytest.mark.parametrize(
    ("document", "telling"),
    [
        ("{ a { __typename } }", False),
        ('{ a(text: "__schema") }', False),
        ("{ __types }", False),
        ("{ _service { sdl } }", True),
        ("mutation { a { ...F } } fragment F on A { __type { name } }", True),
    ],
)
def test_a_document_introspects_by_its_fields_and_not_by_its_text(
    document: str, *, telling: bool
) -> None:
    assert introspects(document, parse(document)) == telling
