-- Places a lock or grows one: all seats or none. Explicit seats and areas (the lowest free places of a block)
-- may be asked for together. The operation leaves a note in the lock, `fingerprint|picks|fresh`, by which a repeat finds
-- its own picks; fresh are those of them that were not the lock's before.
-- ARGV: home, lock, buyer, operation, fingerprint, 'new' | 'grow', ttl ms, seats per buyer max, seat count n,
--       n seats ascending, then per area: places wanted, ranges r, r times (from, to).
local id, buyer, operation, fingerprint, mode = ARGV[2], ARGV[3], 'op:' .. ARGV[4], ARGV[5], ARGV[6]
local ttl, per_buyer_max, seat_count = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local OTHERS_EXPIRED_MAX = 50

local lock = redis.call('HMGET', lock_key(id), 'buyer', 'state', 'seats', 'expires', operation)
local exists = lock[1] and true or false

if exists and lock[2] == 'held' and tonumber(lock[4]) <= now then
  expire_lock(id)
  commit_changes()
  return { 'NOT_FOUND' }
end
if exists and lock[1] ~= buyer then return { 'NOT_FOUND' } end
if exists and lock[5] then
  local known, picks, fresh = string.match(lock[5], '^(%x+)|([%d,]*)|([%d,]*)')
  if known ~= fingerprint then return { 'KEY_REUSED' } end
  if lock[2] == 'expired' or lock[2] == 'released' then return { 'NOT_FOUND' } end
  -- Only what is still the lock's: a seat given back since must not be claimed again by a late repeat.
  local mine = {}
  for _, seat in ipairs(csv(lock[3])) do mine[seat] = true end
  local function still_mine(text)
    local still = {}
    for _, seat in ipairs(csv(text)) do
      if mine[seat] then still[#still + 1] = seat end
    end
    return table.concat(still, ',')
  end
  -- Two callers wait for it now, so neither may take it back (withdraw.lua).
  redis.call('HSET', lock_key(id), operation, lock[5] .. '|again')
  return lock_answer('REPEAT', id, still_mine(picks), still_mine(fresh))
end
if exists and mode == 'new' then
  -- Rebuilt from its claims, which do not remember operations: the lock itself is the answer.
  return lock_answer('REPEAT', id, lock[3])
end
if mode == 'grow' and not exists then return { 'NOT_FOUND' } end
if exists and lock[2] == 'checkout' then return { 'IN_CHECKOUT' } end
if exists and lock[2] ~= 'held' then return { 'NOT_FOUND' } end

expire_due(OTHERS_EXPIRED_MAX)

-- What a seat is now, seen through what this call has already freed.
local function status_of(seat)
  return changed[seat] or redis.call('GETRANGE', STATUSES, seat, seat)
end

local picks, fresh, conflicts = {}, {}, {}
local picked = {}

local function want(seat)
  local status = status_of(seat)
  if status == 'l' then
    local holder = redis.call('HGET', HOLDERS, seat)
    if holder == id then
      picks[#picks + 1] = seat
      return
    end
    local expires = holder and redis.call('ZSCORE', LOCKS, holder)
    if expires and tonumber(expires) <= now then
      expire_lock(holder)
      status = 'a'
    end
  end
  if status == 'a' then
    picks[#picks + 1] = seat
    fresh[#fresh + 1] = seat
    picked[seat] = true
  else
    conflicts[#conflicts + 1] = seat .. (status == '' and 'n' or status)
  end
end

for i = 10, 9 + seat_count do want(tonumber(ARGV[i])) end

local areas_short = {}
local at = 10 + seat_count
while ARGV[at] do
  local wanted, ranges = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local found, free = {}, 0
  for r = 0, ranges - 1 do
    local from, to = tonumber(ARGV[at + 2 + 2 * r]), tonumber(ARGV[at + 3 + 2 * r])
    local block = redis.call('GETRANGE', STATUSES, from, to - 1)
    for offset = 1, #block do
      local seat = from + offset - 1
      local status = changed[seat] or string.sub(block, offset, offset)
      if status == 'a' and not picked[seat] then
        free = free + 1
        if #found < wanted then found[#found + 1] = seat end
      end
    end
  end
  areas_short[#areas_short + 1] = free
  if free < wanted then
    areas_short.any = true
  else
    for _, seat in ipairs(found) do
      picks[#picks + 1] = seat
      fresh[#fresh + 1] = seat
      picked[seat] = true
    end
  end
  at = at + 2 + 2 * ranges
end

local held = tonumber(redis.call('HGET', BUYERS, buyer) or '0')
local refusal
if #conflicts > 0 or areas_short.any then
  refusal = { 'CONFLICT', table.concat(conflicts), table.concat(areas_short, ',') }
elseif held + #fresh > per_buyer_max then
  refusal = { 'LIMIT', tostring(held) }
end
if refusal then
  commit_changes()
  return refusal
end

if #fresh > 0 then
  local pairs_ = {}
  for _, seat in ipairs(fresh) do
    mark(seat, 'l')
    pairs_[#pairs_ + 1] = seat
    pairs_[#pairs_ + 1] = id
  end
  redis.call('HSET', HOLDERS, unpack(pairs_))
  add_to_buyer(buyer, #fresh)
end

local seats = csv(exists and lock[3] or '')
for _, seat in ipairs(fresh) do seats[#seats + 1] = seat end
table.sort(seats)
table.sort(picks)
local picks_text, fresh_text = table.concat(picks, ','), table.concat(fresh, ',')
redis.call('HSET', lock_key(id), 'seats', table.concat(seats, ','),
  operation, fingerprint .. '|' .. picks_text .. '|' .. fresh_text)
if not exists then
  redis.call('HSET', lock_key(id), 'buyer', buyer, 'state', 'held', 'expires', now + ttl, 'placed', now)
  redis.call('ZADD', LOCKS, now + ttl, id)
end
commit_changes()
return lock_answer('OK', id, picks_text, fresh_text)
