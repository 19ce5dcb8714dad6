"""Which of Wix's events were here, for all replicas: each event is news to exactly one of them."""

from collections import deque
from hashlib import sha256
from typing import Final

from gateway.crm.events import REMEMBERED, Outcome, OwnHistory
from gateway.model.events import Entity, Event
from gateway.replicas.connection import Connection, Script
from gateway.replicas.faults import StoreFault
from gateway.replicas.heartbeat import Heartbeat

_KEPT_MS: Final = int(REMEMBERED.total_seconds() * 1_000)
_DIGITS: Final = 20
"""Sequences are written in so many digits, so that their texts are ordered as they are."""
_MOST_UNWRITTEN: Final = 20_000
_TOGETHER: Final = 500
"""Entities written in one round trip."""

_SEQUENCES: Final = """
local function last(key)
  local found = redis.pcall('GET', key)
  return type(found) == 'string' and string.match(found, '^%d+$') and #found == 20 and found
end
"""

# KEYS: the event, its entity. ARGV: the sequence, how long to keep both in ms.
_NOTE: Final = Script(
    _SEQUENCES
    + """
if redis.pcall('GET', KEYS[1]) == '1' then return 'repeated' end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
local before = last(KEYS[2])
if before and ARGV[1] <= before then return 'overtaken' end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return 'applied'
"""
)

# The same keys. ARGV: the sequence, the one before it, how long to keep that in ms.
_FORGET: Final = Script(
    _SEQUENCES
    + """
redis.call('DEL', KEYS[1])
if last(KEYS[2]) == ARGV[1] then redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3]) end
"""
)

# KEYS: entities. ARGV: how long to keep them in ms, and of each the latest sequence known.
_RAISE: Final = Script(
    _SEQUENCES
    + """
for place, key in ipairs(KEYS) do
  local before, known = last(key), ARGV[place + 1]
  if not before or before < known then redis.call('SET', key, known, 'PX', ARGV[1]) end
end
"""
)


class SharedHistory:
    """A `History` over Redis, behind one in process; each question is one round trip.

    Without Redis the one in process decides alone. What it noted in the meantime is written when
    Redis is back, and the latest sequence of every entity when Redis was emptied; a repeat that
    slips through in between says nothing new to whoever applies it.
    """

    def __init__(self, own: OwnHistory, connection: Connection, heartbeat: Heartbeat) -> None:
        self._own = own
        self._connection = connection
        self._heartbeat = heartbeat
        self._unwritten: deque[tuple[Event, bool]] = deque(maxlen=_MOST_UNWRITTEN)
        """Events that Redis has to note, or to forget."""
        heartbeat.join(self._beat)

    async def note(self, event: Event) -> Outcome:
        """Note an event, in one step."""
        self._heartbeat.start()
        outcome = await self._own.note(event)
        if outcome is not Outcome.APPLIED:
            return outcome
        try:
            return await self._note(event)
        except StoreFault:
            self._unwritten.append((event, True))
            return outcome
        except BaseException:
            await self.forget(event)
            raise

    async def forget(self, event: Event) -> None:
        """Undo the note of an event that was news; Redis is told at the next beat."""
        await self._own.forget(event)
        self._unwritten.append((event, False))

    async def _beat(self, forgotten: bool) -> None:  # noqa: FBT001 - the heart's own signature
        """Write what Redis does not know."""
        try:
            if forgotten:
                await self._raise(self._own.sequences())
            while self._unwritten:
                await self._write(self._unwritten[0])
        except StoreFault:
            return

    async def _write(self, unwritten: tuple[Event, bool]) -> None:
        event, noted = unwritten
        await (self._note(event) if noted else self._forget(event))
        if unwritten in self._unwritten:
            self._unwritten.remove(unwritten)

    async def _note(self, event: Event) -> Outcome:
        told = await self._connection.run(
            _NOTE, self._keys(event), _written(event.sequence), _KEPT_MS
        )
        return Outcome(told.decode())

    async def _forget(self, event: Event) -> None:
        now, before = _written(event.sequence), _written(event.sequence - 1)
        await self._connection.run(_FORGET, self._keys(event), now, before, _KEPT_MS)

    async def _raise(self, known: list[tuple[Entity, int]]) -> None:
        for start in range(0, len(known), _TOGETHER):
            some = known[start : start + _TOGETHER]
            keys = [self._entity(entity) for entity, _ in some]
            written = [_written(sequence) for _, sequence in some]
            await self._connection.run(_RAISE, keys, _KEPT_MS, *written)

    def _keys(self, event: Event) -> list[str]:
        return [self._connection.key("event", _digest(event.id)), self._entity(event.entity)]

    def _entity(self, entity: Entity) -> str:
        return self._connection.key("sequence", entity.kind, _digest(entity.id))


def _written(sequence: int) -> str:
    most: int = 10**_DIGITS - 1
    return f"{min(max(sequence, 0), most):0{_DIGITS}d}"


def _digest(text: str) -> str:
    """Write whatever Wix sends in one form, and never longer than this."""
    return sha256(text.encode()).hexdigest()
