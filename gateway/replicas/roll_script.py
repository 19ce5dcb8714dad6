"""The one step in which a replica reports its calls and is granted more."""

from typing import Final

from gateway.replicas.connection import Script

ROLL: Final = Script(
    """
-- KEYS[1]: a hash. Its field "epoch" is "<id> <run> <doubted> <open>"; each other field is a
-- replica's name, and holds "<number of its report> <places> <share> <ends of places>".
-- ARGV[1]: the report as JSON, see roll.Report. No clock is read here: what depends on time,
-- the replicas have measured.
local key, told = KEYS[1], cjson.decode(ARGV[1])

local function run_id()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or '-'
end

local function read()
  if redis.call('TYPE', key).ok ~= 'hash' then return nil end
  local epoch, members, fields = nil, {}, redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if name == 'epoch' then
      local id, run, doubted, open = string.match(value, '^(%w+) (%S+) ([01]) ([01])$')
      epoch = id and {id = id, run = run, doubted = doubted == '1', open = open == '1'}
    else
      local number, places, share, ends = string.match(value, '^(%d+) (%d+) (%d+) ([%d,]*)$')
      local short = number and #number <= 15 and #places <= 9 and #share <= 9 and #ends <= 999
      if not short or not string.match(name, '^%x+$') then return nil end
      members[name] = {number = tonumber(number), places = tonumber(places),
                       share = tonumber(share), ends = ends}
    end
  end
  if epoch and epoch.run == told.run then return epoch, members end
end

told.run = run_id()
local epoch, members = read()
if not epoch then
  redis.call('DEL', key)
  epoch = {id = told.fresh_epoch, run = told.run, doubted = false, open = false}
  members = {}
end

-- Whoever comes from another epoch knows of calls that are forgotten here.
if told.epoch ~= '' and told.epoch ~= epoch.id and not epoch.doubted then
  epoch.doubted, epoch.open = true, false
end
if told.waited_for == epoch.id .. (epoch.doubted and '!' or '') then epoch.open = true end

for name, number in pairs(told.silent) do
  local member = members[name]
  if member and member.number == number then
    members[name] = nil
    redis.call('HDEL', key, name)
  end
end

local own = members[told.name] or {number = 0, places = 0, share = 0}
if own.number >= told.number then return {'late'} end
own.number, own.places, own.ends = told.number, told.places, told.ends

local sharers, others = 0, 0
for name, member in pairs(members) do
  if name ~= told.name then
    if member.share > 0 then sharers = sharers + 1 end
    others = others + math.max(member.places, member.share)
  end
end
if told.leaves or sharers >= told.replicas then own.share = 0 else own.share = told.share end
local unknown = told.replicas - sharers - (own.share > 0 and 1 or 0)
others = others + math.max(0, unknown) * told.share

local granted = {}
for i, cap in ipairs(told.caps) do
  local fits = epoch.open and others + own.places < cap
  if fits then own.places = own.places + 1 end
  granted[i] = fits and '1' or '0'
end

members[told.name] = own
local doubted, open = epoch.doubted and 1 or 0, epoch.open and 1 or 0
redis.call('HSET', key,
  'epoch', table.concat({epoch.id, epoch.run, doubted, open}, ' '),
  told.name, string.format('%.0f %d %d %s', own.number, own.places, own.share, own.ends))
redis.call('EXPIRE', key, told.keep)

local answer = {epoch.id .. (epoch.doubted and '!' or ''), open, own.share, others,
                table.concat(granted)}
for name, member in pairs(members) do
  if name ~= told.name then
    for _, value in ipairs({name, member.number, member.places, member.ends}) do
      answer[#answer + 1] = value
    end
  end
end
return answer
"""
)
