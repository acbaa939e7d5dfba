-- Stands after the prelude in every script that needs a living ledger.
if meta[1] ~= ARGV[1] then return { 'REBUILD' } end
