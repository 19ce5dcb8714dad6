"""Which documents are executed under each policy, however they are named."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from gateway.edge.known.automatic import AutomaticInProcess
from gateway.edge.known.library import Library, Policy
from gateway.edge.known.trusted import TrustedDocuments, digest_of
from gateway.edge.limits import Limits
from gateway.edge.media import GRAPHQL_RESPONSE
from tests.support.endpoint import Served, served

HELLO = 'query Hello { hello(name: "trusted") }'
WRITE = "mutation Write { write }"
OTHER = "{ hello }"
TRUSTED = {"d4f1": HELLO, "77ab": WRITE}
GREETED = {"data": {"hello": "hello trusted"}}
PREFLIGHT = {"apollo-require-preflight": "1"}


def hashed(digest: str, version: object = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": digest}}


def library(policy: Policy, *, room: int = 65_536) -> Library:
    automatic = AutomaticInProcess(room)
    return Library(policy, trusted=TrustedDocuments(TRUSTED), automatic=automatic)


@asynccontextmanager
async def under(policy: Policy, *, room: int = 65_536, batches: int = 0) -> AsyncIterator[Served]:
    limits = Limits(batch_operations=batches)
    async with served(limits, library=library(policy, room=room)) as gateway:
        gateway.stage.release.set()
        yield gateway


async def ask(gateway: Served, **body: Any) -> Any:
    """Ask, and tell the answer or the code and the words of the refusal."""
    return told((await gateway.client.post("/graphql", json=body)).json())


def told(answer: Mapping[str, Any]) -> Any:
    if "errors" not in answer:
        return answer
    (error,) = answer["errors"]
    return error["extensions"]["code"], error["message"]


NOT_FOUND = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
NOT_SUPPORTED = ("PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
ID_REQUIRED = (
    "PERSISTED_QUERY_ID_REQUIRED",
    "Only documents that are known here are executed; name one by its documentId.",
)
MISMATCH = (
    "PERSISTED_QUERY_HASH_MISMATCH",
    "The document is another than the one that is named.",
)


@pytest.mark.parametrize("policy", ["prefer", "only"])
@pytest.mark.parametrize(
    "named",
    [
        {"documentId": "d4f1"},
        {"documentId": digest_of(HELLO)},
        {"documentId": f"sha256:{digest_of(HELLO)}"},
        {"extensions": hashed("d4f1")},
        {"extensions": hashed(digest_of(HELLO))},
        {"documentId": "d4f1", "query": HELLO},
        {"documentId": digest_of(HELLO), "extensions": hashed(digest_of(HELLO))},
    ],
)
async def test_a_trusted_document_is_executed_by_any_of_its_names(
    policy: Policy, named: dict[str, Any]
) -> None:
    async with under(policy) as gateway:
        assert await ask(gateway, **named) == GREETED


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"query": OTHER}, ID_REQUIRED),
        ({"query": HELLO}, ID_REQUIRED),
        ({"query": "{ __schema { queryType { name } } }"}, ID_REQUIRED),
        ({"query": OTHER, "extensions": hashed(digest_of(OTHER))}, NOT_FOUND),
        ({"extensions": hashed(digest_of(OTHER))}, NOT_FOUND),
        ({"documentId": "none"}, NOT_FOUND),
        ({"documentId": "none", "query": OTHER}, NOT_FOUND),
        ({"documentId": "d4f1", "query": OTHER}, MISMATCH),
        ({"documentId": "d4f1", "query": HELLO + " "}, MISMATCH),
    ],
)
async def test_nothing_but_trusted_documents_is_executed_under_only(
    asked: dict[str, Any], refused: tuple[str, str]
) -> None:
    async with under("only") as gateway:
        assert [await ask(gateway, **asked) for _ in range(2)] == [refused] * 2


async def test_what_is_not_trusted_is_forbidden_in_the_answer_s_status() -> None:
    async with under("only") as gateway:
        answer = await gateway.post(OTHER, accept=GRAPHQL_RESPONSE)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"query": OTHER}, {"data": {"hello": "hello world"}}),
        ({"query": OTHER, "extensions": hashed("none")}, {"data": {"hello": "hello world"}}),
        ({"documentId": "d4f1"}, NOT_SUPPORTED),
        ({"extensions": hashed(digest_of(HELLO))}, NOT_SUPPORTED),
    ],
)
async def test_documents_have_no_names_under_off(asked: dict[str, Any], told: Any) -> None:
    async with under("off") as gateway:
        assert await ask(gateway, **asked) == told


async def test_a_document_is_sent_once_with_its_digest_and_named_from_then_on() -> None:
    digest = digest_of(OTHER)
    greeted = {"data": {"hello": "hello world"}}
    async with under("prefer") as gateway:
        assert await ask(gateway, extensions=hashed(digest)) == NOT_FOUND
        assert await ask(gateway, query=OTHER, extensions=hashed(digest)) == greeted
        assert await ask(gateway, extensions=hashed(digest)) == greeted
        assert await ask(gateway, extensions=hashed(digest.upper())) == greeted
        assert await ask(gateway, documentId=f"sha256:{digest}") == greeted


async def test_a_document_is_not_kept_under_the_digest_of_another() -> None:
    async with under("prefer") as gateway:
        named = hashed(digest_of(OTHER))
        assert await ask(gateway, query="{ number(value: 7) }", extensions=named) == MISMATCH
        assert await ask(gateway, extensions=named) == NOT_FOUND


async def test_only_valid_documents_are_kept() -> None:
    async with under("prefer") as gateway:
        named = hashed(digest_of("{ none }"))
        code, _ = await ask(gateway, query="{ none }", extensions=named)
        assert code == "GRAPHQL_VALIDATION_FAILED"
        assert await ask(gateway, extensions=named) == NOT_FOUND


async def test_the_least_recently_used_document_makes_room() -> None:
    texts = [f"query A{number} {{ hello }}" for number in range(3)]
    async with under("prefer", room=560) as gateway:  # two of them
        for text in texts:
            await ask(gateway, query=text, extensions=hashed(digest_of(text)))
        known = [await ask(gateway, extensions=hashed(digest_of(text))) for text in texts]
    assert known == [NOT_FOUND, *[{"data": {"hello": "hello world"}}] * 2]


async def test_a_document_larger_than_the_room_pushes_nothing_out() -> None:
    small, large = OTHER, f"{{ {'hello ' * 100}}}"
    async with under("prefer", room=300) as gateway:
        for text in (small, large):
            await ask(gateway, query=text, extensions=hashed(digest_of(text)))
        assert await ask(gateway, extensions=hashed(digest_of(small))) == {
            "data": {"hello": "hello world"}
        }
        assert await ask(gateway, extensions=hashed(digest_of(large))) == NOT_FOUND


@pytest.mark.parametrize(
    "extension",
    [
        7,
        {},
        {"version": 2, "sha256Hash": "d4f1"},
        {"version": 1},
        {"version": 1, "sha256Hash": 7},
        {"version": 1, "sha256Hash": ""},
    ],
)
async def test_an_extension_of_another_shape_names_nothing(extension: object) -> None:
    async with under("prefer") as gateway:
        code, _ = await ask(gateway, query=None, extensions={"persistedQuery": extension})
    assert code == "BAD_REQUEST"


async def test_a_request_that_names_two_documents_is_refused() -> None:
    async with under("prefer") as gateway:
        refused = await ask(gateway, documentId="d4f1", extensions=hashed(digest_of(OTHER)))
    assert refused == ("BAD_REQUEST", "The request names two documents; name one.")


async def test_a_get_names_its_document_like_apollo_clients_do() -> None:
    extensions = orjson.dumps(hashed(digest_of(HELLO))).decode()
    async with under("only") as gateway:
        for named in ({"extensions": extensions}, {"documentId": "d4f1"}):
            answer = await gateway.client.get("/graphql", params=named, headers=PREFLIGHT)
            assert answer.json() == GREETED
        answer = await gateway.client.get("/graphql", params={"documentId": "d4f1"})
        assert told(answer.json())[0] == "CSRF_PREVENTED"


async def test_a_mutation_is_no_get_whatever_names_it() -> None:
    async with under("only") as gateway:
        answer = await gateway.client.get(
            "/graphql", params={"documentId": "77ab"}, headers=PREFLIGHT
        )
    assert answer.status_code == 405


async def test_each_operation_of_a_batch_names_its_own_document() -> None:
    batch = [{"documentId": "d4f1"}, {"documentId": "none"}, {"query": OTHER}]
    async with under("only", batches=3) as gateway:
        answers = (await gateway.client.post("/graphql", json=batch)).json()
    assert [told(answer) for answer in answers] == [GREETED, NOT_FOUND, ID_REQUIRED]


async def test_the_same_mutation_under_a_key_is_the_same_however_it_is_named() -> None:
    named = [
        {"documentId": "77ab"},
        {"extensions": hashed(digest_of(WRITE))},
        {"query": WRITE},
        {"query": WRITE, "documentId": "77ab"},
    ]
    async with under("prefer") as gateway:
        answers = [
            await gateway.client.post("/graphql", json=body, headers={"idempotency-key": "k"})
            for body in named
        ]
        assert gateway.stage.written == 1
    assert [answer.json() for answer in answers] == [{"data": {"write": 1}}] * 4
    assert [answer.headers.get("idempotency-replayed") for answer in answers[1:]] == ["true"] * 3


async def test_what_a_named_operation_costs_is_told_like_any_other_s() -> None:
    async with served(library=library("only"), reported=True) as gateway:
        answer = (await gateway.client.post("/graphql", json={"documentId": "d4f1"})).json()
    assert answer["data"] == GREETED["data"]
    assert answer["extensions"]["cost"]["estimated"] == 0
