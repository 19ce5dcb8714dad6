"""One site's window over several replicas; see `gateway.budget.window.Window`."""

import asyncio
import math
import sys
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Final

from gateway.budget.window import STRAGGLING, Granted, SlidingWindow, WaitFor
from gateway.replicas.connection import Connection
from gateway.replicas.faults import StoreFault
from gateway.replicas.roll import Report, Roll, Standing

_KEPT: Final = 0.2
"""The part of the limit that the replicas have in equal shares, with or without Redis."""

_BEAT: Final = 1.0
"""Seconds after which a replica reports though it needs nothing."""

_SOON: Final = 0.05
"""Seconds after which it is worth asking again, at the least."""

_ON_THE_WAY: Final = 1.0
"""Seconds that pass at most between Redis' grant and the call's beginning."""


@dataclass(eq=False, slots=True)
class _Asking:
    """One call that would like a place."""

    cap: int
    answer: asyncio.Future[Granted | WaitFor] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


def share_of(limit: int, replicas: int) -> int:
    """Tell how many places one of so many replicas has for itself, all shares within `limit`."""
    least = 1 if replicas <= limit else 0
    return max(least, int(limit * _KEPT / replicas))


class SharedWindow:
    """What the replicas of one site use up together, and each alone while Redis is away.

    Each knows its own places for certain and reports their number; Redis keeps the numbers, and
    grants a place while all of them, none taken for less than its share, are below the cap. So a
    replica that Redis does not hear may use its share, and everybody else goes on.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        limit: int,
        seconds: float = 60.0,
        longest: float,
        replicas: int,
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        """Build it; `longest` is how many seconds a call takes at most."""
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._own = SlidingWindow(limit=limit, seconds=seconds, clock=clock)
        self._share = share_of(limit, replicas)
        lease = seconds + STRAGGLING + longest + _ON_THE_WAY
        self._roll = Roll(
            connection,
            replicas=replicas,
            share=self._share,
            lease=lease,
            clock=clock,
            new_id=new_id,
        )
        self._standing: Standing | None = None
        """None while Redis is away."""
        self._told_at = 0.0
        self._asking: list[_Asking] = []
        self._wanted = asyncio.Event()
        self._reporter: asyncio.Task[None] | None = None
        connection.watch(back=self._wanted.set)

    def start(self) -> None:
        """Report from now on; it may be asked for again and again."""
        if self._reporter is None:
            # In a context of its own: it outlives the request that may have asked for it.
            self._reporter = asyncio.create_task(self._report_always(), context=Context())

    async def reserve(self, cap: int) -> Granted | WaitFor:
        """Occupy a place, provided that fewer than `cap` are occupied by all."""
        asking = _Asking(cap)
        self._asking.append(asking)
        self._wanted.set()
        self.start()
        try:
            return await asking.answer
        except asyncio.CancelledError:
            answer = asking.answer
            if not answer.cancelled() and isinstance(granted := answer.result(), Granted):
                self.release(granted)
            raise

    def settle(self, granted: Granted, *, answered: bool) -> None:
        """Let the call's minute begin; the others learn of its end when it has come."""
        self._own.settle(granted, answered=answered)

    def release(self, granted: Granted) -> None:
        """Give the place back; the others learn of it with the next report."""
        self._own.release(granted)

    def expected(self, calls: int, cap: int) -> float:
        """Tell when so many more calls fit, by what all have reported."""
        standing = self._standing
        if standing is None or not standing.is_open:
            alone = self._expected_alone(calls, cap)
            return alone if standing is None else min(alone, self._roll.opens_in())
        elsewhere, ends = self._elsewhere(standing)
        used = self._own.used()
        surplus = elsewhere + used + calls - cap
        if surplus <= 0:
            return 0.0
        rounds, place = divmod(surplus - 1, max(elsewhere + used, cap, 1))
        ends = sorted(self._own.ends() + ends)
        wait = ends[place] if place < len(ends) else self.seconds
        return wait + rounds * self.seconds

    def remaining(self) -> int:
        """Tell how many places are free for this replica; never negative."""
        standing = self._standing
        if standing is None or not standing.is_open:
            return max(0, self._share - self._own.used())
        elsewhere, _ = self._elsewhere(standing)
        return max(0, self.limit - elsewhere - self._own.used())

    def resets_in(self) -> float:
        """Tell after how many seconds the window is empty; 0.0 when it is empty now."""
        own, standing = self._own.resets_in(), self._standing
        if standing is None:
            return own
        if standing.occupied > len(standing.ends):
            return self.seconds
        _, ends = self._elsewhere(standing)
        return max([own, *ends])

    async def aclose(self) -> None:
        """Leave: what is occupied stays so, but nothing is kept for this replica any longer."""
        if self._reporter is None:
            return
        self._reporter.cancel()
        await asyncio.gather(self._reporter, return_exceptions=True)
        with suppress(StoreFault):
            await self._roll.report(Report(self._own.used(), self._own.ends(), leaves=True))

    async def _report_always(self) -> None:
        """Report whenever somebody asks for a place, one report at a time, or nobody has lately."""
        while True:
            self._wanted.clear()
            await self._turn()
            with suppress(TimeoutError):
                async with asyncio.timeout(_BEAT):
                    await self._wanted.wait()

    async def _turn(self) -> None:
        asking = [each for each in self._asking if not each.answer.done()]
        self._asking = []
        caps = [each.cap for each in asking]
        try:
            standing = await self._roll.report(Report(self._own.used(), self._own.ends(), caps))
        except StoreFault:
            self._standing = None
        except Exception as fault:  # noqa: BLE001 - whoever asks is told, the reports go on
            self._standing = None
            _tell(asking, fault)
        else:
            self._standing, self._share = standing, standing.share
            self._told_at = self._clock()
        for place, each in enumerate(asking):
            if not each.answer.done():
                each.answer.set_result(await self._decided(each.cap, place))

    async def _decided(self, cap: int, place: int) -> Granted | WaitFor:
        standing = self._standing
        if standing is not None and standing.is_open:
            fits = standing.granted[place]
        else:
            fits = self._own.used() < self._scaled(cap)
        if fits:
            return await self._own.reserve(sys.maxsize)
        return WaitFor(min(max(self.expected(1, cap), _SOON), _BEAT))

    def _expected_alone(self, calls: int, cap: int) -> float:
        scaled = self._scaled(cap)
        return self._own.expected(calls, scaled) if scaled else self.seconds

    def _scaled(self, cap: int) -> int:
        """Tell what of the share may be used by those who may use `cap` of the limit."""
        return min(self._share, math.ceil(cap * self._share / self.limit))

    def _elsewhere(self, standing: Standing) -> tuple[int, list[float]]:
        """Tell how many places others have by now, and when they become free."""
        since = self._clock() - self._told_at
        ends = [end - since for end in standing.ends if end > since]
        return standing.others - (len(standing.ends) - len(ends)), ends


def _tell(asking: list[_Asking], fault: Exception) -> None:
    for each in asking:
        if not each.answer.done():
            each.answer.set_exception(fault)
