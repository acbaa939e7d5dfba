-- Begins the checkout of a lock: from here it has no expiry, and only a committed outcome frees its seats.
-- The same booking id may begin it again.
-- ARGV: home, lock, buyer, booking.
local id, buyer, booking = ARGV[2], ARGV[3], ARGV[4]
local lock = redis.call('HMGET', lock_key(id), 'buyer', 'state', 'expires', 'booking')
if lock[1] ~= buyer then return { 'NOT_FOUND' } end
if lock[2] == 'checkout' or lock[2] == 'converted' then
  if lock[4] == booking then return lock_answer('REPEAT', id) end
  return { 'IN_CHECKOUT' }
end
if lock[2] ~= 'held' then return { 'NOT_FOUND' } end
if tonumber(lock[3]) <= now then
  expire_lock(id)
  commit_changes()
  return { 'NOT_FOUND' }
end
redis.call('HSET', lock_key(id), 'state', 'checkout', 'booking', booking, 'checkout_at', now)
redis.call('ZREM', LOCKS, id)
return lock_answer('OK', id)
