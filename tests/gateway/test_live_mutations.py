"""Mutations over what stays open: each leaves its record, and is done once under its key."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.support.callers import CALLERS
from tests.support.live import Socket
from tests.support.three_sites import IDS, LABELS, ThreeSites, three_sites
from tests.support.told import WAYS, Way, codes_in, first

RENAME = (
    'mutation Name { renameLabel(input: { key: "custom.label-0", displayName: "%s" }) '
    "{ label { displayName } } }"
)
OWNER = "alpha's owner"


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[ThreeSites]:
    async with three_sites(tmp_path, CALLERS) as sites:
        yield sites


@pytest.mark.parametrize("way", WAYS)
async def test_a_mutation_leaves_its_record(sites: ThreeSites, way: Way) -> None:
    with capture_logs() as logged:
        assert "errors" not in await first(sites, way, OWNER, query=RENAME % "alphalabel now")
        refused = await first(sites, way, "alpha's reader", query=RENAME % "alphalabel no")
    assert codes_in(refused) == ["FORBIDDEN"]
    records = [line for line in logged if line.get("source") == "gateway.audit"]
    told = ("site", "operation", "mutation", "identities", "credential", "outcome", "codes")
    assert [{name: record[name] for name in told} for record in records] == [
        {
            "site": IDS["alpha"],
            "operation": "Name",
            "mutation": "renameLabel",
            "identities": [LABELS[0]],
            "credential": "key",
            "outcome": outcome,
            "codes": codes,
        }
        for outcome, codes in (("ok", []), ("refused", ["FORBIDDEN"]))
    ]
    subjects = [record["subject"].removeprefix("key:") for record in records]
    keys = [sites.keys[name] for name in (OWNER, "alpha's reader")]
    assert all(subject in key for subject, key in zip(subjects, keys, strict=True))


async def test_over_a_socket_a_mutation_s_key_stands_in_its_extensions(sites: ThreeSites) -> None:
    names = []
    for extensions, name in (
        ({"idempotencyKey": "one"}, "alphalabel one"),
        ({"idempotencyKey": "one"}, "alphalabel one"),
        ({"idempotencyKey": "one"}, "alphalabel two"),
        ({"idempotencyKey": "two"}, "alphalabel two"),
        ({"idempotencyKey": "\u00e9"}, "alphalabel three"),
        ({"idempotencyKey": 7}, "alphalabel three"),
        ({}, "alphalabel three"),
    ):
        result = await first(sites, "socket", OWNER, query=RENAME % name, extensions=extensions)
        names.append(codes_in(result) if "errors" in result else name)
    assert names == [
        "alphalabel one",
        "alphalabel one",
        ["IDEMPOTENCY_KEY_REUSED"],
        "alphalabel two",
        ["IDEMPOTENCY_KEY_INVALID"],
        ["IDEMPOTENCY_KEY_INVALID"],
        "alphalabel three",
    ]


async def test_a_key_in_a_handshake_is_none_of_its_mutations(sites: ThreeSites) -> None:
    async with Socket(sites.app, {"idempotency-key": "all"}) as socket:
        await socket.greet(authorization=f"Bearer {sites.keys[OWNER]}")
        for name in ("alphalabel one", "alphalabel two"):
            socket.subscribe(RENAME % name, to=name)
            renamed = (await socket.read())["payload"]["data"]["renameLabel"]
            assert renamed == {"label": {"displayName": name}}
            assert (await socket.read())["type"] == "complete"
