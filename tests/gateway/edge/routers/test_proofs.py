"""Who asks for what is there for routers has to prove that he is one."""

import base64
import hmac
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from graphql import parse

from gateway.edge.exchange import open_exchange
from gateway.edge.parameters import Parameters
from gateway.edge.refusals import Refusal
from gateway.edge.routers.proofs import (
    SIGNATURE,
    STAMP,
    HeaderProof,
    NoProof,
    RouterProof,
    SignatureProof,
    is_for_routers,
)
from gateway.edge.routers.stamps import StampsInProcess
from tests.support.clock import ManualClock
from tests.support.endpoint import scope_of

SECRET = "known to the router alone"
NOW = 1_800_000_000.0
QUERY = "query($representations:[_Any!]!){_entities(representations:$representations){__typename}}"
VARIABLES = {"representations": [{"__typename": "Label", "key": "custom.é"}], "n": 1.5}
STAMPED = f"{round(NOW * 1_000)}.a-name"


def sign(content: str, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), content.encode(), "sha256")).decode()


def stable(**members: Any) -> str:
    """Write what json-stable-stringify does, as far as these tests go."""
    return json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def asked(
    *,
    signature: object,
    query: str = QUERY,
    variables: dict[str, Any] | None = VARIABLES,
    stamp: Any = ...,
) -> Parameters:
    stamped = {} if stamp is ... else {STAMP: stamp}
    return Parameters(query, None, variables, {SIGNATURE: signature, **stamped})


async def passes(
    proof: RouterProof,
    request: Parameters,
    operations: int = 1,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    scope = scope_of(**headers)
    open_exchange(scope, lambda: "id")
    try:
        await proof.check(request, scope, operations)
    except Refusal as refusal:
        return (refusal.code, refusal.status) != ("ROUTER_UNPROVEN", 403)
    return True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def proof(clock: ManualClock) -> SignatureProof:
    return SignatureProof(SECRET, StampsInProcess(clock))


GOOD = sign(stable(query=QUERY, variables=VARIABLES))
WITH_STAMP = sign(stable(query=QUERY, variables=VARIABLES, extensions={STAMP: STAMPED}))


async def test_what_hive_signs_passes(proof: SignatureProof) -> None:
    assert await passes(proof, asked(signature=GOOD))


@pytest.mark.parametrize("variables", [None, {}])
async def test_empty_variables_are_not_signed(proof: SignatureProof, variables: Any) -> None:
    assert await passes(proof, asked(signature=sign(stable(query=QUERY)), variables=variables))


@pytest.mark.parametrize(
    "request_",
    [
        asked(signature=GOOD, query=QUERY + " "),
        asked(signature=GOOD, variables={**VARIABLES, "n": 2.5}),
        asked(signature=GOOD, variables=None),
        asked(signature=sign(stable(query=QUERY, variables=VARIABLES), "another secret")),
        asked(signature=GOOD[:-4]),
        asked(signature=GOOD + "!"),
        asked(signature="é"),
        asked(signature=""),
        asked(signature=None),
        asked(signature=7),
        asked(signature=[GOOD]),
        Parameters(QUERY, None, VARIABLES, None),
        # A stamp is signed with all the rest: none can be put to a signature, or taken off.
        asked(signature=GOOD, stamp=STAMPED),
        asked(signature=WITH_STAMP),
        asked(signature=WITH_STAMP, stamp=STAMPED + "2"),
        asked(signature=WITH_STAMP, stamp={"a": STAMPED}),
    ],
)
async def test_whatever_is_altered_is_refused(proof: SignatureProof, request_: Parameters) -> None:
    assert not await passes(proof, request_)


async def test_of_several_operations_none_passes_as_their_names_are_not_signed(
    proof: SignatureProof,
) -> None:
    request = asked(signature=WITH_STAMP, stamp=STAMPED)
    assert [await passes(proof, request, count) for count in (2, 1)] == [False, True]


async def test_a_stamped_request_passes_once(proof: SignatureProof) -> None:
    request = asked(signature=WITH_STAMP, stamp=STAMPED)
    assert [await passes(proof, request) for _ in range(3)] == [True, False, False]


async def test_a_stamped_request_passes_in_its_time_only(
    proof: SignatureProof, clock: ManualClock
) -> None:
    clock.advance(31)
    assert not await passes(proof, asked(signature=WITH_STAMP, stamp=STAMPED))


async def test_what_is_stamped_wrongly_is_refused_though_it_is_signed(
    proof: SignatureProof,
) -> None:
    stamps: list[Any] = ["now", 7, ["now"], {}]
    for stamp in stamps:
        signature = sign(stable(query=QUERY, variables=VARIABLES, extensions={STAMP: stamp}))
        assert not await passes(proof, asked(signature=signature, stamp=stamp))


async def test_a_stamp_can_be_asked_for(clock: ManualClock) -> None:
    proof = SignatureProof(SECRET, StampsInProcess(clock), stamped=True)
    assert not await passes(proof, asked(signature=GOOD))
    assert await passes(proof, asked(signature=WITH_STAMP, stamp=STAMPED))


async def test_a_forger_does_not_use_up_a_stamp(proof: SignatureProof) -> None:
    assert not await passes(proof, asked(signature=GOOD, stamp=STAMPED))
    assert await passes(proof, asked(signature=WITH_STAMP, stamp=STAMPED))


@pytest.mark.parametrize(
    ("headers", "known"),
    [
        ({"x_router_secret": SECRET}, True),
        ({"x_router_secret": f" {SECRET}"}, False),
        ({"x_router_secret": SECRET[:-1]}, False),
        ({"x_router_secret": ""}, False),
        ({}, False),
    ],
)
async def test_whoever_knows_the_secret_is_the_router(
    headers: dict[str, str], *, known: bool
) -> None:
    assert await passes(HeaderProof(SECRET), asked(signature=None), headers=headers) == known


async def test_nobody_is_asked_where_no_proof_is_set() -> None:
    assert await passes(NoProof(), asked(signature=None))


@pytest.mark.parametrize(
    ("document", "for_routers"),
    [
        ("{ hello }", False),
        ('{ hello(name: "_entities") }', False),
        ("{ _entities: hello }", False),
        ("{ _service { sdl } }", True),
        ("{ a: _entities(representations: []) { __typename } }", True),
        ("query A { hello } query B { ...F } fragment F on Query { _service { sdl } }", True),
    ],
)
async def test_a_document_is_for_routers_by_its_fields(document: str, *, for_routers: bool) -> None:
    assert is_for_routers(document, parse(document)) == for_routers
