"""One process's connection to Redis: quick or absent, never slow."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any, Final

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, InvalidResponse, NoScriptError, RedisError
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import TimeoutError as TooLate

from gateway.replicas.faults import Absent, StoreFault, Unusable

_SECONDS: Final = 0.1
"""How long one operation may take."""

_PROBE_SECONDS: Final = 1.0
"""How long a probe may take: it also connects, and nobody waits for it."""

_PROBE_EVERY: Final = (0.25, 0.75)
"""Seconds between two probes, at least and at most: replicas do not all come at once."""

_LATE: Final = 0.02
"""Seconds by which a timer of ours may strike late before we take ourselves to be the slow one."""

_CONNECTIONS: Final = 32
"""Open at the same time; who finds none free waits, within the limit of his operation."""

_ABSENCES: Final = (Lost, TooLate, AuthenticationError, InvalidResponse, OSError)

Argument = str | bytes | int | float

log = structlog.get_logger(source=__name__)


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script; Redis runs it as one step, and knows it by its digest from then on."""

    text: str
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        digest = sha1(self.text.encode(), usedforsecurity=False).hexdigest()
        object.__setattr__(self, "digest", digest)


class Connection:
    """What the process has of Redis, or of Valkey.

    Every operation ends within its limit. The first that fails makes Redis absent: from then on
    all fail at once, so that nobody waits for what is not there, until a probe is answered.
    Nothing is repeated, because what got no answer may have been done.
    """

    def __init__(
        self,
        url: str,
        *,
        site: str,
        seconds: float = _SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random,
    ) -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=None,
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self._pool = pool
        self._client = Redis(connection_pool=pool)
        self._prefix = f"crm-labels:1:{site}"
        self._seconds = seconds
        self._sleep = sleep
        self._rng = rng
        self._probing: asyncio.Task[None] | None = None
        self._when_lost: list[Callable[[], None]] = []
        self._when_back: list[Callable[[], None]] = []
        self.available = True
        """Whether Redis answers, as far as is known; true until the first operation fails."""
        self.under_way = 0
        """Operations and probes that wait for their answer at this moment."""

    def key(self, *parts: str) -> str:
        """Name something of this site, such as ``key("window", "places")``."""
        return ":".join((self._prefix, *parts))

    def watch(
        self,
        *,
        lost: Callable[[], None] | None = None,
        back: Callable[[], None] | None = None,
    ) -> None:
        """Have these called whenever Redis becomes absent, and when it is back; they only note it.

        `back` comes after `available` is true again, `lost` after it is false.
        """
        if lost is not None:
            self._when_lost.append(lost)
        if back is not None:
            self._when_back.append(back)

    async def call(self, *command: Argument) -> Any:
        """Run one command, such as ``call("SET", key, value, "NX")``, and return its plain answer.

        Raises:
            Absent: Redis is away; the command may have been run nevertheless.
            Unusable: Redis refused it.
        """
        return await self._limited(self._client.execute_command(*command))

    async def run(self, script: Script, keys: list[str], *arguments: Argument) -> Any:
        """Run a script in one round trip, two when Redis sees it for the first time.

        Raises:
            Absent: Redis is away; the script may have been run nevertheless.
            Unusable: Redis refused it, or the script stumbled over what it found.
        """
        return await self._limited(self._run(script, keys, arguments))

    def subscription(self) -> PubSub:
        """Make a subscription with a connection of its own, which may be silent for any time.

        It knows nothing of limits or of absence, and is closed by whoever has asked for it.
        """
        return self._client.pubsub()

    async def aclose(self) -> None:
        """Stop probing, and close what is open."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        await self._client.aclose()
        await self._pool.aclose()

    async def _run(self, script: Script, keys: list[str], arguments: tuple[Argument, ...]) -> Any:
        try:
            return await self._client.execute_command(
                "EVALSHA", script.digest, len(keys), *keys, *arguments
            )
        except NoScriptError:
            return await self._client.execute_command(
                "EVAL", script.text, len(keys), *keys, *arguments
            )

    async def _limited(self, operation: Coroutine[Any, Any, Any]) -> Any:
        if not self.available:
            operation.close()
            raise Absent("Redis is away.")
        try:
            return await self._answer(operation, self._seconds)
        except Absent:
            self._lose()
            raise

    async def _answer(self, operation: Coroutine[Any, Any, Any], seconds: float) -> Any:
        task = asyncio.ensure_future(operation)
        self.under_way += 1
        try:
            await _patience(task, seconds)
            if not task.done():
                raise Absent("Redis gave no answer in time.")
            return task.result()
        except (RedisError, OSError) as fault:
            raise _told(fault) from fault
        finally:
            self.under_way -= 1
            task.cancel()

    def _lose(self) -> None:
        if not self.available:
            return
        self.available = False
        log.warning("redis is away; going on without it")
        # In a context of its own: it outlives the request that has found Redis absent.
        self._probing = asyncio.create_task(self._until_back(), context=Context())
        for told in self._when_lost:
            told()

    async def _until_back(self) -> None:
        while not await self._is_there():
            await self._sleep(self._rng.uniform(*_PROBE_EVERY))
        self.available = True
        log.info("redis is back")
        for told in self._when_back:
            told()

    async def _is_there(self) -> bool:
        # What was open when Redis went away is of no use to anybody.
        await self._pool.disconnect(inuse_connections=False)
        try:
            await self._answer(self._client.execute_command("PING"), _PROBE_SECONDS)
        except StoreFault:
            return False
        return True


async def _patience(task: asyncio.Future[Any], seconds: float) -> None:
    """Wait so long, and once more if it was this process that had no time to look."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    await asyncio.wait({task}, timeout=seconds)
    if not task.done() and loop.time() > due + _LATE:
        await asyncio.wait({task}, timeout=seconds)


def _told(fault: Exception) -> StoreFault:
    """Say what a fault of the client means; never with its text, which may hold the address."""
    if isinstance(fault, _ABSENCES):
        return Absent(f"Redis is away: {type(fault).__name__}.")
    return Unusable(f"Redis refused: {type(fault).__name__}.")
