-- The whole map at one moment. ARGV: home, and '1' to have the holders and the locks that will end by themselves.
local holders, expiring = {}, {}
if ARGV[2] == '1' then
  holders, expiring = redis.call('HGETALL', HOLDERS), redis.call('ZRANGE', LOCKS, 0, -1)
end
return { 'OK', tostring(epoch), tostring(seq), tostring(now), redis.call('GET', STATUSES) or '', holders, expiring }
