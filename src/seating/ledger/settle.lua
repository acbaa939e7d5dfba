-- Sets seats to what their claims say (the verb seat_sync), each only where the holder is the expected one.
-- ARGV: home, epoch min, expected holder ('' for none), then six per seat: seat, letter, holder ('' for none),
--       its buyer, its lock state ('held' | 'checkout' | 'converted'), its expiry ms.
-- A ledger older than the epoch under which the claims were read would be overwritten by the one being built.
if epoch < tonumber(ARGV[2]) then return { 'BEHIND', tostring(epoch) } end
local expected = ARGV[3]
local locks = {}

-- A lock's seats as a set, read once and written once.
local function open_lock(id, buyer, state, expires)
  if locks[id] then return locks[id] end
  local stored = redis.call('HMGET', lock_key(id), 'buyer', 'seats', 'state')
  local lock = { seats = {}, buyer = stored[1] or buyer, moved = 0 }
  for _, seat in ipairs(csv(stored[2])) do lock.seats[seat] = true end
  local lives = stored[3] == 'held' or stored[3] == 'checkout' or stored[3] == 'converted'
  if buyer and not lives then
    -- Claims name a lock that this ledger does not know or has buried: it lives again, and ends by its expiry.
    redis.call('HSET', lock_key(id), 'buyer', buyer, 'state', state, 'expires', expires, 'placed', now)
    if state == 'held' then redis.call('ZADD', LOCKS, expires, id) end
  end
  locks[id] = lock
  return lock
end

local settled = 0
for at = 4, #ARGV, 6 do
  local seat, letter, holder = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
  local present = redis.call('HGET', HOLDERS, seat) or ''
  if present == expected then
    settled = settled + 1
    if present ~= holder then
      if present ~= '' then
        local from = open_lock(present)
        if from.seats[seat] then
          from.seats[seat] = nil
          from.moved = from.moved - 1
        end
        redis.call('HDEL', HOLDERS, seat)
      end
      if holder ~= '' then
        local to = open_lock(holder, ARGV[at + 3], ARGV[at + 4], ARGV[at + 5])
        if not to.seats[seat] then
          to.seats[seat] = true
          to.moved = to.moved + 1
        end
        redis.call('HSET', HOLDERS, seat, holder)
      end
    end
    if redis.call('GETRANGE', STATUSES, seat, seat) ~= letter then mark(seat, letter) end
    if holder ~= '' and ARGV[at + 4] ~= 'held' then
      redis.call('HSET', lock_key(holder), 'state', ARGV[at + 4])
      redis.call('ZREM', LOCKS, holder)
    end
  end
end

for id, lock in pairs(locks) do
  local seats = {}
  for seat in pairs(lock.seats) do seats[#seats + 1] = seat end
  table.sort(seats)
  if lock.buyer then add_to_buyer(lock.buyer, lock.moved) end
  if #seats == 0 then
    bury(id, 'released')
  else
    redis.call('HSET', lock_key(id), 'seats', table.concat(seats, ','))
    redis.call('PERSIST', lock_key(id))
  end
end
commit_changes()
return { 'OK', tostring(epoch), tostring(seq), tostring(settled) }
