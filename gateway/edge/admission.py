"""Admits a request before its body is read: who asks, then on which site."""

from collections.abc import Awaitable, Callable

from starlette.types import Scope
from structlog.contextvars import bind_contextvars

from gateway.edge.exchange import exchange_of
from gateway.edge.sites import Sites
from gateway.model.principal import Caller, Principal

Identify = Callable[[Scope], Awaitable[Caller]]
"""Tells who asks, from the request's headers; raises `Refusal` for whom it does not know."""


class Admission:
    """Finds out once for each request on whose behalf all of it is done.

    From then on its log lines name the site, until the front has ended.
    """

    def __init__(self, identify: Identify, sites: Sites) -> None:
        self._identify = identify
        self._sites = sites

    async def __call__(self, scope: Scope) -> Principal:
        """Admit a request; its exchange knows the principal from now on.

        Raises:
            Refusal: The caller is not known, or may not be where he wants to be.
        """
        caller = await self._identify(scope)
        principal = self._sites.place(scope, caller)
        exchange_of(scope).principal = principal
        bind_contextvars(site=principal.site_id)
        return principal


def anybody(caller: Caller) -> Identify:
    """Take everybody for `caller`, as a gateway does that does not ask who calls."""

    async def identify(_scope: Scope) -> Caller:
        return caller

    return identify
