"""Where the keys that verify tokens are found: fixed ones, or those an issuer publishes."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Final, Protocol

import structlog

from gateway.edge.auth.public_keys import PublicKey

Load = Callable[[], Awaitable[tuple[PublicKey, ...]]]
"""Fetches an issuer's keys; raises `LoadFailed`. It limits its own time."""

REFRESH_SECONDS: Final = 900.0
"""Age at which published keys are fetched anew, so that a withdrawn one stops to count."""
RETRY_SECONDS: Final = 10.0
"""Between fetches when the last one has failed."""
_MINUTE: Final = 60.0
_MOST_ERRANDS: Final = 5

log = structlog.get_logger(source="gateway.auth")


class LoadFailed(Exception):
    """An issuer's keys could not be fetched; the message is for the log."""


class NoKeysYet(Exception):
    """The issuer has not answered since the process began, so no token can be judged."""


class Keyring(Protocol):
    """Finds keys by the id that a token's header names."""

    @property
    def version(self) -> int:
        """Tell how often the keys have changed: what was verified before counts no more."""
        ...

    async def find(self, kid: str | None) -> tuple[PublicKey, ...]:
        """List the keys that may have signed.

        Raises:
            NoKeysYet: No key has ever been there.
        """
        ...

    def tend(self) -> None:
        """Renew the keys in the background if it is time; called for every token."""
        ...

    async def aclose(self) -> None:
        """End what is under way."""
        ...


class FixedKeys:
    """The keys of a file; they change with the process."""

    version = 0

    def __init__(self, keys: tuple[PublicKey, ...]) -> None:
        self._keys = keys

    async def find(self, kid: str | None) -> tuple[PublicKey, ...]:
        """List the keys of that id, and those without one."""
        return matching(self._keys, kid)

    def tend(self) -> None:
        """Do nothing."""

    async def aclose(self) -> None:
        """Do nothing."""


class PublishedKeys:
    """The keys an issuer publishes, which it may change at any time.

    A token's key id that is not known may be that of a new key, so the keys are fetched for it:
    once a minute for the same id, and five times a minute for all ids together, because whoever
    has no token at all can make up as many ids as he likes. If the issuer does not answer, the
    keys that are known go on counting.
    """

    def __init__(self, load: Load, *, clock: Callable[[], float]) -> None:
        self.version = 0
        self._load = load
        self._clock = clock
        self._keys: tuple[PublicKey, ...] = ()
        self._due_at = clock()
        self._loading: asyncio.Task[None] | None = None
        self._errands: deque[tuple[float, str]] = deque()

    async def find(self, kid: str | None) -> tuple[PublicKey, ...]:
        """List the keys of that id, fetched if need be; without an id, all of them.

        Raises:
            NoKeysYet: The issuer has not answered yet.
        """
        self.tend()
        if not self._keys:
            await self._loaded()
        if not self._keys:
            raise NoKeysYet
        if kid is not None and not self._has(kid):
            await self._look_for(kid)
        return matching(self._keys, kid)

    def tend(self) -> None:
        """Fetch the keys in the background when they are old."""
        if self._loading is None and self._clock() >= self._due_at:
            self._start()

    async def aclose(self) -> None:
        """Give up a fetch under way."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait({self._loading})

    def _has(self, kid: str) -> bool:
        return any(key.kid == kid for key in self._keys)

    async def _look_for(self, kid: str) -> None:
        if self._loading is not None:
            # It may have been asked before the issuer had the new key.
            await self._loaded()
        if self._has(kid):
            return
        if self._may_ask_for(kid):
            self._start()
        await self._loaded()

    def _may_ask_for(self, kid: str) -> bool:
        now = self._clock()
        while self._errands and self._errands[0][0] <= now - _MINUTE:
            self._errands.popleft()
        asked = any(name == kid for _, name in self._errands)
        if asked or len(self._errands) >= _MOST_ERRANDS or self._loading is not None:
            return False
        self._errands.append((now, kid))
        return True

    def _start(self) -> None:
        self._due_at = self._clock() + RETRY_SECONDS
        # In a context of its own: it is nobody's request, though somebody's has started it.
        self._loading = asyncio.create_task(self._fetch(), context=Context())

    async def _loaded(self) -> None:
        """Wait for the fetch under way; a waiter who is cancelled leaves it running."""
        if self._loading is not None:
            await asyncio.wait({self._loading})

    async def _fetch(self) -> None:
        try:
            keys = await self._load()
        except LoadFailed as failure:
            self._due_at = self._clock() + RETRY_SECONDS
            log.warning("the issuer's keys could not be fetched", reason=str(failure))
        else:
            self._due_at = self._clock() + REFRESH_SECONDS
            self._take(keys)
        finally:
            self._loading = None

    def _take(self, keys: tuple[PublicKey, ...]) -> None:
        if keys != self._keys:
            self.version += 1
            log.info("the issuer's keys", kids=[key.kid for key in keys])
        self._keys = keys


def matching(keys: tuple[PublicKey, ...], kid: str | None) -> tuple[PublicKey, ...]:
    """List the keys that have this id or none; all of them for a token without one."""
    return tuple(key for key in keys if kid is None or key.kid is None or key.kid == kid)
