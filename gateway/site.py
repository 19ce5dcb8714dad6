"""Makes one site's part of the gateway: its budget, its connection to Wix, its memory."""

import asyncio
import random
import time
from collections.abc import Callable

import httpx

from gateway.budget.gate import Gate
from gateway.budget.rhythm import Rhythm
from gateway.budget.window import Window
from gateway.cache.periods import Periods
from gateway.crm.events import OwnHistory
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.services import Services
from gateway.edge.outcomes import OutcomesInProcess
from gateway.edge.window_store import MOST_CALLERS, WindowsInProcess
from gateway.process import Site
from gateway.settings import Settings
from gateway.settings_sites import SiteSettings
from gateway.sharing import sharing_of
from gateway.wix.api import Wix, connect
from gateway.wix.transports import aiohttp_transport

Network = Callable[[SiteSettings], httpx.AsyncBaseTransport]
"""What lies between the gateway and a site's Wix; each site has a transport of its own."""


def internet(settings: Settings) -> Network:
    """Reach every site over the network, each through connections of its own."""
    tls = httpx.create_ssl_context()  # takes longer than all the rest of a site

    def connections(_site: SiteSettings) -> httpx.AsyncBaseTransport:
        return aiohttp_transport(connections=settings.wix_connections, tls=tls)

    return connections


def open_site(
    site: SiteSettings,
    settings: Settings,
    network: Network,
    *,
    among: int = 1,
    own_sandbox: bool = False,
) -> Site:
    """Make one of so many sites; nothing is sent yet."""
    sharing = sharing_of(settings, site, own_sandbox=own_sandbox)
    gate = make_gate(settings, sharing.window)
    wix = connect_wix(site, gate, network)
    memory = _memory(site, settings, gate, limit_bytes=settings.cache_bytes // among)
    sharing.remember(memory)
    outcomes = OutcomesInProcess(limit=settings.idempotency_bytes // among, clock=time.monotonic)
    return Site(
        site.id,
        wix,
        Services.over(wix, freshness=memory),
        gate,
        outcomes=sharing.outcomes(outcomes),
        windows=sharing.windows(WindowsInProcess(most=MOST_CALLERS // among)),
        history=sharing.history(OwnHistory(clock=time.monotonic)),
        join_others=sharing.start,
        leave_others=sharing.aclose,
    )


def make_gate(settings: Settings, window: Window) -> Gate:
    """Make the gate that every call to the site's Wix passes."""
    return Gate(
        window,
        clock=time.monotonic,
        sleep=asyncio.sleep,
        concurrency=settings.wix_connections,
    )


def connect_wix(site: SiteSettings, gate: Gate, network: Network) -> Wix:
    """Connect to a site with its credentials."""
    return connect(
        base_url=site.upstream,
        credentials=site.credentials,
        transport=network(site),
        gate=gate,
        clock=time.monotonic,
        rng=random.Random(),  # noqa: S311 - jitter between retries, no secret
        sleep=asyncio.sleep,
    )


def _memory(site: SiteSettings, settings: Settings, gate: Gate, *, limit_bytes: int) -> Freshness:
    return remembering(
        site.id,
        limit_bytes=limit_bytes,
        periods=Periods.written(
            settings.cache_periods,
            on_error=settings.cache_on_error_seconds,
            settling=settings.cache_settling_seconds,
        ),
        seconds=settings.request_seconds,
        rhythm=Rhythm(gate, clock=time.monotonic),
    )
