"""The composition root: settings in, one ASGI application out. Nothing else wires."""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import __version__
from gateway.budget.gate import Gate
from gateway.budget.window import SlidingWindow
from gateway.cache.periods import Periods
from gateway.crm.freshness import Freshness, remembering
from gateway.crm.services import Services
from gateway.edge.execution import Executions
from gateway.edge.front import Front
from gateway.edge.graphql import GraphQLEndpoint
from gateway.edge.health import Readiness, routes
from gateway.edge.idempotency import Idempotency
from gateway.edge.limits import Limits
from gateway.edge.live.gathering import KEY as GATHERING
from gateway.edge.live.gathering import Gathering
from gateway.edge.operations import Operations
from gateway.edge.outcomes import OutcomesInProcess
from gateway.edge.pricing import Pricing
from gateway.live import make_live
from gateway.model.principal import SCOPES, Principal
from gateway.process import Gateway
from gateway.sandbox.access.credentials import API_KEY, SITE_ID
from gateway.sandbox.app import Sandbox, SandboxOptions
from gateway.sandbox.transport import SandboxTransport
from gateway.settings import Settings, load
from gateway.subscription import sender_of, subscribed_sandbox, webhook_routes
from gateway.telemetry import logs
from gateway.wix.api import Wix, connect
from gateway.wix.auth import ApiKey, AppCredentials
from gateway.wix.transports import aiohttp_transport
from schema.build import build_schema, core_schema

_SANDBOX = "http://sandbox"
"""Where the sandbox in process is; no name is ever looked up."""


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


def create_app(settings: Settings, *, sandbox: Sandbox | None = None) -> FastAPI:
    """Build the application; it needs its lifespan only to close what it holds.

    Its Wix is `sandbox` where one is given; whoever gives it closes it. Without one and without
    credentials in the settings it is a sandbox of the application's own.
    """
    app = _empty_application()
    alone = settings.in_sandbox and sandbox is None
    own = subscribed_sandbox(_contents(settings), app) if alone else None
    gate = make_gate(settings)
    wix = connect_wix(settings, gate, sandbox=sandbox or own)
    gateway = Gateway(
        wix=wix,
        services=Services.over(wix, freshness=_memory(settings)),
        gate=gate,
        principal=_everybody(settings),
        executions=Executions(),
        gathering=Gathering(settings.live_connections),
        outcomes=OutcomesInProcess(limit=settings.idempotency_bytes, clock=time.monotonic),
        drain_seconds=settings.request_seconds,
        close_sandbox=own.aclose if own else None,
    )
    _furnish(app, gateway, settings)
    app.router.routes.extend(
        webhook_routes(
            sender_of(settings, sandbox or own),
            gateway.services.freshness,
            body_bytes=settings.body_bytes,
        )
    )
    return app


def from_environment() -> FastAPI:
    """Build the application of a server's process: its settings and its logs are its own."""
    settings = load()
    logs.configure(level=settings.log_level, form=settings.log_format, secrets=settings.secrets())
    return create_app(settings)


def make_gate(settings: Settings) -> Gate:
    """Make the gate that every call to the site's Wix passes."""
    window = SlidingWindow(limit=settings.wix_calls_per_minute, clock=time.monotonic)
    return Gate(
        window,
        clock=time.monotonic,
        sleep=asyncio.sleep,
        concurrency=settings.wix_connections,
    )


def connect_wix(settings: Settings, gate: Gate, *, sandbox: Sandbox | None) -> Wix:
    """Connect to the site that the credentials are for, or to a sandbox."""
    inside = sandbox is not None
    return connect(
        base_url=_SANDBOX if inside else settings.upstream,
        credentials=ApiKey(key=API_KEY, site_id=SITE_ID) if inside else _credentials(settings),
        transport=SandboxTransport(sandbox)
        if sandbox is not None
        else aiohttp_transport(connections=settings.wix_connections),
        gate=gate,
        clock=time.monotonic,
        rng=random.Random(),  # noqa: S311 - jitter between retries, no secret
        sleep=asyncio.sleep,
    )


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


def _furnish(app: GatewayApp, gateway: Gateway, settings: Settings) -> None:
    schema = build_schema()
    limits = _limits(settings)
    pricing = Pricing(
        core_schema(schema),
        gateway.gate,
        ceiling=settings.cost_ceiling,
        reported=settings.cost_reported,
    )
    operations = Operations(
        schema,
        gateway.make_context,
        limits=limits,
        executions=gateway.executions,
        idempotency=Idempotency(gateway.outcomes, gateway.whose),
        pricing=pricing,
    )
    live = make_live(schema, gateway, operations, pricing=pricing, limits=limits, new_id=_new_id)
    endpoint = GraphQLEndpoint(
        operations, admit=gateway.admit, limits=limits, pricing=pricing, streaming=live.streaming
    )
    app.router.routes.extend(routes(Readiness(gateway.probe)))
    app.add_api_route("/", _to_graphql, include_in_schema=False)
    app.add_exception_handler(Exception, _masked)
    app.mount("/graphql", endpoint)
    app.front = Front(graphql=endpoint, rest=app.routed, new_id=_new_id)
    app.sockets = live.sockets
    app.state.gateway = gateway


@asynccontextmanager
async def _closing(app: FastAPI) -> AsyncIterator[dict[str, Gathering]]:
    yield {GATHERING: app.state.gateway.gathering}
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


def _credentials(settings: Settings) -> ApiKey | AppCredentials:
    """Read the credentials that the settings have checked to be whole."""
    if settings.wix_api_key is not None and settings.wix_site_id is not None:
        return ApiKey(key=settings.wix_api_key.get_secret_value(), site_id=settings.wix_site_id)
    if settings.wix_app_id and settings.wix_app_secret and settings.wix_instance_id:
        return AppCredentials(
            app_id=settings.wix_app_id,
            app_secret=settings.wix_app_secret.get_secret_value(),
            instance_id=settings.wix_instance_id,
        )
    raise ValueError("There are no credentials, and no sandbox.")


def _everybody(settings: Settings) -> Principal:
    site = settings.site_id or SITE_ID
    return Principal(subject="anonymous", site_id=site, scopes=SCOPES)


def _memory(settings: Settings) -> Freshness:
    return remembering(
        settings.site_id or SITE_ID,
        limit_bytes=settings.cache_bytes,
        periods=Periods.written(
            settings.cache_periods,
            on_error=settings.cache_on_error_seconds,
            settling=settings.cache_settling_seconds,
        ),
        seconds=settings.request_seconds,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        body_bytes=settings.body_bytes,
        document_tokens=settings.document_tokens,
        document_depth=settings.document_depth,
        document_cache_bytes=settings.document_cache_bytes,
        seconds=settings.request_seconds,
    )
