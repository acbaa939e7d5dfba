-- One lock as it stands, without judging it. ARGV: home, lock.
local lock = redis.call('HMGET', lock_key(ARGV[2]), 'buyer', 'checkout_at')
if not lock[1] then return { 'NOT_FOUND', tostring(epoch), tostring(now) } end
local answer = lock_answer('OK', ARGV[2])
answer[#answer + 1] = lock[2] or '0'
return answer
