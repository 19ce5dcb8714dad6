"""What Redis does for `gateway.replicas.board`, each script in one step."""

from typing import Final

from gateway.replicas.connection import Script

_PRELUDE: Final = """
local function place_of(key)
  local text = redis.pcall('GET', key)
  if type(text) ~= 'string' then return nil end
  local epoch, number = string.match(text, '^(%x+) (%d+)$')
  return epoch, tonumber(number)
end
local function move_to(key, channel, epoch, number, body)
  local text = epoch .. ' ' .. string.format('%.0f', number)
  redis.call('SET', key, text, 'PX', 172800000)
  redis.call('PUBLISH', channel, text .. ' ' .. body)
end
local function place_or_new(key, channel, fresh)
  local epoch, number = place_of(key)
  if not number then
    epoch, number = fresh, 0
    move_to(key, channel, epoch, number, 'everything')
  end
  return epoch, number
end
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

# KEYS: the place, then for each answer its own key and those of its tags.
# ARGV: how large all answers may be together, then for each how many tags it has.
# Answers the time in ms, and each body, or nothing, behind its first line, which is the proof.
FIND: Final = Script(
    _PRELUDE
    + """
local epoch = place_of(KEYS[1])
local answers, tokens, at, room = {}, {}, 2, tonumber(ARGV[1])
for i = 2, #ARGV do
  local text, proof = false, epoch
  for t = at + 1, at + ARGV[i] do
    local token = tokens[KEYS[t]]
    if token == nil then
      token = redis.pcall('GET', KEYS[t])
      if type(token) ~= 'string' then token = false end
      tokens[KEYS[t]] = token
    end
    proof = proof and token and proof .. ' ' .. token
  end
  if proof then
    local size = redis.pcall('STRLEN', KEYS[at])
    if type(size) == 'number' and size > 0 and size <= room then
      room = room - size
      text = redis.call('GET', KEYS[at])
      if string.sub(text, 1, #proof + 1) ~= proof .. '\\n' then text = false end
    end
  end
  answers[i - 1] = text
  at = at + ARGV[i] + 1
end
return {string.format('%.0f', now()), answers}
"""
)

# KEYS as above. ARGV: the poster's epoch and number, a token never used before, then for each
# answer how many tags it has, how many ms it lives, and its body.
POST: Final = Script(
    _PRELUDE
    + """
local epoch, number = place_of(KEYS[1])
if epoch ~= ARGV[1] or number ~= tonumber(ARGV[2]) then return 0 end
local at, time = 2, string.format('%.0f', now())
for i = 4, #ARGV, 3 do
  local proof = epoch
  for t = at + 1, at + ARGV[i] do
    local token = redis.pcall('GET', KEYS[t])
    if type(token) ~= 'string' then
      token = ARGV[3]
      redis.call('SET', KEYS[t], token, 'PX', ARGV[i + 1])
    elseif redis.call('PTTL', KEYS[t]) < tonumber(ARGV[i + 1]) then
      redis.call('PEXPIRE', KEYS[t], ARGV[i + 1])
    end
    proof = proof .. ' ' .. token
  end
  redis.call('SET', KEYS[at], proof .. '\\n' .. time .. '\\n' .. ARGV[i + 2], 'PX', ARGV[i + 1])
  at = at + ARGV[i] + 1
end
return 1
"""
)

# KEYS: the place, the tags touched. ARGV: the channel, an epoch never used before, the message.
TELL: Final = Script(
    _PRELUDE
    + """
local epoch, number = place_or_new(KEYS[1], ARGV[1], ARGV[2])
for t = 2, #KEYS do redis.call('DEL', KEYS[t]) end
move_to(KEYS[1], ARGV[1], epoch, number + 1, ARGV[3])
"""
)

BEGIN_ANEW: Final = Script(_PRELUDE + "move_to(KEYS[1], ARGV[1], ARGV[2], 0, 'everything')")

GREET: Final = Script(
    _PRELUDE
    + """
local epoch, number = place_or_new(KEYS[1], ARGV[1], ARGV[2])
move_to(KEYS[1], ARGV[1], epoch, number, ARGV[3])
"""
)

PLACE: Final = Script(
    """
local text = redis.pcall('GET', KEYS[1])
return type(text) == 'string' and text .. ' ' or ''
"""
)
