"""Whatever stays open asks of an operation all that the endpoint asks of a request."""

import base64
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from tests.support.callers import CALLERS
from tests.support.live import Socket
from tests.support.three_sites import CONTACTS, LABELS, ThreeSites, three_sites
from tests.support.told import (
    COMPLETE,
    WAYS,
    Way,
    answer_to,
    asked,
    codes_in,
    first,
    listeners,
    until,
)

LISTEN = "subscription { labelChanged { label { displayName } } }"
DEEP = "subscription { contactChanged { contact { labels { contactCount } } } }"
PAGES = (
    "subscription { contactChanged { contact "
    "{ labels { contacts(first: %d) { nodes { id } } } } } }"
)
NAME = "query { labels(first: 1) { nodes { displayName } } }"
ENTITIES = (
    '{ _entities(representations: [{ __typename: "Label", key: "custom.label-0" }]) '
    "{ __typename } }"
)
RENAME = (
    'mutation Name { renameLabel(input: { key: "custom.label-0", displayName: "%s" }) '
    "{ label { displayName } } }"
)
SECRET = "known to the router alone"
OWNER = "alpha's owner"

Serve = Callable[..., AbstractAsyncContextManager[ThreeSites]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Serve three sites with given settings."""

    @asynccontextmanager
    async def served(**settings: Any) -> AsyncIterator[ThreeSites]:
        async with three_sites(tmp_path, CALLERS, **settings) as sites:
            yield sites

    return served


def digest(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha256(text.encode()).hexdigest()}}


@pytest.mark.parametrize("way", WAYS)
async def test_only_documents_of_the_manifest_run_where_nothing_else_may(
    serve: Serve, way: Way, tmp_path: Path
) -> None:
    file = tmp_path / "persisted.json"
    file.write_bytes(orjson.dumps({"listen": LISTEN, "name": NAME}))
    async with serve(documents="only", documents_file=file) as sites:
        for text in (LISTEN, NAME, "{ __schema { queryType { name } } }", RENAME % "x"):
            refused = await first(sites, way, OWNER, query=text)
            assert codes_in(refused) == ["PERSISTED_QUERY_ID_REQUIRED"]
        taught = await first(sites, way, OWNER, query=DEEP, extensions=digest(DEEP))
        assert codes_in(taught) == ["PERSISTED_QUERY_NOT_FOUND"]
        assert listeners(sites, "alpha") == 0
        assert "data" in await first(sites, way, OWNER, documentId="name")
        body = {"documentId": "listen"}
        async with asked(sites.app, way, body, credential=sites.keys[OWNER]):
            await until(lambda: listeners(sites, "alpha") == 1)


@pytest.mark.parametrize("way", WAYS)
async def test_a_document_may_be_named_by_its_digest_once_it_was_sent(
    serve: Serve, way: Way
) -> None:
    named: dict[str, Any] = {"extensions": digest(LISTEN)}
    async with serve(documents="prefer") as sites:
        assert codes_in(await first(sites, way, OWNER, **named)) == ["PERSISTED_QUERY_NOT_FOUND"]
        wrong = await first(sites, way, OWNER, query=NAME, **named)
        assert codes_in(wrong) == ["PERSISTED_QUERY_HASH_MISMATCH"]
        key = sites.keys[OWNER]
        for body in ({"query": LISTEN, **named}, named):
            async with asked(sites.app, way, body, credential=key):
                await until(lambda: listeners(sites, "alpha") == 1)
            await until(lambda: listeners(sites, "alpha") == 0)


@pytest.mark.parametrize("way", WAYS)
async def test_entities_are_for_the_router(serve: Serve, way: Way) -> None:
    secret = {"router_secret": SecretStr(SECRET)}
    async with serve(router_proof="hmac", **secret) as sites:
        assert codes_in(await first(sites, way, OWNER, query=ENTITIES)) == ["ROUTER_UNPROVEN"]
        signed = hmac.digest(SECRET.encode(), orjson.dumps({"query": ENTITIES}), "sha256")
        proof = {"hmac-signature": base64.b64encode(signed).decode()}
        proven = await first(sites, way, OWNER, query=ENTITIES, extensions=proof)
        assert proven["data"] == {"_entities": [{"__typename": "Label"}]}


async def test_the_router_s_secret_is_a_header_and_not_in_a_greeting(serve: Serve) -> None:
    async with serve(router_proof="header", router_secret=SecretStr(SECRET)) as sites:
        shown = {"authorization": f"Bearer {sites.keys[OWNER]}"}
        for headers, greeting, codes in (
            ({}, {"x-router-secret": SECRET}, ["ROUTER_UNPROVEN"]),
            ({"x-router-secret": SECRET}, {}, []),
        ):
            async with Socket(sites.app, headers) as socket:
                await socket.greet(**shown, **greeting)
                socket.subscribe(ENTITIES)
                payload = (await socket.read())["payload"]
            given = codes_in({"errors": payload}) if isinstance(payload, list) else []
            assert given == codes


async def test_operations_over_one_socket_count_as_requests(serve: Serve) -> None:
    async with serve(caller_requests_per_minute=3) as sites:
        body = {"query": "{ viewer { subject } }"}
        async with Socket(sites.app, {}) as socket:
            await socket.greet(authorization=f"Bearer {sites.keys[OWNER]}")
            kinds = []
            for number in range(4):
                socket.subscribe(body["query"], to=str(number))
                answer = await socket.read()
                kinds.append(answer["type"])
                if answer["type"] == "next":
                    assert (await socket.read())["type"] == "complete"
        assert kinds == ["next"] * 3 + ["error"]
        assert answer["payload"][0]["extensions"]["code"] == "THROTTLED"
        for way in WAYS:
            assert codes_in(await first(sites, way, OWNER, **body)) == ["THROTTLED"]
            assert "data" in await first(sites, way, "alpha's reader", **body)


@pytest.mark.parametrize("way", WAYS)
async def test_what_each_event_reads_counts_as_its_listener_s_calls(serve: Serve, way: Way) -> None:
    async with serve(caller_calls_per_minute=4) as sites:
        key = sites.keys[OWNER]
        async with asked(sites.app, way, {"query": DEEP}, credential=key) as told:
            await until(lambda: listeners(sites, "alpha") == 1)
            results = []
            for writer in ("root", "everything but people", "writer who reads names not"):
                await _label_and_not(sites, writer)
                results += [await told.next(), await told.next()]
        codes = [codes_in(result) if "errors" in result else [] for result in results]
        assert (codes[0], codes[-1]) == ([], ["THROTTLED"])
        whole = {"query": "{ contacts(first: 1) { nodes { labels { contactCount } } } }"}
        assert codes_in(await first(sites, way, OWNER, **whole)) == ["THROTTLED"]


async def _label_and_not(sites: ThreeSites, writer: str) -> None:
    """Have somebody else change what a contact is labelled with, twice."""
    query = (
        "mutation ($id: ID!, $key: ID!) { %s(input: { contactId: $id, labelKeys: [$key] }) "
        "{ userErrors { message } } }"
    )
    variables = {"id": CONTACTS[0], "key": LABELS[1]}
    for deed in ("labelContact", "unlabelContact"):
        given = sites.keys[writer], query % deed, "alpha", variables
        status, text = await sites.ask(*given)
        assert (status, '"errors"' in text) == (200, False), text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ a: labels { nodes { key } } contacts { nodes { id } } }", "COST_EXCEEDED"),
        ("{" + " __typename" * 101 + "}", "TOO_MANY_ROOT_FIELDS"),
        ("{ " + " ".join(f"a{n}: __typename" for n in range(201)) + " }", "TOO_MANY_ALIASES"),
        ("{ __typename " + "@aa" * 101 + " }", "TOO_MANY_DIRECTIVES"),
        (
            "subscription { contactChanged { contact {"
            + " labels { contacts { nodes {" * 20
            + " id "
            + "} } }" * 20
            + "} } }",
            "DOCUMENT_TOO_DEEP",
        ),
        ("#\n" * 90_000 + LISTEN, "DOCUMENT_TOO_LONG"),
        (PAGES % 101, "PAGE_TOO_LARGE"),
        (
            "{ contacts { nodes { "
            + " ".join(f'... @defer(label: "a{n}") {{ id }}' for n in range(21))
            + " } } }",
            "TOO_MANY_DEFERRALS",
        ),
    ],
)
async def test_what_a_request_may_not_ask_is_not_asked_otherwise(
    serve: Serve, way: Way, query: str, code: str
) -> None:
    async with serve(cost_ceiling=1) as sites:
        before = sites.calls()
        refused, end = await answer_to(
            sites.app, way, {"query": query}, credential=sites.keys[OWNER]
        )
        assert (codes_in(refused), end) == ([code], COMPLETE)
        assert (sites.calls(), listeners(sites, "alpha")) == (before, 0)
