"""The part of the composition that lets the gateway hear of changes made elsewhere."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final

import httpx
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.crm.events import Addressee, Freshness, History, Inbox
from gateway.edge import webhooks
from gateway.edge.webhooks import Reception
from gateway.sandbox.access.credentials import INSTANCE_ID, SITE_ID
from gateway.sandbox.app import Sandbox, SandboxOptions, create_sandbox
from gateway.sandbox.webhooks.events import Subscription
from gateway.settings import Settings
from gateway.wix.signatures import Keys, Signatures, read_keys

_GATEWAY: Final = "http://gateway"
"""Where a sandbox in process finds the gateway; no name is ever looked up."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose events are heard: who signs them, and to whom they are addressed."""

    keys: Keys
    addressee: Addressee


def subscribed_sandbox(options: SandboxOptions, app: ASGIApp) -> Sandbox:
    """Make a sandbox that tells `app` of every change; closing it ends that."""
    subscriber = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    sandbox = create_sandbox(options, subscriber=subscriber)
    sandbox.outbox.subscribe(Subscription(url=_GATEWAY + webhooks.PATH))
    return sandbox


def sender_of(settings: Settings, sandbox: Sandbox | None) -> Sender | None:
    """Tell who sends events: the sandbox in process, or Wix; None without keys to know it by."""
    if sandbox is not None:
        # Making a key takes as long as starting, so it is asked for when the first event comes.
        keys = cache(lambda: read_keys(sandbox.signer.public_pem))
        return Sender(keys, Addressee(INSTANCE_ID, SITE_ID))
    trusted = settings.webhook_keys()
    instance = settings.webhook_instance_id or settings.wix_instance_id
    return Sender(lambda: trusted, Addressee(instance, settings.wix_site_id)) if trusted else None


def webhook_routes(
    sender: Sender | None, freshness: Freshness, history: History, *, body_bytes: int
) -> list[Route]:
    """Build the route that takes the sender's events; none without a sender."""
    if sender is None:
        return []
    inbox = Inbox(
        freshness,
        history,
        addressee=sender.addressee,
        now=lambda: datetime.now(UTC),
    )
    signatures = Signatures(sender.keys, now=time.time)
    return webhooks.routes(Reception(signatures, inbox, body_bytes=body_bytes))
