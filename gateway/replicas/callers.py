"""What callers take at all replicas of a site together; see `gateway.edge.window_store`."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextvars import Context
from hashlib import sha256
from itertools import islice
from typing import Final

from gateway.edge.window_store import SECONDS, Minute, Slide, Taken, Tally, WindowsInProcess
from gateway.replicas.connection import Connection, Script
from gateway.replicas.faults import StoreFault

_KEPT_MS: Final = 3 * SECONDS * 1_000
"""How long a minute is kept: it counts for two, and clocks differ."""

_GATHERING: Final = 0.02
"""Seconds in which is gathered what is told at once."""

_TOGETHER: Final = 100
"""Callers told of in one round trip."""

# KEYS: of each caller this minute and the one before. ARGV: how many requests there may be, if one
# of the first caller's is to be counted, else 0; the seconds left of this minute, and the length
# of one; how long to keep it in ms; then for each key what is known of it, and what is new. What
# is found there is believed where it is newer than what is known, and everything else gives way.
_TELL: Final = Script("""
local function read(key)
  local found = redis.pcall('GET', key)
  local numbers = {0, 0, 0}
  if type(found) ~= 'string' or #found > 32 then return numbers end
  for place, text in ipairs({string.match(found, '^(%d+) (%d+) (%d+)$')}) do
    numbers[place] = math.min(tonumber(text), 2147483647)
  end
  return numbers
end
local most, left, length = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local minutes, changed = {}, {}
for place, key in ipairs(KEYS) do
  local minute = read(key)
  for number = 1, 3 do
    local at = 4 + (place - 1) * 6 + number
    local sum = math.max(minute[number], tonumber(ARGV[at])) + tonumber(ARGV[at + 3])
    changed[place] = changed[place] or sum ~= minute[number]
    minute[number] = sum
  end
  minutes[place] = minute
end
local passes = 0
if most > 0 and math.floor(minutes[2][1] * left / length) + minutes[1][1] < most then
  minutes[1][1] = minutes[1][1] + 1
  passes, changed[1] = 1, true
end
local answer = {passes}
for place, key in ipairs(KEYS) do
  local minute = minutes[place]
  if changed[place] then
    redis.call('SET', key, string.format('%d %d %d', unpack(minute)), 'PX', ARGV[4])
  end
  for number = 1, 3 do answer[#answer + 1] = minute[number] end
end
return answer
""")


class _Letter:
    """What is told of one caller, and what is to be made of the answer.

    What is on its way already is told by nobody else, so that nothing is told twice.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self.minutes = (tally.now, tally.before)
        self._speaks = not tally.telling
        self._new = [minute.untold if self._speaks else Taken() for minute in self.minutes]
        tally.telling = True

    def numbers(self) -> Iterator[int]:
        """Write what is known, and what is new."""
        for minute, new in zip(self.minutes, self._new, strict=True):
            yield from (*minute.told, *new)

    def answered(self, heard: Iterator[int]) -> None:
        """Take the answer: what is told is not to be told again."""
        for minute, new in zip(self.minutes, self._new, strict=True):
            minute.told = minute.told.or_newer(Taken(*islice(heard, len(Taken._fields))))
            minute.untold = minute.untold.less(new)

    def close(self) -> bool:
        """End it, answered or not; tell whether there is something to tell now."""
        if self._speaks:
            self._tally.telling = False
        return any(any(minute.untold) for minute in self.minutes)


class SharedWindows:
    """A `WindowStore` over Redis, behind one in process, whose minutes know what others told.

    A request is counted, and what others took is learned, in the one round trip that is waited
    for. Calls to Wix are told a little later, those of all callers together. Without Redis the
    store in process decides alone, beginning with what it was told; it tells what was taken in the
    meantime when Redis is back, and everything that it knows where Redis has forgotten it.
    """

    def __init__(
        self,
        own: WindowsInProcess,
        connection: Connection,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._own = own
        self._connection = connection
        self._sleep = sleep
        self._untold: dict[str, None] = {}
        """Callers of whom there is something to tell, in the order in which that began."""
        self._telling: asyncio.Task[None] | None = None
        connection.watch(back=self._begin)

    async def count(self, who: str, most: int) -> bool:
        """Count a request; one who has no room by what is known here costs no round trip."""
        if self._own.requests(who).used >= most:
            return False
        try:
            return await self._tell([who], most=most)
        except StoreFault:
            self._untold[who] = None
            return await self._own.count(who, most)

    def requests(self, who: str) -> Slide:
        """Tell what he has sent."""
        return self._own.requests(who)

    def calls(self, who: str) -> Slide:
        """Tell what he has taken."""
        return self._own.calls(who)

    def keep(self, who: str, calls: int) -> Minute:
        """Keep calls for him, at all replicas."""
        minute = self._own.keep(who, calls)
        self._note(who, calls)
        return minute

    def free(self, who: str, calls: int, minute: Minute) -> None:
        """Give back what was kept."""
        self._own.free(who, calls, minute)
        self._note(who, calls)

    async def aclose(self) -> None:
        """Tell what was not told yet, if Redis is there."""
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        await self._tell_all()

    def _note(self, who: str, calls: int) -> None:
        if calls:
            self._untold[who] = None
            self._begin()

    def _begin(self) -> None:
        """Tell soon, unless that has begun; while Redis is away all waits for its return."""
        if self._telling is None and self._untold and self._connection.available:
            # In a context of its own: it outlives the request that it begins with.
            self._telling = asyncio.create_task(self._tell_soon(), context=Context())

    async def _tell_soon(self) -> None:
        heard = False
        try:
            await self._sleep(_GATHERING)
            heard = await self._tell_all()
        finally:
            self._telling = None
        if heard:
            self._begin()

    async def _tell_all(self) -> bool:
        """Tell of everybody of whom there is something to tell now; tell whether Redis heard it."""
        for _ in range(0, len(self._untold), _TOGETHER):
            some = list(islice(self._untold, _TOGETHER))
            for who in some:
                del self._untold[who]
            try:
                await self._tell(some)
            except StoreFault:
                return False
        return True

    async def _tell(self, callers: list[str], *, most: int = 0) -> bool:
        """Tell what was taken, and hear it of others; count a request of one who may have `most`.

        Raises:
            StoreFault: Redis has heard nothing, as far as is known; it is told again.
        """
        letters = [_Letter(self._own.tally(who)) for who in callers]
        try:
            answer = await self._send(callers, letters, most)
            heard = iter(answer[1:])
            for letter in letters:
                letter.answered(heard)
            return bool(answer[0])
        finally:
            for who, letter in zip(callers, letters, strict=True):
                if letter.close():
                    self._untold[who] = None

    async def _send(self, callers: list[str], letters: list[_Letter], most: int) -> list[int]:
        keys = [
            self._connection.key("caller", sha256(who.encode()).hexdigest(), str(minute.number))
            for who, letter in zip(callers, letters, strict=True)
            for minute in letter.minutes
        ]
        numbers = [number for letter in letters for number in letter.numbers()]
        left = repr(self._own.left())
        answer: list[int] = await self._connection.run(
            _TELL, keys, most, left, SECONDS, _KEPT_MS, *numbers
        )
        return answer
