"""The part of the composition that lets the gateway hear of changes made elsewhere."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from typing import Final, NamedTuple

import httpx
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.crm.events import Addressee, Freshness, History, Inbox
from gateway.crm.mailroom import Mailroom, Pigeonhole
from gateway.edge import webhooks
from gateway.edge.webhooks import Reception, Sender
from gateway.sandbox.access.credentials import API_KEY
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.webhooks.events import Subscription
from gateway.settings_sites import Signer, SiteSettings
from gateway.wix.auth import ApiKey
from gateway.wix.signatures import Signatures, read_keys

_GATEWAY: Final = "http://gateway"
"""Where a sandbox in process finds the gateway; no name is ever looked up."""
_SANDBOX: Final = "http://sandbox"
"""Where the gateway finds a sandbox in process."""


class Hearer(NamedTuple):
    """What is told of one site's events."""

    freshness: Freshness
    history: History


def subscribed_sandbox(options: SandboxOptions, app: ASGIApp) -> Sandbox:
    """Make a sandbox that tells `app` of every change; closing it ends that."""
    subscriber = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    sandbox = create_sandbox(options, subscriber=subscriber)
    sandbox.outbox.subscribe(Subscription(url=_GATEWAY + webhooks.PATH))
    return sandbox


def site_in(sandbox: Sandbox, *, calls_per_minute: int) -> SiteSettings:
    """Tell how to reach the site that a sandbox in process is."""
    # Making a key takes as long as starting, so it is asked for when the first event comes.
    keys = cache(lambda: read_keys(sandbox.signer.public_pem))
    return SiteSettings(
        id=sandbox.place.site_id,
        credentials=ApiKey(key=API_KEY, site_id=sandbox.place.site_id),
        upstream=_SANDBOX,
        calls_per_minute=calls_per_minute,
        signer=Signer("sandbox", keys),
        instance_id=sandbox.place.instance_id,
    )


def webhook_routes(
    sites: Iterable[SiteSettings], hearers: Mapping[str, Hearer], *, body_bytes: int
) -> list[Route]:
    """Build the route that takes the events of all sites; none where nobody sends any.

    Those of each site are told to the one of `hearers` that stands under its id.
    """
    heard = [(site.signer, site) for site in sites if site.signer is not None]
    by_signer = groupby(sorted(heard, key=lambda each: each[0].name), key=lambda each: each[0])
    senders = [
        _sender(signer, [site for _, site in signed], hearers) for signer, signed in by_signer
    ]
    return webhooks.routes(Reception(senders, body_bytes=body_bytes)) if senders else []


def _sender(signer: Signer, sites: Iterable[SiteSettings], hearers: Mapping[str, Hearer]) -> Sender:
    pigeonholes = (_pigeonhole(site, hearers[site.id]) for site in sites)
    return Sender(Signatures(signer.keys, now=time.time), Mailroom(pigeonholes))


def _pigeonhole(site: SiteSettings, hearer: Hearer) -> Pigeonhole:
    addressee = Addressee(site.instance_id, site.id)
    inbox = Inbox(
        hearer.freshness,
        hearer.history,
        addressee=addressee,
        now=lambda: datetime.now(UTC),
    )
    return Pigeonhole(site.id, addressee, inbox)
