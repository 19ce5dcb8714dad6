"""A caller who reads what comes later part by part."""

import asyncio
from typing import Any

import orjson

from tests.support.endpoint import Served, scope_of
from tests.support.parts import CURRENT, Reading

DEFERRED = '{ hello ... @defer(label: "late") { slow } }'
"""Says hello at once, and the rest when the stage is released."""


class Asking:
    """A request under way, whose parts can be read one by one."""

    def __init__(self, gateway: Served, query: str, accept: str = CURRENT, **headers: str) -> None:
        self.line = Reading(orjson.dumps({"query": query}))
        scope = scope_of(content_type="application/json", accept=accept, **headers)
        self.serving = asyncio.create_task(gateway.front(scope, self.line.receive, self.line.send))

    async def next(self) -> Any:
        """Wait for the next part."""
        return await self.line.next()
