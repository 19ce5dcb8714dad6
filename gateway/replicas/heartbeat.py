"""Looks again and again whether Redis still holds what was written to it."""

import asyncio
import math
import time
import uuid
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Final

import structlog

from gateway.replicas.connection import Connection, Script
from gateway.replicas.faults import StoreFault

EVERY_SECONDS: Final = 0.5

GRACE_SECONDS: Final = 2.0
"""How long every replica has to write again what Redis has forgotten, or has not been told.

He sees that Redis is back after 0.75 s at most, and that it was emptied after `EVERY_SECONDS`.
"""

# Names what Redis holds: a mark that is gone when all else is gone. Answers it, and its age in ms.
_BEAT: Final = Script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mark = redis.pcall('GET', KEYS[1])
local born = type(mark) == 'string' and tonumber(string.match(mark, '^%x+ (%d+)$'))
if not born or born > now then
  born = now
  mark = ARGV[1] .. ' ' .. string.format('%d', now)
  redis.call('SET', KEYS[1], mark)
end
return {mark, now - born}
""")

Member = Callable[[bool], Awaitable[None]]
"""Called at each beat, with whether Redis has forgotten what it was told; raises nothing."""

log = structlog.get_logger(source=__name__)


class Heartbeat:
    """Gives those who keep something in Redis the moment to write it, and to write it again.

    What is not found there just after Redis was emptied or away may be known to a replica that has
    had no such moment yet. Until everybody has had one Redis is not `settled`.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._members: list[Member] = []
        self._beating: asyncio.Task[None] | None = None
        self._mark = b""
        self._settled_at = -math.inf
        self._lost_at = math.inf
        self.key = connection.key("mark")
        """Where the mark is."""
        connection.watch(lost=self._gone, back=self._returned)

    def join(self, member: Member) -> None:
        """Have `member` called at each beat that Redis answers."""
        self._members.append(member)

    def start(self) -> None:
        """Beat from now on; it may be asked for again and again."""
        if self._beating is None:
            # In a context of its own: it outlives the request that may have asked for it.
            self._beating = asyncio.create_task(self._beat_on(), context=Context())

    @property
    def mark(self) -> bytes:
        """What Redis must hold to be settled; empty while it cannot be."""
        return self._mark if self._clock() >= self._settled_at else b""

    def lost_for(self) -> float:
        """Tell for how many seconds Redis has been away; 0.0 while it is there."""
        return max(0.0, self._clock() - self._lost_at)

    async def beat(self) -> None:
        """Look once, and call the members; without Redis do nothing."""
        try:
            mark, age = await self._connection.run(_BEAT, [self.key], self._new_id())
        except StoreFault:
            return
        forgotten = self._mark not in {b"", mark}
        if mark != self._mark:
            self._mark = mark
            young = self._clock() + GRACE_SECONDS - age / 1_000
            self._settled_at = max(self._settled_at, young)
        if forgotten:
            log.warning("redis was emptied; writing again what is known here")
        for member in self._members:
            await member(forgotten)

    async def aclose(self) -> None:
        """Stop beating."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)

    async def _beat_on(self) -> None:
        while True:
            await self.beat()
            await self._sleep(EVERY_SECONDS)

    def _gone(self) -> None:
        self._lost_at = self._clock()

    def _returned(self) -> None:
        self._lost_at = math.inf
        self._settled_at = self._clock() + GRACE_SECONDS
