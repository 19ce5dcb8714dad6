"""What each caller may take in any minute: requests, and calls to Wix."""

import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from starlette.types import Scope

from gateway.edge.exchange import exchange_of, principal_of
from gateway.edge.pricing import spent
from gateway.edge.refusals import Refusal
from gateway.errors import Throttled

_SECONDS: Final = 60

log = structlog.get_logger(source=__name__)


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
    last 60 s, as the limits library has it. `storage` is one of that library's; where it is away,
    everybody passes, since the site's own budget still holds.
    """

    def __init__(self, storage: Storage, *, requests: int, calls: int) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._requests = RateLimitItemPerMinute(requests, namespace="requests")
        self._calls = RateLimitItemPerMinute(calls, namespace="calls")
        self._under_way: Counter[str] = Counter()
        policy = f'"requests";q={requests};w={_SECONDS}, "calls";q={calls};w={_SECONDS}'
        self._policy = (b"ratelimit-policy", policy.encode())

    async def count(self, scope: Scope) -> None:
        """Count a request of the caller.

        Raises:
            Refusal: 429 ``THROTTLED``: he has sent as many as he may.
        """
        who = _who(scope)
        passes = await _passes(self._limiter.hit(self._requests, who))
        await self._tell(scope, who)
        if not passes:
            raise await self._refusal(self._requests, who, "requests")

    @asynccontextmanager
    async def reserved(self, scope: Scope, estimated: int) -> AsyncIterator[None]:
        """Keep room for an operation, and count in the end what it took.

        One that may take more than a whole window passes when all of the window is free.

        Raises:
            Refusal: 429 ``THROTTLED``: what he took, and what he has under way, leaves no room.
        """
        who = _who(scope)
        kept = min(estimated, self._calls.amount)
        wanted = self._under_way[who] + kept
        if not await _passes(self._limiter.test(self._calls, who, cost=wanted)):
            raise await self._refusal(self._calls, who, "calls to Wix")
        self._under_way[who] += kept
        try:
            yield
        finally:
            self._release(who, kept)
            await self._charge(who, spent())
            await self._tell(scope, who)

    def _release(self, who: str, kept: int) -> None:
        self._under_way[who] -= kept
        if not self._under_way[who]:
            del self._under_way[who]

    async def _charge(self, who: str, calls: int) -> None:
        """Count calls that were made, as far as the window holds so many."""
        if calls and not await _passes(self._limiter.hit(self._calls, who, cost=calls)):
            left = (await self._limiter.get_window_stats(self._calls, who)).remaining
            await _passes(self._limiter.hit(self._calls, who, cost=left))

    async def _tell(self, scope: Scope, who: str) -> None:
        """Put into the answer's headers what is left."""
        try:
            requests = await self._left(self._requests, who)
            calls = await self._left(self._calls, who)
        except StorageError:
            return
        left = f'"requests";{requests}, "calls";{calls}'
        exchange_of(scope).headers = [self._policy, (b"ratelimit", left.encode())]

    async def _left(self, window: RateLimitItem, who: str) -> str:
        stats = await self._limiter.get_window_stats(window, who)
        return f"r={stats.remaining};t={_seconds_until(stats.reset_time)}"

    async def _refusal(self, window: RateLimitItem, who: str, what: str) -> Refusal:
        stats = await self._limiter.get_window_stats(window, who)
        seconds = max(1, _seconds_until(stats.reset_time))
        return Refusal(
            f"You may take {window.amount} {what} a minute.",
            code=Throttled.code,
            status=429,
            headers={"retry-after": str(seconds)},
            details={"retryAfter": seconds},
        )


async def _passes(asked: Awaitable[bool]) -> bool:
    try:
        return await asked
    except StorageError:
        log.warning("the storage of callers' windows is away")
        return True


def _who(scope: Scope) -> str:
    principal = principal_of(scope)
    return f"{principal.site_id}/{principal.subject}"


def _seconds_until(moment: float) -> int:
    """Tell the seconds until a moment of the wall clock, by which the library tells moments."""
    return max(0, math.ceil(moment - time.time()))
