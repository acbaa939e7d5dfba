-- Forgets a show whose time is over, some of its seats a call. Its position goes first: from then on every other script
-- finds no ledger. No guard, because a ledger built on another server goes as well.
-- ARGV: home, from which seat, seats a call. Answers from where to go on.
redis.call('DEL', META)
local from, length = tonumber(ARGV[2]), redis.call('STRLEN', STATUSES)
local to = math.min(from + tonumber(ARGV[3]), length)
local seats = {}
for seat = from, to - 1 do seats[#seats + 1] = seat end
if #seats > 0 then
  for _, id in ipairs(redis.call('HMGET', HOLDERS, unpack(seats))) do
    if id then redis.call('UNLINK', lock_key(id)) end
  end
end
if to < length then return { 'MORE', tostring(to) } end
redis.call('UNLINK', STATUSES, HOLDERS, LOCKS, BUYERS)
return { 'DONE' }
