-- Sets seats to what their claims say (the verb seat_sync), each only where the holder is the expected one.
-- ARGV: home, epoch min, expected holder ('' for none), then nine per seat: seat, letter, holder ('' for none),
--       its buyer, its lock state ('held' | 'checkout' | 'converted'), its expiry, when it was placed, whether it was
--       extended, its booking.
-- A ledger older than the epoch under which the claims were read would be overwritten by the one being built.
if epoch < tonumber(ARGV[2]) then return { 'BEHIND', tostring(epoch) } end
local expected, length = ARGV[3], redis.call('STRLEN', STATUSES)
local locks = {}

-- A lock's seats as a set, read once and written once.
local function open_lock(id)
  if locks[id] then return locks[id] end
  local stored = redis.call('HMGET', lock_key(id), 'buyer', 'seats', 'state')
  local lock = { seats = {}, buyer = stored[1], moved = 0 }
  for _, seat in ipairs(csv(stored[2])) do lock.seats[seat] = true end
  lock.lives = stored[3] == 'held' or stored[3] == 'checkout' or stored[3] == 'converted'
  locks[id] = lock
  return lock
end

-- Claims name a lock that this ledger does not know or has buried: it lives again, and ends by its expiry.
local function revive(id, lock, claim)
  lock.buyer, lock.lives = claim.buyer, true
  redis.call('HSET', lock_key(id), 'buyer', claim.buyer, 'state', claim.state, 'expires', claim.expires,
    'placed', claim.placed, 'extended', claim.extended, 'booking', claim.booking, 'checkout_at', now)
  if claim.state == 'held' then redis.call('ZADD', LOCKS, claim.expires, id) end
end

local function leave(id, seat)
  local from = open_lock(id)
  if from.seats[seat] then
    from.seats[seat] = nil
    from.moved = from.moved - 1
  end
  redis.call('HDEL', HOLDERS, seat)
end

local function join(id, seat, claim)
  local to = open_lock(id)
  if not to.lives then revive(id, to, claim) end
  if not to.seats[seat] then
    to.seats[seat] = true
    to.moved = to.moved + 1
  end
  redis.call('HSET', HOLDERS, seat, id)
end

local settled = 0
for at = 4, #ARGV, 9 do
  local seat, letter, holder = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2]
  local claim = { buyer = ARGV[at + 3], state = ARGV[at + 4], expires = ARGV[at + 5], placed = ARGV[at + 6],
    extended = ARGV[at + 7], booking = ARGV[at + 8] }
  local present = redis.call('HGET', HOLDERS, seat) or ''
  -- The claim of a lock that has ended waits to be swept or taken over, and keeps nobody from the seat.
  if claim.state == 'held' and present ~= holder and tonumber(claim.expires) <= now then
    letter, holder = 'a', ''
  end
  if present == expected and seat < length then
    settled = settled + 1
    if present ~= holder then
      if present ~= '' then leave(present, seat) end
      if holder ~= '' then join(holder, seat, claim) end
    end
    if redis.call('GETRANGE', STATUSES, seat, seat) ~= letter then mark(seat, letter) end
    if holder ~= '' and claim.state ~= 'held' then
      redis.call('HSET', lock_key(holder), 'state', claim.state, 'booking', claim.booking)
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
return { 'OK', tostring(epoch), tostring(seq), tostring(now), tostring(next_due()), tostring(settled) }
