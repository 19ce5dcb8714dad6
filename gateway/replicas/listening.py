"""Listens to what the gateways of a site tell one another, again and again when it is cut off."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from contextvars import Context
from typing import Final

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from gateway.replicas.broadcast import Broadcast
from gateway.replicas.connection import Connection
from gateway.replicas.faults import Absent, StoreFault

_CHECK_EVERY: Final = 0.5
"""Seconds after which silence is not believed any more."""
_SUBSCRIBING: Final = 1.0
"""How long it may take to connect and to subscribe."""
_PAUSE: Final = (0.05, 0.25)
"""Seconds between two tries, at least and at most: replicas do not all come at once."""

log = structlog.get_logger(source=__name__)


class Listening:
    """Hands every message to a `Broadcast`, and tells it when none can be heard."""

    def __init__(
        self,
        connection: Connection,
        broadcast: Broadcast,
        *,
        channel: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random,
    ) -> None:
        self._connection = connection
        self._broadcast = broadcast
        self._channel = channel
        self._sleep = sleep
        self._rng = rng
        self._running: asyncio.Task[None] | None = None
        self._cut_off = False
        connection.watch(lost=self._lost)

    def start(self) -> None:
        """Listen from now on; it may be asked for again and again."""
        if self._running is None:
            # In a context of its own: it outlives the request that may have asked for it.
            self._running = asyncio.create_task(self._run(), context=Context())

    async def aclose(self) -> None:
        """Listen no more."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._broadcast.lose_touch()

    def _lost(self) -> None:
        self._cut_off = True
        self._broadcast.lose_touch()

    async def _run(self) -> None:
        while True:
            self._cut_off = False
            if self._connection.available:
                await self._listen_once()
                self._broadcast.lose_touch()
            await self._sleep(self._rng.uniform(*_PAUSE))

    async def _listen_once(self) -> None:
        try:
            async with aclosing(self._connection.subscription()) as subscription:
                async with asyncio.timeout(_SUBSCRIBING):
                    await subscription.subscribe(self._channel)
                    await subscription.get_message(timeout=None)
                await self._broadcast.begin()
                await self._hear(subscription)
        except (RedisError, OSError, StoreFault) as fault:
            log.debug("cut off from the other gateways", fault=type(fault).__name__)
        except Exception:
            # Whatever it was, it must not leave this gateway deaf.
            log.exception("listening to the other gateways failed")

    async def _hear(self, subscription: PubSub) -> None:
        """Hear messages until some are known to be missing.

        Raises:
            Absent: Some are.
        """
        clock = asyncio.get_running_loop().time
        due = clock() + _CHECK_EVERY
        while not self._cut_off:
            message = await subscription.get_message(timeout=_CHECK_EVERY)
            if message is not None and message["type"] == "message":
                self._broadcast.hear(message["data"])
            if clock() >= due:
                if not await self._broadcast.check():
                    raise Absent("Messages are missing.")
                due = clock() + _CHECK_EVERY
