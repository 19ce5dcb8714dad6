"""The records of keyed mutations as Redis keeps them: one step for each thing done to them."""

import math
from collections.abc import Callable
from enum import Enum
from hashlib import sha256
from typing import Final, NamedTuple

from gateway.edge.outcomes import KEPT_SECONDS, Record
from gateway.replicas.connection import Argument, Connection, Script
from gateway.replicas.heartbeat import Heartbeat

LEASE_SECONDS: Final = 5.0
"""How long a claim is believed in that its owner does not renew: ten beats of his heart."""

_LARGEST: Final = 1_048_576
"""Bytes of an outcome; a larger one is kept as unknown."""

# A record is a line, and after it the outcome: the version, the fingerprint, the owner of a claim
# or "-" for what is kept, until when he has it in ms, a digest of all that. Whatever else is found
# under a key is nobody's record, and gives way.
_RECORDS: Final = """
local function read(key)
  local found = redis.pcall('GET', key)
  if type(found) ~= 'string' then return nil end
  local head, digest, outcome = string.match(found, '^(1 %S+ %S+ %d+) (%x+)\\n(.*)$')
  if not head or digest ~= redis.sha1hex(head .. outcome) then return nil end
  local print, owner, ends = string.match(head, '^1 (%S+) (%S+) (%d+)$')
  return {print = print, owner = owner, ends = tonumber(ends), outcome = outcome}
end
local function write(key, print, owner, ends, outcome, kept)
  local head = string.format('1 %s %s %d', print, owner, ends)
  local digest = redis.sha1hex(head .. outcome)
  redis.call('SET', key, head .. ' ' .. digest .. '\\n' .. outcome, 'PX', kept)
end
local function now(given)
  if given ~= '' then return tonumber(given) end
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

# KEYS: record, mark. ARGV: what to do, fingerprint, owner, lease and keeping in ms, the mark by
# which "nothing" can be believed, the moment.
_CLAIM: Final = Script(
    _RECORDS
    + """
local known, moment = read(KEYS[1]), now(ARGV[7])
if known and known.owner == '-' then return {'kept', known.print, known.outcome} end
if known and known.owner ~= ARGV[3] then
  return {known.ends > moment and 'running' or 'lost', known.print, ''}
end
if not known and ARGV[1] ~= 'hold' and redis.pcall('GET', KEYS[2]) ~= ARGV[6] then
  return {'unsettled', ARGV[2], ''}
end
if ARGV[1] == 'look' then return {'free', ARGV[2], ''} end
write(KEYS[1], ARGV[2], ARGV[3], moment + ARGV[4], '', ARGV[5])
return {'ours', ARGV[2], ''}
"""
)

# KEYS: record. ARGV: fingerprint, owner, keeping in ms, outcome. The first outcome stays; that it
# is unknown is worth less than what another one knows.
_KEEP: Final = Script(
    _RECORDS
    + """
local known = read(KEYS[1])
if known and known.owner == '-' and known.outcome ~= '' then return end
if known and known.owner ~= ARGV[2] and ARGV[4] == '' then return end
write(KEYS[1], ARGV[1], '-', 0, ARGV[4], ARGV[3])
"""
)

# KEYS: record. ARGV: owner.
_RELEASE: Final = Script(
    _RECORDS
    + """
local known = read(KEYS[1])
if known and known.owner == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
)


class Standing(Enum):
    """How it stands with a name."""

    OURS = "ours"
    """The one who asks has the claim."""
    RUNNING = "running"
    """Another one has it."""
    LOST = "lost"
    """Another one had it, and is no more: nobody knows what he has done."""
    KEPT = "kept"
    """An outcome is kept, which may be unknown."""
    FREE = "free"
    """There is nothing."""
    UNSETTLED = "unsettled"
    """There is nothing yet: another one may have had no moment to write what he knows."""


class Found(NamedTuple):
    """What is known of a name."""

    standing: Standing
    record: Record


class Records:
    """The records of one site in Redis. Fingerprints and owners hold no blanks.

    All methods raise `StoreFault`, which leaves open whether the thing was done.
    """

    def __init__(
        self,
        connection: Connection,
        heartbeat: Heartbeat,
        *,
        moment: Callable[[], float] | None = None,
    ) -> None:
        """Without a clock of its own, in seconds, leases are measured by that of Redis."""
        self._connection = connection
        self._heartbeat = heartbeat
        self._moment = moment

    async def claim(self, name: str, fingerprint: str, owner: str) -> Found:
        """Claim a name if nobody has."""
        return await self._ask("claim", name, fingerprint, owner)

    async def look(self, name: str, fingerprint: str) -> Found:
        """Look how it stands with a name."""
        return await self._ask("look", name, fingerprint, "?")

    async def hold(self, name: str, fingerprint: str, owner: str) -> Found:
        """Renew a claim, or write it again where it is gone."""
        return await self._ask("hold", name, fingerprint, owner)

    async def keep(self, name: str, record: Record, owner: str) -> None:
        """Keep an outcome; the first that is known stays."""
        outcome = record.outcome or b""
        if len(outcome) > _LARGEST:
            outcome = b""
        await self._connection.run(
            _KEEP, [self._key(name)], record.fingerprint, owner, _ms(KEPT_SECONDS), outcome
        )

    async def release(self, name: str, owner: str) -> None:
        """Give a claim back, if it is still the owner's."""
        await self._connection.run(_RELEASE, [self._key(name)], owner)

    async def _ask(self, what: str, name: str, fingerprint: str, owner: str) -> Found:
        arguments: tuple[Argument, ...] = (
            what,
            fingerprint,
            owner,
            _ms(LEASE_SECONDS),
            _ms(KEPT_SECONDS),
            self._heartbeat.mark,
            _ms(self._moment()) if self._moment is not None else "",
        )
        keys = [self._key(name), self._heartbeat.key]
        standing, known, outcome = await self._connection.run(_CLAIM, keys, *arguments)
        kept = standing == b"kept"
        record = Record(known.decode(), outcome if kept else None)
        return Found(Standing(standing.decode()), record)

    def _key(self, name: str) -> str:
        return self._connection.key("outcome", sha256(name.encode()).hexdigest())


def _ms(seconds: float) -> int:
    return math.floor(seconds * 1_000)
