"""A site behind the whole gateway, its endpoint included: HTTP requests in, upstream calls out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import orjson

from gateway.edge.limits import Limits
from gateway.model.principal import Caller
from schema.build import build_schema
from schema.federation import GatewaySchema
from tests.support.endpoint import Served, scope_of, served
from tests.support.parts import CURRENT, Reading
from tests.support.site import Site

the_schema: Callable[[], GatewaySchema] = cache(build_schema)
"""Built once for all endpoints of a test run."""


@dataclass(frozen=True)
class ServedSite:
    """What a caller sends there, and what it takes."""

    site: Site
    gateway: Served

    async def post(
        self, query: str, *, accept: str = CURRENT, **variables: Any
    ) -> tuple[httpx.Response, dict[str, int]]:
        """Post one operation, and count the calls it takes."""
        before = Counter(self.site.calls())
        response = await self.gateway.post(query, accept=accept, variables=variables)
        return response, dict(Counter(self.site.calls()) - before)

    def read(self, query: str, **variables: Any) -> "tuple[Reading, asyncio.Task[None]]":
        """Post one operation, to read its parts one by one."""
        line = Reading(orjson.dumps({"query": query, "variables": variables}))
        scope = scope_of(content_type="application/json", accept=CURRENT)
        return line, asyncio.create_task(self.gateway.front(scope, line.receive, line.send))

    async def has_asked(self, route: str) -> None:
        """Wait until Wix is asked for something."""
        while route not in self.site.calls():  # noqa: ASYNC110 - the sandbox tells nobody
            await asyncio.sleep(0)


@asynccontextmanager
async def behind_the_endpoint(
    site: Site, limits: Limits | None = None, **options: Any
) -> AsyncIterator[ServedSite]:
    """Serve a site to a caller who has its scopes."""
    caller = Caller("ada", site.scopes, sites=None, expires_at=None)
    schema = the_schema()
    schema.extensions = ()  # each endpoint adds what it needs
    async with served(
        limits, caller=caller, schema=schema, new_context=site.new_context, **options
    ) as gateway:
        yield ServedSite(site, gateway)
