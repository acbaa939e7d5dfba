-- Takes a checkout back that came to no booking: the lock is held again, until the time it had. Repeating it does
-- nothing. ARGV: home, lock, booking.
local id, booking = ARGV[2], ARGV[3]
local lock = redis.call('HMGET', lock_key(id), 'state', 'booking', 'expires')
if lock[1] == 'checkout' and lock[2] == booking then
  redis.call('HSET', lock_key(id), 'state', 'held')
  redis.call('HDEL', lock_key(id), 'booking', 'checkout_at')
  redis.call('ZADD', LOCKS, lock[3], id)
  if tonumber(lock[3]) <= now then expire_lock(id) end
  commit_changes()
end
return { 'OK', tostring(now), tostring(next_due()), '0' }
