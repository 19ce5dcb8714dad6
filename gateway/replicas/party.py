"""One gateway among several: everything of it that goes over Redis."""

import random
import time
import uuid

from gateway.crm.events import OwnHistory
from gateway.crm.freshness import Freshness
from gateway.edge.outcomes import OutcomesInProcess
from gateway.edge.window_store import WindowsInProcess
from gateway.replicas.callers import SharedWindows
from gateway.replicas.connection import Connection
from gateway.replicas.heartbeat import Heartbeat
from gateway.replicas.history import SharedHistory
from gateway.replicas.memory import SharedMemory
from gateway.replicas.outcomes import SharedOutcomes
from gateway.replicas.records import Records
from gateway.replicas.window import SharedWindow


class Party:
    """Makes what a gateway shares, over one connection; see `gateway.sharing`."""

    def __init__(self, url: str, *, site: str, limit: int, longest: float, replicas: int) -> None:
        """Build it; `replicas` share `limit` calls, none of which takes more than `longest` s."""
        self._rng = random.Random()  # noqa: S311 - jitter between tries, no secret
        self._connection = Connection(url, site=site, rng=self._rng)
        self._heartbeat = Heartbeat(self._connection)
        self._memory: SharedMemory | None = None
        self._outcomes: SharedOutcomes | None = None
        self._windows: SharedWindows | None = None
        self.window = SharedWindow(
            self._connection,
            limit=limit,
            longest=longest,
            replicas=replicas,
            clock=time.monotonic,
            new_id=_new_id,
        )

    def outcomes(self, own: OutcomesInProcess) -> SharedOutcomes:
        """Share the outcomes of keyed mutations; `own` goes on without Redis."""
        records = Records(self._connection, self._heartbeat)
        self._outcomes = SharedOutcomes(own, records, self._heartbeat)
        return self._outcomes

    def windows(self, own: WindowsInProcess) -> SharedWindows:
        """Share what callers take; `own` goes on without Redis."""
        self._windows = SharedWindows(own, self._connection)
        return self._windows

    def history(self, own: OwnHistory) -> SharedHistory:
        """Share which events were here; `own` goes on without Redis."""
        return SharedHistory(own, self._connection, self._heartbeat)

    def remember(self, freshness: Freshness) -> None:
        """Share what is known of the site; `freshness` goes on without Redis."""
        self._memory = SharedMemory(freshness, self._connection, rng=self._rng)

    def start(self) -> None:
        """Join the others."""
        self.window.start()
        self._heartbeat.start()
        if self._memory is not None:
            self._memory.start()

    async def aclose(self) -> None:
        """Tell the others what they were not told yet, and leave them."""
        if self._memory is not None:
            await self._memory.aclose()
        await self._heartbeat.aclose()
        if self._outcomes is not None:
            await self._outcomes.aclose()
        if self._windows is not None:
            await self._windows.aclose()
        await self.window.aclose()
        await self._connection.aclose()


def _new_id() -> str:
    return uuid.uuid4().hex
