"""Three sites of equal keys behind one gateway; everything on them says whose it is.

Contacts, labels and fields have the same ids on each, so that nothing but the site tells them
apart. Every text on a site is marked with the site's name and with the kind of what it is.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
from fastapi import FastAPI

from gateway.app import create_app
from gateway.edge.auth.api_keys import new_key
from gateway.edge.auth.key_file import changing
from gateway.model.principal import SCOPES
from gateway.sandbox.access.credentials import API_KEY, Place
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.transport import SandboxTransport
from gateway.sandbox.webhooks.events import Subscription
from gateway.settings import Settings
from tests.support.endpoint import Line, scope_of
from tests.support.listening import Overheard

NAMES: Final = ("alpha", "bravo", "charlie")
IDS: Final = {
    name: f"{number}{number}{number}{number}0000-0000-4000-8000-000000000000"
    for number, name in enumerate(NAMES, 1)
}
"""The sites' ids, by their names."""
CONTACTS: Final = tuple(f"00000000-0000-4000-9000-{number:012}" for number in range(6))
LABELS: Final = tuple(f"custom.label-{number}" for number in range(4))
FIELD: Final = "custom.field"

PERSONAL, WORK, LABEL, FIELDS = "pii", "work", "label", "field"
NEEDED: Final = {
    PERSONAL: frozenset({"contacts:read", "contacts:pii"}),
    WORK: frozenset({"contacts:read"}),
    LABEL: frozenset({"labels:read"}),
    FIELDS: frozenset({"fields:read"}),
}
"""The scopes without which nobody may see what is so marked."""

# A label's key is made of its first name; it is the space that tells the name from the key.
_MARK = re.compile(rf"({'|'.join(NAMES)})(pii|work|field|label(?= ))")
_PHONE = re.compile(r"7700[ -]?900([0-2])\d\d")

Mark = tuple[str, str]
"""A site's name, and the kind of what was seen of it."""


def marks_in(text: str) -> set[Mark]:
    """Tell what of which sites is in an answer."""
    phones = {(NAMES[int(digit)], PERSONAL) for digit in _PHONE.findall(text)}
    return phones | set(_MARK.findall(text))


@dataclass(frozen=True)
class Known:
    """A caller as tests know him."""

    sites: tuple[str, ...] | None
    """Names; None for all."""
    scopes: frozenset[str]

    def site_for(self, named: str | None) -> str | None:
        """Tell on which site he is served when he names one; None where he is refused."""
        his = NAMES if self.sites is None else self.sites
        if named is None:
            return his[0] if len(his) == 1 and his[0] in NAMES else None
        return named if named in his and named in NAMES else None

    def may_see(self, site: str | None) -> set[Mark]:
        """Tell all that he may see on a site."""
        if site is None:
            return set()
        return {(site, kind) for kind, needed in NEEDED.items() if needed <= self.scopes}


@dataclass
class ThreeSites:
    """The gateway, its sites, and the keys of its callers."""

    app: FastAPI
    sandboxes: Mapping[str, Sandbox]
    keys: dict[str, str] = field(default_factory=dict)

    async def ask(
        self,
        key: str | None,
        query: str,
        /,
        site: str | None = None,
        variables: Mapping[str, Any] | None = None,
        **headers: str,
    ) -> tuple[int, str]:
        """Send one operation with an API key; `site` is the name of one, or any other text."""
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        if site is not None:
            headers["x_wix_site_id"] = IDS.get(site, site)
        await asyncio.sleep(0)  # as a socket would: answers from memory never wait for anything
        line = Line(orjson.dumps({"query": query, "variables": variables or {}}))
        scope = scope_of(content_type="application/json", **headers)
        await self.app(scope, line.receive, line.send)
        status: int = line.sent[0]["status"]
        return status, b"".join(part.get("body", b"") for part in line.sent[1:]).decode()

    def calls(self) -> dict[str, int]:
        """Tell how many calls each site's Wix has taken."""
        return {name: box.calls.report()["total"] for name, box in self.sandboxes.items()}


@asynccontextmanager
async def three_sites(
    folder: Path, callers: Mapping[str, Known] | None = None, **settings: Any
) -> AsyncIterator[ThreeSites]:
    """Serve the three; `folder` is for the files of their credentials and of the callers' keys."""
    late: list[FastAPI] = []

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        await late[0](scope, receive, send)

    async with AsyncExitStack() as stack:
        sandboxes = {name: _sandbox(name, gateway) for name in NAMES}
        for sandbox in sandboxes.values():
            stack.push_async_callback(sandbox.aclose)
        by_id = {IDS[name]: sandbox for name, sandbox in sandboxes.items()}
        keys = _write_keys(folder / "keys.json", callers or {})
        app = create_app(
            Settings(
                auth="required",
                api_keys_file=folder / "keys.json",
                sites_file=_write_sites(folder, sandboxes),
                **settings,
            ),
            network=lambda site: SandboxTransport(by_id[site.id]),
        )
        late.append(app)
        stack.push_async_callback(app.state.gateway.aclose)
        yield ThreeSites(app, sandboxes, keys)


def _sandbox(name: str, gateway: Any) -> Sandbox:
    subscriber = httpx.AsyncClient(transport=Overheard(gateway))
    options = SandboxOptions(contacts=0, rate_limit=0, place=Place(IDS[name], f"app-on-{name}"))
    sandbox = create_sandbox(options, subscriber=subscriber)
    sandbox.store.reset()
    sandbox.store.load(labels=_labels(name), fields=_fields(name), contacts=_contacts(name))
    sandbox.outbox.subscribe(Subscription("http://gateway/webhooks/wix"))
    return sandbox


def _labels(site: str) -> Iterator[dict[str, Any]]:
    for number, key in enumerate(LABELS):
        yield {"key": key, "displayName": f"{site}label {number}"}


def _fields(site: str) -> Iterator[dict[str, Any]]:
    yield {"key": FIELD, "displayName": f"{site}field", "dataType": "TEXT"}


def _contacts(site: str) -> Iterator[dict[str, Any]]:
    for number, contact_id in enumerate(CONTACTS):
        phone = f"07700 900{NAMES.index(site)}{number:02}"
        address = {"city": f"{site}pii", "addressLine": f"{site}pii road", "country": "GB"}
        yield {
            "id": contact_id,
            "info": {
                "name": {"first": f"{site}pii", "last": f"{site}pii {number}"},
                "emails": {"items": [{"tag": "MAIN", "email": f"{site}pii{number}@example.com"}]},
                "phones": {"items": [{"tag": "MAIN", "phone": phone, "countryCode": "GB"}]},
                "addresses": {"items": [{"tag": "HOME", "address": address}]},
                "company": f"{site}work",
                "jobTitle": f"{site}work {number}",
                "labelKeys": {"items": [LABELS[number % len(LABELS)]]},
                "extendedFields": {"items": {FIELD: f"{site}pii"}},
            },
        }


def _write_sites(folder: Path, sandboxes: Mapping[str, Sandbox]) -> Path:
    """Write a sites file; each site signs with keys of its own."""
    file = folder / "sites.toml"
    tables = []
    for name, sandbox in sandboxes.items():
        pem = folder / f"{name}.pem"
        pem.write_text(sandbox.signer.public_pem)
        tables.append(
            f'[[sites]]\nid = "{IDS[name]}"\napi_key = "{API_KEY}"\n'
            f'calls_per_minute = 1000000\nwebhook_public_keys_file = "{pem.name}"\n'
        )
    file.write_text("\n".join(tables))
    return file


def _write_keys(file: Path, callers: Mapping[str, Known]) -> dict[str, str]:
    keys = {}
    with changing(file) as records:
        for name, known in callers.items():
            sites = None if known.sites is None else _ids(known.sites)
            keys[name], record = new_key(
                sites=sites, scopes=known.scopes, created_at=0.0, expires_at=None
            )
            records.append(record)
    return keys


def _ids(names: Iterable[str]) -> frozenset[str]:
    return frozenset(IDS.get(name, name) for name in names)


def everything_on(*sites: str) -> Known:
    """Make a caller with every scope."""
    return Known(sites or None, SCOPES)
