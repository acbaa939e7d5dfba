/** Bookings that wait to be made: one lock for each, placed through the product's own seating, and not counted. */
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { openSeating } from '../../src/seating/index.ts'
import type { LoadJob } from './load.ts'
import { type Buyer, type Rig, seatsPerShow } from './open-rig.ts'

const query = `mutation ($lockId: ID!, $key: String!) {
  createBooking(lockId: $lockId, paymentMethod: "tok_ok", idempotencyKey: $key) {
    ... on CreateBookingOk { booking { id state } }
    ... on Refusal { code message }
  }
}`

/** One lock for each booking, placed through the same seating, and the request that pays for it. */
export async function lockedRequests(
  on: Rig,
  count: number,
  seatsPerLock: number,
): Promise<LoadJob['requests']> {
  const redis = openRedis({ ...redisDefaults, url: on.redisUrl, name: 'bench' }, () => {})
  await redis.whenReady(10_000)
  const seating = openSeating({
    ...{ pool: on.pool, redis, keyPrefix: on.env.REDIS_KEY_PREFIX, idSecret: on.env.ID_SECRET },
    ...{ processId: 'bench', nowMs: () => performance.now(), log: { info() {}, warn() {} } },
    times: { lockTtlMs: 3_600_000, extensionMs: 3_600_000, lockAgeMsMax: 7_200_000 },
  })
  const shows = await Promise.all(
    Array.from({ length: Math.ceil((count * seatsPerLock) / seatsPerShow) + 1 }, () => on.show()),
  )
  const buyers = await on.buyers(count)
  const requests: LoadJob['requests'] = []
  for (let from = 0; from < count; from += 100) {
    const some = Array.from({ length: Math.min(100, count - from) }, (_, index) => from + index)
    requests.push(...(await Promise.all(some.map((n) => lockOne(n)))))
  }
  await seating.close()
  await redis.close()
  return requests

  async function lockOne(n: number) {
    const showId = shows[n % shows.length] ?? 0
    const first = Math.floor(n / shows.length) * seatsPerLock
    const { token, buyerId } = buyers[n] as Buyer
    const seats = Array.from({ length: seatsPerLock }, (_, seat) => first + seat)
    const { lockId } = await seating.placeLock({ showId, buyerId, seats, areas: [], idempotencyKey: 'lock' })
    return {
      headers: {
        authorization: `Bearer ${token}`,
        'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
      },
      body: JSON.stringify({
        query,
        variables: { lockId: Buffer.from(`SeatLock:${showId}.${lockId}`).toString('base64'), key: 'pay' },
      }),
    }
  }
}
