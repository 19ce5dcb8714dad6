"""What lives as long as the process, from its composition to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import Scope

from gateway.budget.gate import Gate
from gateway.crm.services import Services
from gateway.edge.exchange import exchange_of
from gateway.edge.execution import Executions
from gateway.edge.live.gathering import Gathering
from gateway.edge.outcomes import OutcomeStore
from gateway.model.principal import Principal
from gateway.model.queries import Slice
from gateway.wix.api import Wix
from schema.context import Context


@dataclass(frozen=True, slots=True)
class Gateway:
    """One site's connection and everything built over it; made by `gateway.app`."""

    wix: Wix
    services: Services
    gate: Gate
    principal: Principal
    """Whom every caller is taken for, as long as the gateway does not ask who calls."""
    executions: Executions
    """The operations under way."""
    gathering: Gathering
    """The connections that stay open."""
    outcomes: OutcomeStore
    """What came of mutations with an ``Idempotency-Key``."""
    drain_seconds: float
    """How long operations may take to end by themselves when the process stops."""
    close_sandbox: Callable[[], Awaitable[None]] | None = None
    """Closes the sandbox that came with the gateway; None where there is none."""

    async def admit(self, scope: Scope) -> Principal:
        """Admit a request; its exchange knows the principal from now on."""
        exchange_of(scope).principal = self.principal
        return self.principal

    async def make_context(self, scope: Scope) -> Context:
        """Build one operation's context."""
        return Context(
            principal=self.principal,
            services=self.services,
            gate=self.gate,
            request_id=exchange_of(scope).request_id,
        )

    def whose(self, _scope: Scope) -> str:
        """Tell whose a request is: the same ``Idempotency-Key`` of two callers is two keys."""
        return f"{self.principal.site_id}/{self.principal.subject}"

    async def probe(self) -> object:
        """Make the cheapest call there is, to see whether Wix answers and knows us.

        Raises:
            GatewayError: It does not.
        """
        return await self.wix.labels.list(slice=Slice(0, 1))

    async def aclose(self) -> None:
        """Let operations end, then close connections; the order is that of the flow."""
        self.gathering.end()
        try:
            await self.executions.drain(self.drain_seconds)
            await self.services.freshness.aclose()
            await self.wix.aclose()
        finally:
            if self.close_sandbox is not None:
                await asyncio.shield(self.close_sandbox())
