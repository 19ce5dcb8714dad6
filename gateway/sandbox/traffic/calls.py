"""The record of calls: how many, on which route, how many within a minute."""

from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.traffic.paths import route_of

WINDOW = 60.0
"""Seconds over which Wix counts calls (contract 6.3)."""


class CallLog:
    """Counts every call that arrives at an emulated route, refused ones included."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._routes: Counter[str] = Counter()
        self._recent: deque[float] = deque()
        self._peak = 0
        self._throttled = 0

    @property
    def total(self) -> int:
        """All calls since the last reset."""
        return self._routes.total()

    @property
    def peak(self) -> int:
        """The most calls seen in any sliding 60 s since the last reset."""
        return self._peak

    @property
    def throttled(self) -> int:
        """Calls refused for lack of rate (429 of the limiter, not of a fault)."""
        return self._throttled

    def record(self, route: str) -> None:
        """Count one call."""
        now = self._clock()
        self._routes[route] += 1
        self._recent.append(now)
        while self._recent[0] <= now - WINDOW:
            self._recent.popleft()
        self._peak = max(self._peak, len(self._recent))

    def record_throttled(self) -> None:
        """Count one call as refused by the limiter."""
        self._throttled += 1

    def clear(self) -> None:
        """Start counting from nothing."""
        self._routes.clear()
        self._recent.clear()
        self._peak = 0
        self._throttled = 0

    def report(self) -> dict[str, Any]:
        """Tell everything, as ``GET /_sandbox/calls`` answers it."""
        return {
            "total": self.total,
            "routes": dict(sorted(self._routes.items())),
            "peak": self.peak,
            "throttled": self.throttled,
        }


class Recording:
    """The layer that counts a call, then passes it on."""

    def __init__(self, app: ASGIApp, calls: CallLog) -> None:
        self._app = app
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the call under its route, which the layers within find in ``scope``."""
        route = route_of(scope)
        self._calls.record(route)
        await self._app({**scope, "sandbox.route": route}, receive, send)
