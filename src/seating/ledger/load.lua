-- Puts a ledger rebuilt from the claims in place of whatever is there, unless that is as new.
-- ARGV: home, epoch, statuses, then eight per lock: id, buyer, state, expires, placed, extended, booking, seats.
local new_epoch = tonumber(ARGV[2])
if epoch and epoch >= new_epoch then return { 'HIGHER', tostring(epoch) } end

-- Locks of the ledger before must not answer any more.
for _, id in ipairs(redis.call('HVALS', HOLDERS)) do redis.call('DEL', lock_key(id)) end
redis.call('DEL', STATUSES, HOLDERS, LOCKS, BUYERS, META)

redis.call('SET', STATUSES, ARGV[3])
for at = 4, #ARGV, 8 do
  local id, buyer, state, expires = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  redis.call('DEL', lock_key(id))
  redis.call('HSET', lock_key(id), 'buyer', buyer, 'state', state, 'expires', expires, 'placed', ARGV[at + 4],
    'extended', ARGV[at + 5], 'booking', ARGV[at + 6], 'seats', ARGV[at + 7])
  -- What is in checkout with no time of its own is as old as this rebuild.
  if state == 'checkout' then redis.call('HSET', lock_key(id), 'checkout_at', now) end
  if state == 'held' then redis.call('ZADD', LOCKS, expires, id) end
  local seats = csv(ARGV[at + 7])
  for _, seat in ipairs(seats) do redis.call('HSET', HOLDERS, seat, id) end
  redis.call('HINCRBY', BUYERS, buyer, #seats)
end
redis.call('HSET', META, 'home', ARGV[1], 'epoch', new_epoch, 'seq', 0)
redis.call('SPUBLISH', FRAMES, string.format('%d 0 0 ', new_epoch))
return { 'OK', tostring(new_epoch), tostring(now), tostring(next_due()) }
