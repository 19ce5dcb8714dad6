"""Turns requests away while there are more of them than can be served soon."""

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

import structlog

from gateway.edge.refusals import Refusal

KEY: Final = "shedder"
"""Where an application's lifespan puts its `Shedder`."""

RETRY_AFTER: Final = "1"
"""Seconds after which one who was turned away may come back."""

BEAT: Final = 0.05
"""Seconds between two looks at how late the event loop is."""

_LATE: Final = 0.1
"""Seconds between two beats from which on the loop is late."""

_OURS: Final = 0.5
"""The part of that which has to be work of ours."""

_BUSY: Final = 0.9
"""The part of a beat from which on the processor has no time for more."""

_SOON: Final = 0.25
"""Seconds in which all that is under way should be done, when only the processor is waited for."""

_TURN: Final = 0.25
"""Seconds after which a turn of the event loop takes no more requests."""

_FIRST_GUESS: Final = 0.00025
_WEIGHT: Final = 0.3
_ENOUGH: Final = 16
"""Operations that tell how long one takes; fewer tell less, as a first one opens connections."""

_FEWEST: Final = 16
"""Operations that may be under way whatever they cost: so few are never in each other's way."""
_GROWTH: Final = 0.1
_CROWDED: Final = 0.8

log = structlog.get_logger(source="gateway.access")


class Work(Protocol):
    """The operations of this process, e.g. `gateway.edge.execution.Executions`."""

    def __len__(self) -> int:
        """Tell how many are under way."""
        ...

    @property
    def waiting(self) -> int:
        """How many of them the processor has not come to yet."""
        ...

    @property
    def ended(self) -> int:
        """How many have ended since the process began."""
        ...


class Moment(NamedTuple):
    """A moment, or a time that has passed, in seconds of both clocks."""

    clock: float
    worked: float

    def since(self, earlier: "Moment") -> "Moment":
        """Tell the time that has passed since."""
        return Moment(self.clock - earlier.clock, self.worked - earlier.worked)

    def lasts(self, seconds: float) -> bool:
        """Tell whether a time is as long as that, and in good part work of ours."""
        return self.clock > seconds and self.worked > seconds * _OURS

    @property
    def is_busy(self) -> bool:
        """Whether a time was all work of ours."""
        return self.worked > self.clock * _BUSY


class Shedder:
    """Bounds the operations under way, the more tightly the longer the processor takes for each.

    While the processor is idle at times, operations only wait for Wix, and the bound grows as they
    need it, up to `most`. When the event loop is late they wait for the processor, and the bound is
    what it does in a quarter of a second: more under way would end no sooner. Within one turn of
    the loop less still is begun: a turn that has lasted long, with documents that are slow to
    judge, say, takes no more. `each` is the first guess at an operation's seconds. With `most` 0
    nobody is turned away.

    `processor` tells the seconds of work that this thread has done. By `clock` alone the loop would
    be late as well where other programs have the processor; turning requests away does nothing
    about those, so that it has to be our own work in good part.
    """

    def __init__(
        self,
        work: Work,
        *,
        most: int,
        each: float = _FIRST_GUESS,
        clock: Callable[[], float] = time.monotonic,
        processor: Callable[[], float] = time.thread_time,
        log: Any = log,
    ) -> None:
        self._work = work
        self._most = most
        self._clock = clock
        self._processor = processor
        self._each = each
        self._bound = self._sustainable()
        self._beat_at: Moment | None = None
        self._turn_began: Moment | None = None
        self._counted = (Moment(0.0, 0.0), 0)
        self._turned_away = 0
        self._told_at = 0.0
        self._log = log

    @property
    def bound(self) -> int:
        """How many operations may be under way now."""
        return self._bound

    @property
    def crowded(self) -> bool:
        """Whether there are too many, so that one more need not even be read."""
        return self._most > 0 and self._crowded()

    def note_turned_away(self) -> None:
        """Count one who was turned away; a line a second in the log tells of all."""
        self._turned_away += 1
        now = self._clock()
        if now >= self._told_at + 1.0:
            count, self._turned_away, self._told_at = self._turned_away, 0, now
            self._log.warning("overloaded", turned_away=count)

    async def turns_away(self) -> bool:
        """Tell whether a request that comes now comes at a bad time.

        One that comes late in a long turn of the event loop waits for the next, and is turned away
        if it comes late in that as well.
        """
        if self._most == 0:
            return False
        self._keep_beating()
        if self._crowded():
            return True
        if not self._turn_is_long():
            return False
        await asyncio.sleep(0)
        return self._crowded() or self._turn_is_long()

    def admit(self) -> None:
        """Let an operation begin, unless there are too many by now.

        Raises:
            Refusal: 503 ``OVERLOADED``.
        """
        if self._most and self._crowded():
            raise overloaded()

    def beat(self) -> bool:
        """Adapt the bound to how late this beat is; tell whether another one is needed."""
        now = self._now()
        passed = now.since(self._beat_at or now)
        late = passed.lasts(_LATE)
        self._learn(now, late=late)
        if late:
            self._bound = min(self._bound, self._sustainable())
        elif len(self._work) > self._bound * _CROWDED and not passed.is_busy:
            self._bound = min(self._most, self._bound + math.ceil(self._bound * _GROWTH))
        self._beat_at = now
        return late or len(self._work) > 0

    def _crowded(self) -> bool:
        under_way = len(self._work)
        if under_way >= self._bound:
            return True
        return under_way >= _FEWEST and self._work.waiting * self._each > _TURN

    def _sustainable(self) -> int:
        return max(min(_FEWEST, self._most), min(self._most, int(_SOON / self._each)))

    def _learn(self, now: Moment, *, late: bool) -> None:
        """Learn how long an operation takes: by the clock while the processor is never idle."""
        ended = self._work.ended
        last, last_ended = self._counted
        if ended > last_ended:
            passed = now.since(last)
            spent = passed.clock if late else passed.worked
            told = ended - last_ended
            weight = _WEIGHT * min(1.0, told / _ENOUGH)
            self._each += weight * (spent / told - self._each)
        if ended > last_ended or not late:
            self._counted = now, ended

    def _keep_beating(self) -> None:
        if self._beat_at is None:
            self._beat_at = self._now()
            self._counted = self._beat_at, self._work.ended
            asyncio.get_running_loop().call_later(BEAT, self._beat_on)

    def _beat_on(self) -> None:
        if self.beat():
            asyncio.get_running_loop().call_later(BEAT, self._beat_on)
        else:
            self._beat_at = None

    def _now(self) -> Moment:
        return Moment(self._clock(), self._processor())

    def _turn_is_long(self) -> bool:
        """Tell whether the loop's turn has lasted, since the first request in it."""
        now = self._now()
        if self._turn_began is None:
            self._turn_began = now
            asyncio.get_running_loop().call_soon(self._end_turn)
        return now.since(self._turn_began).lasts(_TURN)

    def _end_turn(self) -> None:
        self._turn_began = None


def overloaded() -> Refusal:
    """Make the refusal of one who came at a bad time."""
    return Refusal(
        "There are too many requests at this moment.",
        code="OVERLOADED",
        status=503,
        headers={"retry-after": RETRY_AFTER},
    )
