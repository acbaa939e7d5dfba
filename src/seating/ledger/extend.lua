-- Gives a lock its one extension, never past the hard cap counted from when it was placed.
-- ARGV: home, lock, buyer, operation, extension ms, cap ms.
local id, buyer, operation = ARGV[2], ARGV[3], ARGV[4]
local lock = redis.call('HMGET', lock_key(id), 'buyer', 'state', 'expires', 'placed', 'extended', 'extend_op')
if lock[1] ~= buyer then return { 'NOT_FOUND' } end
if lock[2] == 'checkout' then return { 'IN_CHECKOUT' } end
if lock[2] ~= 'held' then return { 'NOT_FOUND' } end
if tonumber(lock[3]) <= now then
  expire_lock(id)
  commit_changes()
  return { 'NOT_FOUND' }
end
if lock[5] == '1' then
  if lock[6] == operation then return lock_answer('REPEAT', id) end
  return { 'ALREADY_EXTENDED' }
end
local cap = tonumber(lock[4] or lock[3]) + tonumber(ARGV[6])
local expires = math.max(tonumber(lock[3]), math.min(tonumber(lock[3]) + tonumber(ARGV[5]), cap))
redis.call('HSET', lock_key(id), 'expires', expires, 'extended', '1', 'extend_op', operation)
redis.call('ZADD', LOCKS, expires, id)
return lock_answer('OK', id)
