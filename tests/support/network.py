"""The way from a gateway to its sandbox in virtual time: it can be slow, and it can break."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from gateway.sandbox.app import Sandbox
from gateway.sandbox.transport import SandboxTransport
from tests.support.site import Site, opened
from tests.support.virtual_time import LoopTime


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Network(httpx.AsyncBaseTransport):
    """The way to the sandbox, which can be slow, and can lose it."""

    sandbox: Sandbox
    latency: float = 0.0
    down: bool = False
    arrivals: list[tuple[float, int]] = field(default_factory=list)
    """When each call arrived at Wix, and the status it was answered with."""
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nobody listens", request=request)
        task = asyncio.create_task(self._serve(request))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            await asyncio.wait({task})
            if task.cancelled():
                raise httpx.ReadError("hung up", request=request)
            return task.result()
        finally:
            task.cancel()

    async def _serve(self, request: httpx.Request) -> httpx.Response:
        arrived = now()
        response = await SandboxTransport(self.sandbox).handle_async_request(request)
        await response.aread()
        self.arrivals.append((arrived, response.status_code))
        await asyncio.sleep(self.latency)
        return response

    @property
    def under_way(self) -> int:
        """How many calls are at Wix."""
        return len(self._under_way)

    def die(self) -> None:
        """Cut every connection, and take no more."""
        self.down = True
        for task in self._under_way:
            task.cancel()

    def come_back(self) -> None:
        """Take connections again."""
        self.down = False


@asynccontextmanager
async def networked(**options: Any) -> AsyncIterator[tuple[Site, Network]]:
    """Open a site in virtual time, with Wix's own limit, behind a network."""
    networks: list[Network] = []

    def network(sandbox: Sandbox) -> Network:
        networks.append(Network(sandbox))
        return networks[-1]

    async with opened(
        time=LoopTime(), sleep=asyncio.sleep, network=network, **{"rate_limit": 200, **options}
    ) as site:
        yield site, networks[0]
