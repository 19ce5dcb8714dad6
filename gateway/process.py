"""What lives as long as the process, from its composition to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.types import Scope

from gateway.budget.gate import Gate
from gateway.crm.events import History
from gateway.crm.services import Services
from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.execution import Executions
from gateway.edge.live.gathering import Gathering
from gateway.edge.outcomes import OutcomeStore
from gateway.edge.window_store import WindowStore
from gateway.errors import GatewayError, Throttled
from gateway.model.queries import Slice
from gateway.wix.api import Wix
from schema.context import Context

_ASKED_AT_ONCE: Final = 5
"""Sites that are asked together whether they answer."""

log = structlog.get_logger(source=__name__)


@dataclass(frozen=True, slots=True)
class Site:
    """One site's connection and everything built over it; made by `gateway.site`.

    Sites have nothing of this in common, so that none sees or delays another.
    """

    id: str
    wix: Wix
    services: Services
    gate: Gate
    outcomes: OutcomeStore
    """What came of mutations with an ``Idempotency-Key``."""
    windows: WindowStore
    """What its callers take."""
    history: History
    """Which events of Wix were here."""
    join_others: Callable[[], None]
    """Begins what is shared with other replicas."""
    leave_others: Callable[[], Awaitable[None]]
    """Ends it."""

    async def probe(self) -> None:
        """Make the cheapest call there is, to see whether Wix answers and knows us.

        Raises:
            GatewayError: It does not.
        """
        await self.wix.labels.list(slice=Slice(0, 1))

    async def aclose(self) -> None:
        """End what is being loaded, then close the connections."""
        await self.services.freshness.aclose()
        await self.wix.aclose()
        await self.leave_others()


@dataclass(frozen=True, slots=True)
class Gateway:
    """The sites that are served, and what they share; made by `gateway.app`."""

    sites: Mapping[str, Site]
    """By their ids."""
    executions: Executions
    """The operations under way."""
    gathering: Gathering
    """The connections that stay open."""
    drain_seconds: float
    """How long operations may take to end by themselves when the process stops."""
    leave_commons: Callable[[], Awaitable[None]]
    """Ends what is shared with other gateways whatever their sites."""
    close_sandbox: Callable[[], Awaitable[None]] | None = None
    """Closes the sandbox that came with the gateway; None where there is none."""

    async def make_context(self, scope: Scope) -> Context:
        """Build one operation's context, with the services of its site and of no other."""
        exchange, principal = exchange_of(scope), principal_of(scope)
        site = self.sites[principal.site_id]
        return Context(
            principal=principal,
            services=site.services,
            gate=site.gate,
            request_id=exchange.request_id,
        )

    def whose(self, scope: Scope) -> str:
        """Tell whose a request is: the same ``Idempotency-Key`` of two callers is two keys."""
        principal = principal_of(scope)
        return f"{principal.site_id}/{principal.subject}"

    def start(self) -> None:
        """Begin what goes on beside the requests; called in the running loop."""
        for site in self.sites.values():
            site.join_others()

    def outcomes_of(self, scope: Scope) -> OutcomeStore:
        """Tell where the outcomes of a request's site are kept."""
        return self.sites[principal_of(scope).site_id].outcomes

    def windows_of(self, scope: Scope) -> WindowStore:
        """Tell where is counted what callers take on a request's site."""
        return self.sites[principal_of(scope).site_id].windows

    def gate_of(self, site_id: str) -> Gate:
        """Tell the gate before a site's Wix."""
        return self.sites[site_id].gate

    async def probe(self) -> None:
        """See whether Wix answers and knows us, on one site at least: the others can wait.

        Sites are asked a few at a time until one answers; one that throttles does.

        Raises:
            GatewayError: None does; this is what the first of them met.
        """
        sites, faults = tuple(self.sites.values()), list[GatewayError]()
        for begin in range(0, len(sites), _ASKED_AT_ONCE):
            asked = sites[begin : begin + _ASKED_AT_ONCE]
            failed = [fault for fault in await asyncio.gather(*map(_fault_of, asked)) if fault]
            if len(failed) < len(asked):
                return
            faults.extend(failed)
        raise faults[0]

    async def aclose(self) -> None:
        """Let operations end, then close connections; the order is that of the flow."""
        self.gathering.end()
        try:
            await self.executions.drain(self.drain_seconds)
            await asyncio.gather(*(site.aclose() for site in self.sites.values()))
            await self.leave_commons()
        finally:
            if self.close_sandbox is not None:
                await asyncio.shield(self.close_sandbox())


async def _fault_of(site: Site) -> GatewayError | None:
    """Ask a site; tell what is wrong with it, the log as well: the others may hide it."""
    try:
        await site.probe()
    except Throttled:
        return None
    except GatewayError as fault:
        log.warning("a site does not answer", site=site.id, code=fault.code)
        return fault
    return None
