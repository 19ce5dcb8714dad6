"""The rate limit: 200 calls in any 60 s, per app instance or per key and site (contract 6.3)."""

import math
from collections import deque
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.answers import refusal
from gateway.sandbox.ports import Identity
from gateway.sandbox.traffic.calls import WINDOW, CallLog


class Limiter:
    """A sliding window per caller; refused calls take no room in it.

    ``limit`` is the number of calls per 60 s, 0 means none; it may be changed at any time.
    ``tells_when`` adds ``Retry-After`` to refusals and ``as_json`` False makes them plain text,
    both undocumented at Wix and therefore switches.
    """

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.tells_when = False
        self.as_json = True
        self._clock = clock
        self._windows: dict[str, deque[float]] = {}

    def admit(self, caller: str) -> float:
        """Let one call pass and return 0.0, or return the seconds until one would."""
        if self.limit == 0:
            return 0.0
        now = self._clock()
        window = self._windows.setdefault(caller, deque())
        while window and window[0] <= now - WINDOW:
            window.popleft()
        if len(window) < self.limit:
            window.append(now)
            return 0.0
        return window[-self.limit] + WINDOW - now

    def clear(self) -> None:
        """Forget all calls."""
        self._windows.clear()


class RateLimit:
    """The layer that refuses a caller's calls above the limit."""

    def __init__(self, app: ASGIApp, limiter: Limiter, calls: CallLog) -> None:
        self._app = app
        self._limiter = limiter
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or answer 429."""
        wait = self._limiter.admit(_caller(scope["state"]["identity"]))
        if wait == 0.0:
            await self._app(scope, receive, send)
            return
        self._calls.record_throttled()
        retry_after = math.ceil(wait) if self._limiter.tells_when else None
        await refusal(429, as_json=self._limiter.as_json, retry_after=retry_after).send_to(send)


def _caller(identity: Identity) -> str:
    if identity.kind == "app":
        return f"instance {identity.instance_id}"
    return f"key on {identity.site_id}"
