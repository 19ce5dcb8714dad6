"""The composition root: settings in, one ASGI application out. Nothing else wires."""

import gc
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import __version__
from gateway.authentication import authentication
from gateway.edge import assets
from gateway.edge.admission import Admission
from gateway.edge.connections import KEY as CONNECTIONS
from gateway.edge.connections import Connections
from gateway.edge.execution import Executions
from gateway.edge.health import Readiness, routes
from gateway.edge.live.gathering import KEY as GATHERING
from gateway.edge.live.gathering import Gathering
from gateway.edge.overload import KEY as SHEDDER
from gateway.edge.page import BUNDLE
from gateway.edge.sites import Sites
from gateway.entrance import make_entrance, patience_of
from gateway.exposure import LISTENS_ON, refuse_exposure
from gateway.process import Gateway
from gateway.sandbox.app import Sandbox, SandboxOptions
from gateway.sandbox.transport import SandboxTransport
from gateway.settings import Settings, load
from gateway.settings_sites import SiteSettings
from gateway.sharing import Commons, commons_of
from gateway.site import Network, internet, open_site
from gateway.subscription import Hearer, site_in, subscribed_sandbox, webhook_routes
from gateway.telemetry import logs

_GARBAGE: Final = (10_000, 20, 5)
"""After how much news garbage is looked for. Operations and connections leave none behind, and a
hundred under way would be looked through again and again; one look takes about 2 ms."""


class GatewayApp(FastAPI):
    """FastAPI behind our own `Front`, because FastAPI's layers cost more than a hot answer."""

    front: ASGIApp
    sockets: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, one WebSocket, or the application's lifespan."""
        match scope["type"]:
            case "http":
                await self.front(scope, receive, send)
            case "websocket":
                await self.sockets(scope, receive, send)
            case _:
                await self.routed(scope, receive, send)

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve by FastAPI's own layers and routes."""
        await super().__call__(scope, receive, send)


def create_app(
    settings: Settings, *, sandbox: Sandbox | None = None, network: Network | None = None
) -> FastAPI:
    """Build the application; its lifespan joins other replicas, and closes what it holds.

    Its Wix is `sandbox` where one is given; whoever gives it closes it. Without one and without
    credentials in the settings it is a sandbox of the application's own. The sites that there are
    credentials for are reached by `network`: by the internet unless given.
    """
    app = _empty_application()
    alone = settings.in_sandbox and sandbox is None
    own = subscribed_sandbox(_contents(settings), app) if alone else None
    sites, way = reachable(settings, sandbox or own, network)
    opened = [open_site(site, settings, way, among=len(sites), own_sandbox=alone) for site in sites]
    commons = commons_of(settings)
    gateway = Gateway(
        sites={site.id: site for site in opened},
        executions=Executions(),
        gathering=Gathering(settings.live_connections),
        drain_seconds=settings.request_seconds,
        leave_commons=commons.aclose,
        close_sandbox=own.aclose if own else None,
    )
    _furnish(app, gateway, settings, commons)
    hearers = {site.id: Hearer(site.services.freshness, site.history) for site in opened}
    app.router.routes.extend(webhook_routes(sites, hearers, body_bytes=settings.body_bytes))
    return app


def from_environment() -> FastAPI:
    """Build the application of a server's process: its settings and its logs are its own."""
    settings = load()
    refuse_exposure(settings, os.environ.get(LISTENS_ON))
    logs.configure(level=settings.log_level, form=settings.log_format, secrets=settings.secrets())
    app = create_app(settings)
    # What is here now stays. Looking through it for garbage would take 40 ms, again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    return app


def reachable(
    settings: Settings, sandbox: Sandbox | None, network: Network | None = None
) -> tuple[tuple[SiteSettings, ...], Network]:
    """Tell which sites are served, and the way to them; a sandbox in process is the only one."""
    if sandbox is None:
        return settings.sites, network or internet(settings)
    only = site_in(sandbox, calls_per_minute=settings.calls_per_minute)
    return (only,), lambda _site: SandboxTransport(sandbox)


def _empty_application() -> GatewayApp:
    """Make the application first: a sandbox of its own is told where to send its events."""
    return GatewayApp(
        title="crm-labels-gateway",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_closing,
    )


def _furnish(app: GatewayApp, gateway: Gateway, settings: Settings, commons: Commons) -> None:
    door = authentication(settings)
    admission = Admission(door.identify, Sites(gateway.sites))
    entrance = make_entrance(gateway, settings, admit=admission, commons=commons, new_id=_new_id)
    app.router.routes.extend(routes(Readiness(gateway.probe)))
    app.add_api_route("/", _to_graphql, include_in_schema=False)
    app.add_exception_handler(Exception, _masked)
    if entrance.page_shown:
        app.router.routes.extend(assets.routes(BUNDLE))
    app.front = entrance.front(rest=app.routed)
    app.sockets = entrance.sockets
    app.state.patience = patience_of(settings)
    app.state.shedder = entrance.shedder
    app.state.gateway = gateway
    app.state.door = door


@asynccontextmanager
async def _closing(app: FastAPI) -> AsyncIterator[dict[str, object]]:
    app.state.gateway.start()
    yield {
        CONNECTIONS: Connections(app.state.patience),
        GATHERING: app.state.gateway.gathering,
        SHEDDER: app.state.shedder,
    }
    await app.state.door.aclose()
    await app.state.gateway.aclose()


async def _to_graphql(_request: Request) -> RedirectResponse:
    return RedirectResponse("/graphql")


async def _masked(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "Internal Server Error"}, status_code=500)


def _new_id() -> str:
    return uuid.uuid4().hex


def _contents(settings: Settings) -> SandboxOptions:
    return SandboxOptions(
        seed=settings.sandbox_seed,
        contacts=settings.sandbox_contacts,
        rate_limit=settings.wix_calls_per_minute,
    )
