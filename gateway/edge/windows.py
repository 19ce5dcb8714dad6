"""What each caller may take in any minute: requests, and calls to Wix."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from starlette.types import Scope

from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.pricing import spent
from gateway.edge.refusals import Refusal
from gateway.edge.window_store import SECONDS, Slide, WindowStore
from gateway.errors import Throttled


class Windows(Protocol):
    """Counts what callers take."""

    async def count(self, scope: Scope) -> None:
        """Count a request; raises `Refusal` for one too many."""
        ...

    def reserved(self, scope: Scope, estimated: int) -> AbstractAsyncContextManager[None]:
        """Keep calls to Wix free for an operation; raises `Refusal` where they are not."""
        ...


class NoWindows:
    """Counts nothing, where all callers are one and the same."""

    async def count(self, _scope: Scope) -> None:
        """Let everybody pass."""

    @asynccontextmanager
    async def reserved(self, _scope: Scope, _estimated: int) -> AsyncIterator[None]:
        """Let everybody pass."""
        yield


class CallerWindows:
    """Two windows for each caller on each site, told of in every answer.

    The header fields are those of the IETF's draft (draft-ietf-httpapi-ratelimit-headers). A
    window slides: its count is this minute's and the part of the last one's that lies within the
    last 60 s. `store_of` tells where those of a request's site are counted.
    """

    def __init__(
        self, store_of: Callable[[Scope], WindowStore], *, requests: int, calls: int
    ) -> None:
        self._store_of = store_of
        self._requests = requests
        self._calls = calls
        policy = f'"requests";q={requests};w={SECONDS}, "calls";q={calls};w={SECONDS}'
        self._policy = (b"ratelimit-policy", policy.encode())

    async def count(self, scope: Scope) -> None:
        """Count a request of the caller.

        Raises:
            Refusal: 429 ``THROTTLED``: he has sent as many as he may.
        """
        store, who = self._store_of(scope), _who(scope)
        passes = await store.count(who, self._requests)
        self._tell(scope)
        if not passes:
            raise _refusal(store.requests(who), f"{self._requests} requests")

    @asynccontextmanager
    async def reserved(self, scope: Scope, estimated: int) -> AsyncIterator[None]:
        """Keep room for an operation, and count in the end what it took.

        One that may take more than a whole window passes when all of the window is free.

        Raises:
            Refusal: 429 ``THROTTLED``: what he took, and what he has under way, leaves no room.
        """
        store, who = self._store_of(scope), _who(scope)
        kept, calls = min(estimated, self._calls), store.calls(who)
        if calls.used + kept > self._calls:
            raise _refusal(calls, f"{self._calls} calls to Wix")
        minute = store.keep(who, kept)
        try:
            yield
        finally:
            taken = spent()
            if taken < kept:
                store.free(who, kept - taken, minute)
            elif taken > kept:
                room = max(0, self._calls - store.calls(who).used)
                store.keep(who, min(taken - kept, room))
            self._tell(scope)

    def _tell(self, scope: Scope) -> None:
        """Put into the answer's headers what is left."""
        store, who = self._store_of(scope), _who(scope)
        requests = _left(store.requests(who), self._requests)
        calls = _left(store.calls(who), self._calls)
        left = f'"requests";{requests}, "calls";{calls}'
        exchange_of(scope).headers = [self._policy, (b"ratelimit", left.encode())]


def _left(window: Slide, most: int) -> str:
    return f"r={max(0, most - window.used)};t={math.ceil(window.resets_in())}"


def _refusal(window: Slide, allowed: str) -> Refusal:
    seconds = max(1, math.ceil(window.resets_in()))
    return Refusal(
        f"You may take {allowed} a minute.",
        code=Throttled.code,
        status=429,
        headers={"retry-after": str(seconds)},
        details={"retryAfter": seconds},
    )


def _who(scope: Scope) -> str:
    return principal_of(scope).subject
