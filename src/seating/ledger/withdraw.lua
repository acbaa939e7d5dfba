-- Takes back what a placing took and no claim was asked for, as if it had never come, so that its repeat places anew.
-- One that was repeated stays: the repeat may be about to claim it. ARGV: home, lock, operation.
local id, operation = ARGV[2], 'op:' .. ARGV[3]
local lock = redis.call('HMGET', lock_key(id), 'buyer', 'state', 'seats', operation)
local fresh = lock[2] == 'held' and lock[4] and string.match(lock[4], '^%x+|[%d,]*|([%d,]*)$')
if not fresh then return { 'OK' } end

local freed = {}
for _, seat in ipairs(csv(fresh)) do
  if redis.call('HGET', HOLDERS, seat) == id then
    freed[seat] = true
    redis.call('HDEL', HOLDERS, seat)
    add_to_buyer(lock[1], -1)
    mark(seat, 'a')
  end
end
local rest = {}
for _, seat in ipairs(csv(lock[3])) do
  if not freed[seat] then rest[#rest + 1] = seat end
end
redis.call('HSET', lock_key(id), 'seats', table.concat(rest, ','))
redis.call('HDEL', lock_key(id), operation)
if #rest == 0 and id == ARGV[3] then
  -- The placing made the lock, and nobody was told of it.
  redis.call('ZREM', LOCKS, id)
  redis.call('DEL', lock_key(id))
elseif #rest == 0 then
  bury(id, 'released')
end
commit_changes()
return { 'OK' }
