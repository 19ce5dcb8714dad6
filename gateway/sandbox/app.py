"""Composition of the sandbox: the core's routes within their layers, as one ASGI application."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.access.credentials import HOME, CredentialCheck, Place
from gateway.sandbox.access.oauth import OAuth
from gateway.sandbox.access.tokens import Mint
from gateway.sandbox.bulk.foreman import Foreman
from gateway.sandbox.chance import Chance, fresh_id, ids_from, request_ids
from gateway.sandbox.control.routes import PREFIX, Control
from gateway.sandbox.control.settings_form import Switches
from gateway.sandbox.front import Front
from gateway.sandbox.ports import Behaviour, Clock, Settings
from gateway.sandbox.routes import create_routes
from gateway.sandbox.seeding.seed import sow
from gateway.sandbox.store import Store, open_store
from gateway.sandbox.traffic.calls import CallLog, Recording
from gateway.sandbox.traffic.faults import FaultBoard
from gateway.sandbox.traffic.limits import Limiter, RateLimit
from gateway.sandbox.traffic.mishaps import Mishaps, Sleep
from gateway.sandbox.webhooks.courier import Courier
from gateway.sandbox.webhooks.events import Stamper
from gateway.sandbox.webhooks.outbox import Outbox
from gateway.sandbox.webhooks.signing import Signer


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What a sandbox is started with, and returns to at a reset."""

    seed: int = 7
    """Decides the site's content, new ids, and every fault by probability."""
    contacts: int = 1_000
    database: str | None = None
    """A file that keeps the site between runs; None keeps it in memory."""
    rate_limit: int = 200
    """Calls per 60 s for each caller; 0 for no limit."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    place: Place = HOME
    """Which site it is."""


def wall_clock() -> datetime:
    """Tell the time of day."""
    return datetime.now(UTC)


class Sandbox:
    """A Wix site of our own as an ASGI application; usable without a server and without lifespan.

    Made by `create_sandbox`. Everything is open from the start; `aclose` ends it.
    """

    def __init__(
        self,
        options: SandboxOptions,
        *,
        clock: Clock,
        monotonic: Callable[[], float],
        sleep: Sleep,
        subscriber: httpx.AsyncClient | None,
    ) -> None:
        self._options = options
        self.place = options.place
        self._chance = Chance(options.seed)
        new_id = fresh_id if options.database else ids_from(self._chance.stream("ids"))
        self.store: Store = open_store(options.database, clock=clock, new_id=new_id)
        self.settings = Settings(options.behaviour)
        self.calls = CallLog(monotonic)
        self.limiter = Limiter(options.rate_limit, monotonic)
        self.faults = FaultBoard(self._chance.stream("faults"), self.settings)
        self.signer = Signer(clock, _key_file(options.database))
        self.outbox = Outbox(
            Stamper(clock, fresh_id, options.place), monotonic, self._chance.stream("disorder")
        )
        self.switches = Switches(self.settings, self.limiter, self.outbox)
        self.courier = Courier(self.outbox, self.signer, monotonic, sleep, subscriber)
        core = create_routes(self.store, self.outbox.publish, self.settings, clock, new_id)
        self.foreman = Foreman(
            core, self.settings, sleep, watched=lambda: self.outbox.subscription is not None
        )
        self._site = self._surround(self.foreman, clock, sleep)
        self._control = Control(self)
        if self.store.created:
            self.reseed()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP call."""
        if scope["type"] != "http":
            raise ValueError("The sandbox speaks HTTP only")
        controls = scope["path"] == PREFIX or scope["path"].startswith(f"{PREFIX}/")
        await (self._control if controls else self._site)(scope, receive, send)

    def reset(self) -> None:
        """Return to the state after start: content, counters, faults, settings, webhooks."""
        self._chance.rewind()
        self.outbox.clear()
        self.faults.clear()
        self.calls.clear()
        self.limiter.clear()
        self.switches.restore(self._options.behaviour, self._options.rate_limit)
        self.reseed()

    def reseed(self, seed: int | None = None, contacts: int | None = None) -> None:
        """Replace the site's content; None keeps what the sandbox was started with."""
        self.store.reset()
        sow(
            self.store,
            seed=self._options.seed if seed is None else seed,
            contacts=self._options.contacts if contacts is None else contacts,
        )

    async def aclose(self) -> None:
        """Stop deliveries and close the database."""
        await self.foreman.aclose()
        await self.courier.aclose()
        self.store.close()

    def _surround(self, core: ASGIApp, clock: Clock, sleep: Sleep) -> ASGIApp:
        """Put the core within its layers; a call meets them from the last to the first."""
        place, ids = self.place, ids_from(self._chance.stream("tokens"))
        mint = Mint(clock, ids, site_id=place.site_id)
        app: ASGIApp = RateLimit(core, self.limiter, self.calls)
        app = CredentialCheck(app, mint, place)
        app = OAuth(app, mint, place)
        app = Mishaps(app, self.faults, sleep)
        app = Recording(app, self.calls)
        return Front(app, request_ids(clock, self._chance.stream("requests")))


def create_sandbox(
    options: SandboxOptions = SandboxOptions(),
    *,
    clock: Clock | None = None,
    monotonic: Callable[[], float] | None = None,
    sleep: Sleep = asyncio.sleep,
    subscriber: httpx.AsyncClient | None = None,
) -> Sandbox:
    """Make a sandbox with a site in it.

    ``clock`` dates what happens; ``monotonic`` counts the seconds of limits and deliveries;
    ``sleep`` is what latency and deliveries wait with; ``subscriber`` is the client that posts
    webhooks, closed with the sandbox. They default to the real ones.
    """
    return Sandbox(
        options,
        clock=clock or wall_clock,
        monotonic=monotonic or time.monotonic,
        sleep=sleep,
        subscriber=subscriber,
    )


def _key_file(database: str | None) -> Path | None:
    """Say where the key pair is kept: beside the database, so that subscribers stay valid."""
    return None if database is None else Path(f"{database}.pem")
