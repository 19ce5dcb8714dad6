"""``/healthz``: the process is alive. ``/readyz``: it can also do its work."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.errors import GatewayError, Throttled


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the gateway can do its work, and if not, why."""

    ready: bool
    code: str | None = None
    """The code of what stands in the way, e.g. ``UPSTREAM_UNAUTHENTICATED``; None when ready."""


class Readiness:
    """Asks the upstream at most once in `keep_seconds`, however often it is asked itself.

    One call a minute of the site's two hundred is what readiness is worth. A site that throttles
    is reachable and knows us, so it counts as ready: taking the gateway out of service would not
    give it a call more.
    """

    def __init__(
        self,
        probe: Callable[[], Awaitable[object]],
        *,
        keep_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._probe = probe
        self._keep_seconds = keep_seconds
        self._clock = clock
        self._known: tuple[float, Verdict] | None = None
        self._asking = asyncio.Lock()

    async def verdict(self) -> Verdict:
        """Tell whether the gateway is ready, from memory if the memory is fresh."""
        async with self._asking:
            if self._known is None or self._clock() >= self._known[0] + self._keep_seconds:
                self._known = (self._clock(), await self._ask())
            return self._known[1]

    async def _ask(self) -> Verdict:
        try:
            await self._probe()
        except Throttled:
            return Verdict(ready=True)
        except GatewayError as error:
            return Verdict(ready=False, code=error.code)
        return Verdict(ready=True)


def routes(readiness: Readiness) -> list[Route]:
    """Build the two routes."""

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> JSONResponse:
        verdict = await readiness.verdict()
        if verdict.ready:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "code": verdict.code}, status_code=503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
