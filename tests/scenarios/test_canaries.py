"""What is personal, and what is secret, is in the data of answers and nowhere else.

Real programs are driven through every mutation, every kind of fault and every slip, by a caller all
of whose values are canaries. Then everything that they wrote is searched for those.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest

from gateway.cli import app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from tests.support.canaries import (
    PERSONAL,
    Careless,
    every_look,
    every_mutation,
    every_slip,
)
from tests.support.listening import OverheardRunner
from tests.support.mutations import MUTATIONS
from tests.support.servers import Server, free_port, running_sandbox
from tests.support.tokens import AUDIENCE, ISSUER, key_set, rsa_key, token
from tests.support.webhooks import public_pem

ROUTER_SECRET: Final = "canary of the router, which it alone knows"
FORGED: Final = "canary-canary-canary"
POORER: Final = frozenset({"contacts:read", "labels:read", "fields:read"})
FAULTS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "status", "status": 500, "when": "after", "probability": 0.5},
    {"kind": "status", "status": 503, "probability": 0.5},
    {"kind": "status", "status": 400, "json": False, "probability": 0.5},
    {"kind": "status", "status": 403, "probability": 0.5},
    {"kind": "drop", "when": "after", "probability": 0.5},
    {"kind": "half_body", "probability": 0.5},
    {"kind": "latency", "seconds": 3, "count": 4},
)


class Place:
    """A gateway over a sandbox, both of them programs, and what opens the gateway."""

    def __init__(self, folder: Path, wix: str, signed_by: str) -> None:
        self.wix = wix
        with changing(folder / "keys.json") as records:
            self.key = self._made(records, SCOPES)
            self.poorer = self._made(records, POORER)
        (folder / "issuer.json").write_text(key_set(rsa_key("rsa")))
        self.settings = {
            "GATEWAY_WIX_BASE_URL": wix,
            "GATEWAY_WIX_API_KEY": API_KEY,
            "GATEWAY_WIX_SITE_ID": SITE_ID,
            "GATEWAY_WIX_CALLS_PER_MINUTE": "100000",
            "GATEWAY_WEBHOOK_PUBLIC_KEYS": signed_by,
            "GATEWAY_AUTH": "required",
            "GATEWAY_API_KEYS_FILE": str(folder / "keys.json"),
            "GATEWAY_JWT_ISSUER": ISSUER,
            "GATEWAY_JWT_AUDIENCE": AUDIENCE,
            "GATEWAY_JWT_PUBLIC_KEYS_FILE": str(folder / "issuer.json"),
            "GATEWAY_ROUTER_PROOF": "hmac",
            "GATEWAY_ROUTER_SECRET": ROUTER_SECRET,
            "GATEWAY_DOCUMENTS": "prefer",
            "GATEWAY_CALLER_CALLS_PER_MINUTE": "100000",
            "GATEWAY_REQUEST_SECONDS": "2",
            "GATEWAY_LOG_LEVEL": "debug",
            "GATEWAY_LOG_FORMAT": "json",
        }

    def _made(self, records: list[Any], scopes: frozenset[str]) -> str:
        sites = frozenset({SITE_ID})
        key, record = new_key(sites=sites, scopes=scopes, created_at=0.0, expires_at=None)
        records.append(record)
        return key

    @property
    def secrets(self) -> tuple[str, ...]:
        """What opens anything; of keys that part which is secret."""
        # "crmk_", an id of twelve characters, "_", and what is secret, which may hold a "_" too.
        keys = [key.split("_", 2)[2] for key in (self.key, self.poorer)]
        return (API_KEY, ROUTER_SECRET, FORGED, token().split(".")[2], *keys)

    def order(self, fault: Mapping[str, Any]) -> None:
        """Have the sandbox make trouble, of one kind at a time."""
        path = f"{self.wix}/_sandbox/faults"
        httpx.delete(path, trust_env=False)
        if fault:
            assert httpx.post(path, json=fault, trust_env=False).is_success


def drive(place: Place, origin: str) -> Careless:
    """Do all that there is to do; tell what came of it."""
    with httpx.Client(base_url=origin, trust_env=False, timeout=30) as client:
        caller = Careless(client, {"authorization": f"Bearer {place.key}"})
        every_mutation(caller, "plain")
        every_look(caller)
        every_slip(caller)
        for number, fault in enumerate(FAULTS):
            place.order(fault)
            every_mutation(caller, f"fault{number}")
        place.order({})
        poorer = Careless(client, {"authorization": f"Bearer {place.poorer}"}, caller.beside)
        every_mutation(poorer, "poorer")
        every_look(poorer)
        _knock(caller)
    return caller


def _knock(caller: Careless) -> None:
    """Try to be let in with what opens nothing."""
    for credential in (
        f"Bearer {FORGED}",
        f"Bearer crmk_0123456789ab_{FORGED * 3}",
        f"Bearer {token(sub=FORGED)}",
        f"Bearer {token(aud=FORGED, exp=4_000_000_000)}",
        f"Bearer {token({'alg': 'none', 'kid': FORGED})}",
        f"Basic {FORGED}",
        FORGED,
    ):
        caller.send({"query": "{ viewer { subject } }"}, authorization=credential)
    sdl = {"query": "{ _service { sdl } }"}
    for signature in (FORGED, ROUTER_SECRET, 7):
        caller.send({**sdl, "extensions": {"hmac-signature": signature}})
    caller.send(sdl, **{"x-router-secret": FORGED})
    caller.send(sdl, **{"x-wix-site-id": FORGED})
    caller.send(sdl, **{"idempotency-key": f"{FORGED} {FORGED}"})
    for event in (FORGED, f"{FORGED}.{FORGED}.{FORGED}", token(data=FORGED)):
        caller.post("/webhooks/wix", event)


def found(words: tuple[str, ...], text: str) -> list[tuple[str, str]]:
    """Tell which words are in a text, and what is around each."""
    lowered = text.lower()
    places = {word: lowered.find(word.lower()) for word in words}
    return [(word, text[max(0, at - 80) : at + 80]) for word, at in places.items() if at >= 0]


def audited(said: str) -> list[dict[str, Any]]:
    lines = [orjson.loads(line) for line in said.splitlines() if '"gateway.audit"' in line]
    return [line for line in lines if line["event"] == "mutation"]


def test_nothing_personal_and_nothing_secret_is_anywhere_but_in_data(tmp_path: Path) -> None:
    with ExitStack() as stack:
        wix = running_sandbox("--rate-limit", "0", "--contacts", "20")
        sandbox = stack.enter_context(wix)
        pem = httpx.get(f"{sandbox.origin}/_sandbox/webhooks/public-key", trust_env=False).text
        place = Place(tmp_path, sandbox.origin, pem)
        gateway = Server.start("serve", port=free_port(), settings=place.settings)
        stack.callback(gateway.stop)
        gateway.wait_for("/healthz")
        hook = {"url": f"{gateway.origin}/webhooks/wix"}
        path = f"{sandbox.origin}/_sandbox/webhooks"
        assert httpx.put(path, json=hook, trust_env=False).is_success
        caller = drive(place, gateway.origin)
        written, by_sandbox = gateway.said(), sandbox.said()
    beside = "\n".join(caller.beside)
    # The search finds what is there to be found.
    assert {word for word, _ in found(PERSONAL, "\n".join(caller.data))} == set(PERSONAL)
    assert found((*PERSONAL, *place.secrets), beside) == []
    assert found((*PERSONAL, *place.secrets), written) == []
    assert found(PERSONAL, by_sandbox) == []  # its credentials are published, by itself as well
    records = audited(written)
    assert {record["mutation"] for record in records} == {one.name for one in MUTATIONS}
    assert {record["outcome"] for record in records} == {"ok", "refused", "unknown"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"GATEWAY_WIX_SITE_ID": ""},
        {"GATEWAY_WIX_APP_SECRET": "canary-secret"},
        {"GATEWAY_ROUTER_SECRET": "canary"},
        {"GATEWAY_ROUTER_SECRET_FILE": "canary.secret"},
        {"GATEWAY_WEBHOOK_PUBLIC_KEYS": "canary"},
        {"GATEWAY_JWT_ISSUER": ""},
        {"GATEWAY_WIX_API_KEY": "canary-of-another-site"},
    ],
)
@pytest.mark.parametrize("command", ["check", "serve"])
def test_what_is_wrong_with_secrets_is_told_without_them(
    command: str, wrong: dict[str, str], tmp_path: Path
) -> None:
    place = Place(tmp_path, "http://127.0.0.1:9", public_pem())
    (tmp_path / "canary.secret").write_text("canary")
    settings = place.settings | wrong
    if command == "serve":
        settings["GATEWAY_AUTH"] = "none"  # so that it does not begin to serve
    if "GATEWAY_ROUTER_SECRET_FILE" in wrong:
        settings["GATEWAY_ROUTER_SECRET_FILE"] = str(tmp_path / "canary.secret")
    result = OverheardRunner().invoke(app, [command], env=settings)
    assert result.exit_code in {1, 2}
    said = result.output.replace("canary.secret", "").replace(str(tmp_path), "")
    assert found((*PERSONAL, *place.secrets), said) == []
