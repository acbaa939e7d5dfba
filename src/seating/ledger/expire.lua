-- Ends locks that are due, at most ARGV[2] of them, so that a crowd of expiries cannot stop the server.
local ended = expire_due(tonumber(ARGV[2]))
commit_changes()
return { 'OK', tostring(now), tostring(next_due()), tostring(ended) }
