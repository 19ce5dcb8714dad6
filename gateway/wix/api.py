"""The front door: one site's Wix, put together from its parts."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import httpx

from gateway.budget.gate import Gate
from gateway.wix.auth import ApiKey, AppCredentials, Authorization, KeyAuthorization
from gateway.wix.bulk import BulkApi
from gateway.wix.client import WixClient
from gateway.wix.contacts import ContactsApi
from gateway.wix.exchange import Observer, Wire
from gateway.wix.facets import FacetsApi
from gateway.wix.fields import FieldsApi
from gateway.wix.flights import Flights
from gateway.wix.labels import LabelsApi
from gateway.wix.retries import Retries, RetryPolicy
from gateway.wix.tokens import TokenAuthorization


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds."""

    call: float = 10.0
    """For one call with all its tries, where no request's deadline says otherwise."""
    renewal: float = 10.0
    """For one renewal of an app's token, whoever waits for it."""
    closing: float = 5.0
    """For the calls still under way when the client closes."""


DEFAULT_TIMEOUTS: Final = Timeouts()
DEFAULT_RETRY: Final = RetryPolicy()


@dataclass(frozen=True, slots=True)
class Wix:
    """One site's Wix."""

    labels: LabelsApi
    contacts: ContactsApi
    facets: FacetsApi
    bulk: BulkApi
    fields: FieldsApi
    client: WixClient

    async def aclose(self) -> None:
        """Let the calls under way end for a while, then close the connections."""
        await self.client.aclose()


def connect(
    *,
    base_url: str,
    credentials: ApiKey | AppCredentials,
    transport: httpx.AsyncBaseTransport,
    gate: Gate,
    rng: random.Random,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    observe: Observer | None = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    retry: RetryPolicy = DEFAULT_RETRY,
) -> Wix:
    """Put one site's Wix together; nothing is sent yet.

    Args:
        base_url: E.g. ``https://www.wixapis.com``.
        credentials: What the gateway presents to Wix.
        transport: What carries the requests, e.g. `gateway.wix.transports.aiohttp_transport`.
        gate: Passed by each request to the API, repeated ones included; not by those for tokens,
            which do not count against the site's calls.
        rng: Spreads the pauses between tries.
        clock: A monotonic clock in seconds.
        sleep: Waits for so many seconds.
        observe: Told of every exchange, those for tokens included.
        timeouts: Limits in seconds.
        retry: How often and how fast calls are repeated.
    """
    wire = Wire(base_url, transport, clock=clock, observe=observe)
    flights = Flights()
    client = WixClient(
        wire,
        _authorization(credentials, wire, flights, clock, timeouts.renewal),
        gate=gate,
        retries=Retries(retry, rng),
        flights=flights,
        clock=clock,
        sleep=sleep,
        timeout=timeouts.call,
        closing_grace=timeouts.closing,
    )
    return _with_doors(client)


def _with_doors(client: WixClient) -> Wix:
    return Wix(
        labels=LabelsApi(client),
        contacts=ContactsApi(client),
        facets=FacetsApi(client),
        bulk=BulkApi(client),
        fields=FieldsApi(client),
        client=client,
    )


def _authorization(
    credentials: ApiKey | AppCredentials,
    wire: Wire,
    flights: Flights,
    clock: Callable[[], float],
    timeout: float,
) -> Authorization:
    if isinstance(credentials, ApiKey):
        return KeyAuthorization(credentials)
    exchange = partial(wire.exchange, headers={}, attempt=1)
    return TokenAuthorization(credentials, exchange, clock=clock, timeout=timeout, flights=flights)
