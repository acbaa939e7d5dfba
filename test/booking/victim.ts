/**
 * A process that dies on the spot: opens seating and bookings as argv says, does one verb, and kills itself with SIGKILL
 * when it reaches the named fault point, or a while after it, or around the write that it aims at.
 */
import { createBookings, retryRefund } from '../../src/booking/index.ts'
import { openCatalog } from '../../src/catalog/index.ts'
import { sandboxGateway } from '../../src/payment/index.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { openSeating } from '../../src/seating/index.ts'
import { bookingSealer, bookingSecret, sharedTimes, type Victim } from './booking-names.ts'
import { dieAround } from './die-around.ts'

const victim: Victim = JSON.parse(process.argv[2] ?? '{}')
const postgres = openPostgres({ ...postgresDefaults, url: victim.databaseUrl }, () => {})
if (victim.aim) dieAround(postgres.pool, victim.aim)
const redis = openRedis({ ...redisDefaults, url: victim.redisUrl, name: 'victim' }, () => {})
await redis.whenReady(5_000)
const log = { info() {}, warn() {}, error() {} }
const nowMs = () => performance.now()
const seating = openSeating({
  ...{ pool: postgres.pool, redis, keyPrefix: 'test:', processId: 'victim', nowMs, log },
  idSecret: victim.seatingSecret,
})
const die = () => process.kill(process.pid, 'SIGKILL')
const bookings = createBookings({
  ...{
    pool: postgres.pool,
    seating,
    catalog: openCatalog(postgres.pool),
    sealer: bookingSealer,
    idSecret: bookingSecret,
    nowMs,
    log,
  },
  gateway: sandboxGateway({ url: victim.gatewayUrl }),
  limits: { ...sharedTimes, gatewayTimeoutMs: 5_000, ...victim.limits },
  faultPoint: async (name) => {
    if (name !== victim.diesAt) return
    if (victim.diesAfterMs > 0) setTimeout(die, victim.diesAfterMs)
    else die()
  },
})
if (victim.create) await bookings.createBooking(victim.create)
if (victim.cancel) await bookings.cancelBooking(victim.cancel)
if (victim.notice) await bookings.hearNotice(victim.notice)
if (victim.retryRefund) await retryRefund(postgres.pool, victim.retryRefund)
if (victim.sweep) for (;;) await bookings.lookAtDue()
process.exit(3)
