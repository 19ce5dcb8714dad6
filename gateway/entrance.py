"""Builds the way in for requests, by the settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import ASGIApp
from strawberry.schema import Schema

from gateway.edge.connections import Patience
from gateway.edge.disclosure import may_introspect
from gateway.edge.exchange import principal_of
from gateway.edge.front import Front
from gateway.edge.graphql import Admit, GraphQLEndpoint
from gateway.edge.idempotency import Idempotency
from gateway.edge.known.automatic import AutomaticInProcess
from gateway.edge.known.library import Library
from gateway.edge.known.manifests import read_manifest
from gateway.edge.known.trusted import TrustedDocuments
from gateway.edge.limits import Limits
from gateway.edge.live.sockets import Sockets
from gateway.edge.operations import Operations
from gateway.edge.origins import Origins
from gateway.edge.overload import Shedder
from gateway.edge.pricing import Pricing
from gateway.edge.routers.proofs import HeaderProof, NoProof, RouterProof, SignatureProof
from gateway.edge.routers.stamps import StampsInProcess
from gateway.edge.tracing import Tracing
from gateway.edge.windows import CallerWindows, NoWindows, Windows
from gateway.live import make_live
from gateway.process import Gateway
from gateway.settings import Settings
from gateway.settings_documents import page_shown
from gateway.settings_limits import origins_in
from gateway.settings_router import secret_of
from gateway.sharing import Commons
from schema.build import build_schema, core_schema

_AFTER_THE_ENDPOINT = 1.0
"""Seconds by which a connection outlives a slow body, so that a 408 can be read."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The GraphQL endpoint and what stands before it."""

    endpoint: GraphQLEndpoint
    page_shown: bool
    shedder: Shedder
    origins: Origins
    sockets: Sockets
    new_id: Callable[[], str]
    """Makes the ids of requests."""

    def front(self, *, rest: ASGIApp) -> Front:
        """Put the front before the endpoint and before everything else, which is `rest`."""
        return Front(
            graphql=self.endpoint,
            rest=rest,
            new_id=self.new_id,
            shedder=self.shedder,
            origins=self.origins,
        )


def make_entrance(
    gateway: Gateway,
    settings: Settings,
    *,
    admit: Admit,
    commons: Commons,
    new_id: Callable[[], str],
) -> Entrance:
    """Build the way in to a gateway's sites; `admit` tells whom it lets in."""
    schema = build_schema()
    limits = limits_of(settings)
    pricing = Pricing(
        core_schema(schema),
        gateway.gate_of,
        ceiling=settings.cost_ceiling,
        reported=settings.cost_reported,
    )
    tracing = Tracing(
        lambda scope: settings.in_sandbox or may_introspect(principal_of(scope)),
    )
    operations = _operations(
        schema, gateway, settings, commons=commons, pricing=pricing, tracing=tracing
    )
    shedder = Shedder(gateway.executions, most=settings.concurrent_operations)
    origins = Origins(origins_in(settings.cors_origins))
    windows = _windows(gateway, settings)
    live = make_live(
        schema,
        gateway,
        operations,
        admit=admit,
        pricing=pricing,
        windows=windows,
        shedder=shedder,
        origins=origins,
        limits=limits,
        new_id=new_id,
    )
    endpoint = GraphQLEndpoint(
        operations,
        admit=admit,
        limits=limits,
        pricing=pricing,
        tracing=tracing,
        windows=windows,
        shedder=shedder,
        origins=origins,
        streaming=live.streaming,
        page_shown=page_shown(settings),
    )
    return Entrance(endpoint, page_shown(settings), shedder, origins, live.sockets, new_id)


def _operations(
    schema: Schema,
    gateway: Gateway,
    settings: Settings,
    *,
    commons: Commons,
    pricing: Pricing,
    tracing: Tracing,
) -> Operations:
    """Build what judges and executes operations, however they come in."""
    return Operations(
        schema,
        gateway.make_context,
        limits=limits_of(settings),
        executions=gateway.executions,
        idempotency=Idempotency(gateway.outcomes_of, gateway.whose),
        pricing=pricing,
        tracing=tracing,
        library=_library(settings, commons),
        routers=_router_proof(settings, commons),
    )


def _library(settings: Settings, commons: Commons) -> Library:
    """Tell which documents callers can name, or must."""
    file = settings.documents_file
    return Library(
        settings.documents,
        trusted=None if file is None else TrustedDocuments(read_manifest(file)),
        automatic=commons.documents(AutomaticInProcess(settings.automatic_document_bytes)),
    )


def _router_proof(settings: Settings, commons: Commons) -> RouterProof:
    """Tell how the federation's router is known."""
    secret = secret_of(settings)
    if secret is None:
        return NoProof()
    if settings.router_proof == "header":
        return HeaderProof(secret)
    stamps = commons.stamps(StampsInProcess(time.time))
    return SignatureProof(secret, stamps, stamped=settings.router_proof == "hmac-stamped")


def patience_of(settings: Settings) -> Patience:
    """Tell how long connections may be slow."""
    return Patience(
        connections=settings.connections,
        head_seconds=settings.head_seconds,
        body_seconds=settings.request_seconds + _AFTER_THE_ENDPOINT,
    )


def limits_of(settings: Settings) -> Limits:
    """Tell what one request may ask."""
    return Limits(
        body_bytes=settings.body_bytes,
        batch_operations=settings.batch_operations,
        document_characters=settings.document_characters,
        document_tokens=settings.document_tokens,
        document_aliases=settings.document_aliases,
        document_directives=settings.document_directives,
        document_depth=settings.document_depth,
        document_operations=settings.document_operations,
        document_fragments=settings.document_fragments,
        root_fields=settings.root_fields,
        validation_seconds=settings.validation_seconds,
        page_size=settings.page_size,
        page_rows=settings.page_rows,
        row_fields=settings.row_fields,
        document_cache_bytes=settings.document_cache_bytes,
        seconds=settings.request_seconds,
    )


def _windows(gateway: Gateway, settings: Settings) -> Windows:
    """Count what callers take where they are told apart."""
    if settings.auth == "none":
        return NoWindows()
    return CallerWindows(
        gateway.windows_of,
        requests=settings.caller_requests_per_minute,
        calls=settings.caller_calls_per_minute,
    )
