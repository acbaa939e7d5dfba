/**
 * A process that dies on the spot: opens seating on argv's database and Redis, does one verb, and kills itself with
 * SIGKILL when it reaches the named fault point.
 */
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { openSeating } from '../../src/seating/index.ts'
import { buyer, seatingSecret } from './seating-names.ts'

const [databaseUrl, redisUrl, faultPoint, verb, showId, seat, lockId] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string | undefined,
]

const postgres = openPostgres({ ...postgresDefaults, url: databaseUrl }, () => {})
const connection = openRedis({ ...redisDefaults, url: redisUrl, name: 'victim' }, () => {})
await connection.whenReady(5_000)
const seating = openSeating({
  pool: postgres.pool,
  redis: connection,
  keyPrefix: 'test:',
  idSecret: seatingSecret,
  processId: 'victim',
  nowMs: () => performance.now(),
  log: { warn() {}, info() {} },
  times: { lockTtlMs: 1_000 },
  faultPoint: async (name) => {
    if (name === faultPoint) process.kill(process.pid, 'SIGKILL')
  },
})
const mine = { showId: Number(showId), buyerId: buyer(666) }
if (verb === 'place')
  await seating.placeLock({ ...mine, seats: [Number(seat)], areas: [], idempotencyKey: 'victim' })
if (verb === 'release' && lockId) await seating.releaseLock({ ...mine, lockId })
if (verb === 'extend' && lockId) await seating.extendLock({ ...mine, lockId, idempotencyKey: 'victim' })
if (verb === 'rebuild') await seating.rebuild(mine.showId)
process.exit(3)
