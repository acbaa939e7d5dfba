-- The whole map at one moment. ARGV: home, and '1' to have the holders as well.
local holders = ARGV[2] == '1' and redis.call('HGETALL', HOLDERS) or {}
return { 'OK', tostring(epoch), tostring(seq), tostring(now), redis.call('GET', STATUSES) or '', holders }
