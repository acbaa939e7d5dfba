-- Stands before every script of the ledger. KEYS[1] is the show's base key with its hash tag, for example
-- "rowlock:{12}"; every other key is derived from it and so lives in the same slot. ARGV[1] is the home that
-- the caller's connection speaks to: no ledger, or one built on another server, changes nothing.
local base = KEYS[1]
local STATUSES, HOLDERS, LOCKS, BUYERS = base .. ':statuses', base .. ':holders', base .. ':locks', base .. ':buyers'
local META, FRAMES = base .. ':meta', base .. ':frames'
local TOMBSTONE_MS = 900000

local meta = redis.call('HMGET', META, 'home', 'epoch', 'seq')
local epoch, seq = tonumber(meta[2]), tonumber(meta[3])

-- The one clock that judges locks.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function lock_key(id) return base .. ':lock:' .. id end

local function csv(text)
  local seats = {}
  for seat in string.gmatch(text or '', '%d+') do seats[#seats + 1] = tonumber(seat) end
  return seats
end

-- What this call changed: seat -> letter, written and published once at the end.
local changed, changed_order = {}, {}

local function mark(seat, letter)
  if not changed[seat] then changed_order[#changed_order + 1] = seat end
  changed[seat] = letter
end

-- Writes the marked seats, one SETRANGE per run of neighbours with the same letter, numbers the change and
-- publishes it.
local function commit_changes()
  if #changed_order == 0 then return end
  table.sort(changed_order)
  local parts, run, run_from = {}, '', nil
  for i, seat in ipairs(changed_order) do
    local letter = changed[seat]
    parts[i] = seat .. letter
    if run_from and seat == run_from + #run then
      run = run .. letter
    else
      if run_from then redis.call('SETRANGE', STATUSES, run_from, run) end
      run, run_from = letter, seat
    end
  end
  redis.call('SETRANGE', STATUSES, run_from, run)
  local after = seq
  seq = redis.call('HINCRBY', META, 'seq', 1)
  redis.call('SPUBLISH', FRAMES, string.format('%d %d %d ', epoch, after, seq) .. table.concat(parts))
end

local function add_to_buyer(buyer, count)
  if count == 0 then return end
  if redis.call('HINCRBY', BUYERS, buyer, count) <= 0 then redis.call('HDEL', BUYERS, buyer) end
end

-- Ends a lock and keeps its hash for a while, so that a late repeat of its request finds "ended" and does not
-- place it again.
local function bury(id, state)
  redis.call('ZREM', LOCKS, id)
  redis.call('HSET', lock_key(id), 'state', state, 'seats', '')
  redis.call('PEXPIRE', lock_key(id), TOMBSTONE_MS)
end

-- Frees the seats of a lock whose time is over. Only locks without a booking stand in LOCKS.
local function expire_lock(id)
  local lock = redis.call('HMGET', lock_key(id), 'buyer', 'seats')
  local freed = {}
  for _, seat in ipairs(csv(lock[2])) do
    if redis.call('HGET', HOLDERS, seat) == id then
      freed[#freed + 1] = seat
      mark(seat, 'a')
    end
  end
  if #freed > 0 then redis.call('HDEL', HOLDERS, unpack(freed)) end
  if lock[1] then add_to_buyer(lock[1], -#freed) end
  bury(id, 'expired')
end

local function expire_due(count_max)
  local due = redis.call('ZRANGEBYSCORE', LOCKS, '-inf', now, 'LIMIT', 0, count_max)
  for _, id in ipairs(due) do expire_lock(id) end
  return #due
end

-- When the show's next lock ends (0: none is waiting to). The caller sets its alarm by it.
local function next_due()
  local first = redis.call('ZRANGE', LOCKS, 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2]) or 0
end

-- The answer about a lock: what every verb that succeeds returns. The seats that a placing picked, and those of them
-- that were not the lock's before, are empty for the others.
local function lock_answer(word, id, picks, fresh)
  local lock = redis.call('HMGET', lock_key(id), 'buyer', 'state', 'seats', 'expires', 'extended', 'booking')
  return { word, tostring(epoch), tostring(seq), tostring(now), tostring(next_due()),
    lock[1] or '', lock[2] or '', lock[3] or '', lock[4] or '0', lock[5] or '0', lock[6] or '', picks or '', fresh or '' }
end
