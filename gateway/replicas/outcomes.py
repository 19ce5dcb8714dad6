"""Outcomes of keyed mutations that all replicas know: whoever is asked, each is made only once."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass, replace
from typing import Final

from gateway.edge.outcomes import OutcomesInProcess, Record
from gateway.replicas.faults import Absent, StoreFault
from gateway.replicas.heartbeat import Heartbeat
from gateway.replicas.records import LEASE_SECONDS, Found, Records, Standing

_LOOK_AFTER: Final = (0.01, 0.2)
"""Seconds between two looks at another replica's claim: at first, and at the most."""
_PATIENCE: Final = 1.5
"""Seconds for which a claim waits for a Redis that has just gone; a probe finds it in 0.75 s."""
_TOGETHER: Final = 16
"""Records written at the same time."""
_AT_A_BEAT: Final = 1_000
"""Records written before the next look at what is under way, whose leases must not end."""
_MOST_UNWRITTEN: Final = 20_000
"""Names remembered for Redis while it is away; those before them have an unknown outcome there."""
_NOBODY: Final = "?"
"""In the place of an owner: who has no claim."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A mutation under way here."""

    fingerprint: str
    owner: str
    """Names the claim, and nobody else's; no two of one replica are the same."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """A look-out for the end of a mutation that may be under way on another replica."""

    record: Record | None
    """What is known of it; None while it is not known whether there is one."""
    task: asyncio.Task[None]


class SharedOutcomes:
    """An `OutcomeStore` over Redis, in front of one in process.

    What is under way or kept here is answered from here. For everything else Redis is asked, where
    every claim is written down before its mutation is executed and every outcome before it is
    answered. A claim is a lease, renewed while its owner lives, so that the claim of one who died
    becomes an unknown outcome and never a second write. Without Redis the store in process decides
    alone; what it decided is written when Redis is back, and written again when it was emptied.
    """

    def __init__(
        self,
        own: OutcomesInProcess,
        records: Records,
        heartbeat: Heartbeat,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._own = own
        self._records = records
        self._heartbeat = heartbeat
        self._clock = clock
        self._sleep = sleep
        self._new_id = new_id
        self._claims: dict[str, _Claim] = {}
        self._watches: dict[str, _Watch] = {}
        self._unwritten: dict[str, str] = {}
        """Which names Redis has to be told about, and who had the claim."""
        heartbeat.join(self._beat)

    async def claim(self, name: str, fingerprint: str) -> Record | None:
        """Take the right to execute; see `OutcomeStore`."""
        self._heartbeat.start()
        if watch := self._watches.get(name):
            return watch.record or Record(fingerprint)
        known = await self._own.claim(name, fingerprint)
        if known is None:
            return await self._claim_everywhere(name, fingerprint)
        return await self._clearer(name, known) if known.outcome == b"" else known

    async def keep(self, name: str, record: Record) -> None:
        """Write down what came of a claim."""
        claim = self._claims.pop(name)
        await self._own.keep(name, record)
        await self._tell(name, claim)

    async def release(self, name: str) -> None:
        """Give a claim back."""
        claim = self._claims.pop(name)
        await self._own.release(name)
        await self._tell(name, claim)

    async def ended(self, name: str) -> None:
        """Wait for the claim's end, whosever it is."""
        if watch := self._watches.get(name):
            await asyncio.wait({watch.task})
        else:
            await self._own.ended(name)

    async def aclose(self) -> None:
        """Write what is not yet written, and stop looking out."""
        tasks = [watch.task for watch in self._watches.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._write_some()

    async def _claim_everywhere(self, name: str, fingerprint: str) -> Record | None:
        """Ask Redis for what has just been claimed in process."""
        claim = _Claim(fingerprint, self._new_id())
        try:
            found = await self._claimed(name, claim)
        except BaseException:
            await self._own.release(name)
            self._note(name, claim.owner)
            raise
        if found.standing is Standing.OURS:
            self._claims[name] = claim
            return None
        return await self._not_ours(name, found)

    async def _claimed(self, name: str, claim: _Claim) -> Found:
        """Claim in Redis; a moment's absence is waited out, because twins do not wait for it."""
        until = self._clock() + _PATIENCE
        while True:
            try:
                return await self._records.claim(name, claim.fingerprint, claim.owner)
            except StoreFault as fault:
                gone = self._clock() >= until or self._heartbeat.lost_for() >= _PATIENCE
                if gone or not isinstance(fault, Absent):
                    return Found(Standing.OURS, Record(claim.fingerprint))
            await self._sleep(_LOOK_AFTER[0])

    async def _not_ours(self, name: str, found: Found) -> Record:
        """Give back what was claimed in process: Redis knows better."""
        if found.standing is Standing.KEPT:
            await self._own.keep(name, found.record)
            return found.record
        await self._own.release(name)
        if found.standing is Standing.LOST:
            return replace(found.record, outcome=b"")
        watching = asyncio.create_task(self._watch(name, found), context=Context())
        known = found.record if found.standing is Standing.RUNNING else None
        self._watches[name] = _Watch(known, watching)
        return found.record

    async def _clearer(self, name: str, known: Record) -> Record:
        """Ask Redis for an outcome that is unknown here."""
        try:
            found = await self._records.look(name, known.fingerprint)
        except StoreFault:
            return known
        return found.record if found.standing is Standing.KEPT else known

    async def _watch(self, name: str, found: Found) -> None:
        """Look until nobody else has the claim; then `claim` can be asked again."""
        pause, most = _LOOK_AFTER
        seen = self._clock()
        try:
            while found.standing in {Standing.RUNNING, Standing.UNSETTLED}:
                await self._sleep(pause)
                pause = min(2 * pause, most)
                try:
                    found = await self._records.look(name, found.record.fingerprint)
                    seen = self._clock()
                except StoreFault:
                    if found.standing is Standing.UNSETTLED:
                        return
                    if self._clock() - seen > LEASE_SECONDS:
                        await self._give_up(name, found.record)
                        return
        finally:
            del self._watches[name]

    async def _give_up(self, name: str, record: Record) -> None:
        """Note that nobody here can know what another replica has done."""
        if await self._own.claim(name, record.fingerprint) is None:
            await self._own.keep(name, replace(record, outcome=b""))

    async def _beat(self, forgotten: bool) -> None:  # noqa: FBT001 - the heart's own signature
        """Write what Redis does not know, and renew what is under way."""
        if forgotten:
            for name in self._own.names():
                self._note(name, self._unwritten.get(name, _NOBODY))
        for name, claim in list(self._claims.items()):
            if self._claims.get(name) is claim:
                await self._renew(name, claim)
        await self._write_some()

    async def _renew(self, name: str, claim: _Claim) -> None:
        try:
            await self._records.hold(name, claim.fingerprint, claim.owner)
        except StoreFault:
            return

    async def _tell(self, name: str, claim: _Claim) -> None:
        self._note(name, claim.owner)
        await self._write(name)

    def _note(self, name: str, owner: str) -> None:
        self._unwritten.pop(name, None)
        self._unwritten[name] = owner
        while len(self._unwritten) > _MOST_UNWRITTEN:
            del self._unwritten[next(iter(self._unwritten))]

    async def _write_some(self) -> None:
        """Write the newest first: their twins are the likeliest to come."""
        names = list(reversed(self._unwritten))[:_AT_A_BEAT]
        for start in range(0, len(names), _TOGETHER):
            await asyncio.gather(*map(self._write, names[start : start + _TOGETHER]))

    async def _write(self, name: str) -> None:
        """Tell Redis what came of a claim; where it cannot be told, the next beat will."""
        owner = self._unwritten.get(name)
        if owner is None:
            return
        record = self._own.find(name)
        try:
            if record is None:
                await self._records.release(name, owner)
            else:
                await self._records.keep(name, record, owner)
        except StoreFault:
            return
        if self._unwritten.get(name) == owner:
            del self._unwritten[name]
