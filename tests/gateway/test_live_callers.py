"""Callers of what stays open, at the door of the whole application and for as long as it lasts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from tests.support.callers import CALLERS
from tests.support.forgeries import forgeries
from tests.support.live import Socket
from tests.support.three_sites import IDS, LABELS, ThreeSites, three_sites
from tests.support.tokens import AUDIENCE, ISSUER, ec_key, edwards_key, key_set, rsa_key, token
from tests.support.told import (
    COMPLETE,
    CUT,
    WAYS,
    Way,
    answer_to,
    asked,
    codes_in,
    listeners,
    until,
)
from tests.support.virtual_time import in_virtual_time

UNBOUNDED = {"caller_requests_per_minute": 10**9, "caller_calls_per_minute": 10**9}
LISTEN = {"query": "subscription { labelChanged { label { displayName } } }"}
WHO = {"query": "{ viewer { subject siteId } }"}
RENAME = (
    "mutation ($key: ID!, $name: String!) "
    "{ renameLabel(input: { key: $key, displayName: $name }) { label { key } } }"
)
SKEW = 30


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[ThreeSites]:
    """Serve three sites to callers with keys and with tokens."""
    file = folder / "issuer.json"
    file.write_text(key_set(rsa_key("rsa"), ec_key("ec"), edwards_key("ed")))
    async with three_sites(
        folder,
        CALLERS,
        jwt_issuer=ISSUER,
        jwt_audience=AUDIENCE,
        jwt_public_keys_file=file,
        **UNBOUNDED,
    ) as sites:
        yield sites


def good_token(**changes: Any) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"iat": now, "exp": now + 300, "site_ids": [IDS["alpha"]]} | changes
    return token(**claims)


async def rename(sites: ThreeSites, site: str, name: str) -> None:
    status, text = await sites.ask(
        sites.keys["root"], RENAME, site, {"key": LABELS[0], "name": f"{site}label {name}"}
    )
    assert (status, "errors" in text) == (200, False), text


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_told_anything_without_credentials(way: Way, tmp_path: Path) -> None:
    async with served(tmp_path) as sites:
        assert await answer_to(sites.app, "socket", LISTEN) == ["4403"]
        refused, _ = await answer_to(sites.app, "stream", LISTEN)
        assert codes_in(refused) == ["UNAUTHENTICATED"]
        cookie = {"cookie": f"token={good_token()}"}
        closed, *_ = await answer_to(sites.app, way, LISTEN, **cookie)
        assert closed == "4403" or codes_in(closed) == ["UNAUTHENTICATED"]
        assert [listeners(sites, site) for site in IDS] == [0, 0, 0]


async def test_every_forged_token_closes_a_socket_and_is_not_repeated(tmp_path: Path) -> None:
    async with served(tmp_path) as sites:
        for forged in {*forgeries().values(), "crmk_made-up", sites.keys["root"] + "x"}:
            credential = f"Bearer {forged}"
            by_header = {"authorization": credential.encode("utf-8").decode("latin-1")}
            for headers, greeting in (({}, {"authorization": credential}), (by_header, {})):
                async with Socket(sites.app, headers) as socket:
                    await socket.next()
                    socket.send({"type": "connection_init", "payload": greeting})
                    code, reason = await socket.closed()
                assert (code, reason.partition(":")[0]) == (4403, "UNAUTHENTICATED")
                assert forged not in reason or not forged


@pytest.mark.parametrize("at", ["header", "payload", "headers in the payload"])
async def test_a_token_is_taken_from_where_clients_put_it(at: str, tmp_path: Path) -> None:
    shown = f"Bearer {good_token()}"
    headers = {"authorization": shown} if at == "header" else {}
    greeting: dict[str, Any] = {"Authorization": shown} if at == "payload" else {}
    if at == "headers in the payload":
        greeting = {"headers": {"Authorization": shown}}
    async with served(tmp_path) as sites, Socket(sites.app, headers) as socket:
        await socket.greet(**greeting)
        socket.subscribe(WHO["query"])
        viewer = {"subject": "ada", "siteId": IDS["alpha"]}
        assert (await socket.read())["payload"]["data"] == {"viewer": viewer}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("caller", "site", "code"),
    [
        ("of two", None, "SITE_REQUIRED"),
        ("root", None, "SITE_REQUIRED"),
        ("of two", "bravo", "FORBIDDEN"),
        ("alpha's owner", "bravo", "FORBIDDEN"),
        ("root", "nowhere", "FORBIDDEN"),
        ("nowhere", None, "FORBIDDEN"),
    ],
)
async def test_a_caller_is_told_only_of_a_site_that_he_names_and_may_be_on(
    way: Way, caller: str, site: str | None, code: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as sites:
        refused, *_ = await answer_to(
            sites.app, way, LISTEN, credential=sites.keys[caller], site=site
        )
        if way == "stream":
            assert codes_in(refused) == [code]
        else:
            assert refused == "4403"
        assert [listeners(sites, each) for each in IDS] == [0, 0, 0]


async def test_what_a_socket_s_refused_greeting_lacked_is_told(tmp_path: Path) -> None:
    async with served(tmp_path) as sites, Socket(sites.app, {}) as socket:
        await socket.next()
        shown = {"authorization": f"Bearer {sites.keys['of two']}"}
        socket.send({"type": "connection_init", "payload": shown})
        code, reason = await socket.closed()
    assert (code, reason.partition(":")[0]) == (4403, "SITE_REQUIRED")


@pytest.mark.parametrize(("way", "end"), [("socket", "4403"), ("stream", CUT)])
def test_listening_ends_with_the_token(way: Way, end: str, tmp_path: Path) -> None:
    async def wait() -> tuple[float, Any]:
        async with served(tmp_path) as sites:
            began = asyncio.get_running_loop().time()
            credential = good_token(exp=int(time.time()) + 300)
            async with asked(sites.app, way, LISTEN, credential=credential) as told:
                ended = await told.next()
            return asyncio.get_running_loop().time() - began, ended

    lasted, ended = in_virtual_time(wait())
    assert ended == end
    assert lasted == pytest.approx(300 + SKEW, abs=5)


@pytest.mark.parametrize(("way", "end"), [("socket", "4403"), ("stream", CUT)])
async def test_listening_ends_when_its_key_is_taken_back(
    way: Way, end: str, tmp_path: Path
) -> None:
    async with served(tmp_path) as sites:
        key = sites.keys["alpha's reader"]
        async with (
            asked(sites.app, way, LISTEN, credential=key) as told,
            asked(sites.app, way, LISTEN, credential=sites.keys["labels only"]) as other,
        ):
            await until(lambda: listeners(sites, "alpha") == 2)
            await rename(sites, "alpha", "before")
            assert "errors" not in await told.next()
            with changing(tmp_path / "keys.json") as records:
                records[:] = [each for each in records if each.id not in key]
            last, results = await _until_it_ends(told, sites)
            assert last == end
            # It is looked at once a second; a stream says why it ends, as a closing code does.
            refused = [each for each in results if "errors" in each]
            codes = ["UNAUTHENTICATED"] if way == "stream" else []
            assert [code for each in refused for code in codes_in(each)] == codes
            assert listeners(sites, "alpha") == 1
            assert "errors" not in await other.next()
        again, *_ = await answer_to(sites.app, way, LISTEN, credential=key)
        assert again == "4403" or codes_in(again) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("way", WAYS)
async def test_a_key_of_fewer_rights_has_to_be_shown_anew(way: Way, tmp_path: Path) -> None:
    async with served(tmp_path) as sites:
        key = sites.keys["alpha's owner"]
        async with asked(sites.app, way, LISTEN, credential=key) as told:
            await until(lambda: listeners(sites, "alpha") == 1)
            with changing(tmp_path / "keys.json") as records:
                (at,) = (n for n, record in enumerate(records) if record.id in key)
                records[at] = replace(records[at], scopes=SCOPES - {"contacts:pii"})
            last, _ = await _until_it_ends(told, sites)
            assert last != COMPLETE


async def _until_it_ends(told: Any, sites: ThreeSites) -> tuple[str, list[Any]]:
    """Let things happen on alpha until `told` has ended, for 3 s at the most."""
    results: list[Any] = []

    async def read() -> str:
        while not isinstance(last := await told.next(), str):
            results.append(last)
        return last

    reading = asyncio.ensure_future(read())
    began, number = time.monotonic(), 0
    while not reading.done() and time.monotonic() < began + 3:
        number += 1
        await rename(sites, "alpha", f"now {number}")
    return await asyncio.wait_for(reading, 1), results
