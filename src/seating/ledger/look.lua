-- One lock as it stands, without judging it, when its checkout began, and the seats that each of its placings took
-- (`1,2;7`; a rebuilt ledger does not know them). ARGV: home, lock.
local key = lock_key(ARGV[2])
local checkout_at = redis.call('HGET', key, 'checkout_at')
if redis.call('EXISTS', key) == 0 then return { 'NOT_FOUND', tostring(epoch), tostring(now) } end
local placings, fields = {}, redis.call('HGETALL', key)
for at = 1, #fields, 2 do
  local fresh = string.find(fields[at], '^op:') and string.match(fields[at + 1], '^%x+|[%d,]*|([%d,]+)')
  if fresh then placings[#placings + 1] = fresh end
end
local answer = lock_answer('OK', ARGV[2])
answer[#answer + 1] = checkout_at or '0'
answer[#answer + 1] = table.concat(placings, ';')
return answer
