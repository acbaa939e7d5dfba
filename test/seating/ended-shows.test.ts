/** What becomes of a show's ledger when the show is long over. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/platform/transaction.ts'
import { freeClaims, LockNotFound, recordSeatSync, ShowNotOnSale } from '../../src/seating/index.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld } from './seating-world.ts'

let world: SeatingWorld
let one: OpenedSeating

beforeAll(async () => {
  world = await seatingWorld()
  one = await world.open('one')
})
afterAll(() => world.close())

const request = (showId: number, n: number, seats: number[], idempotencyKey = 'k') => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey },
})

/** Who builds a ledger holds a key that ends by itself. */
const keysOf = async (showId: number) =>
  (await one.redis.keys(`test:{${showId}}:*`)).filter((key) => !key.endsWith(':lead:rebuild'))

const began = (showId: number, ago: string) =>
  one.pool.query('UPDATE show SET starts_at = now() - $2::interval WHERE id = $1', [showId, ago])

test('the ledger of a show that is long over is removed, and its map comes from the claims', async () => {
  const [old, recent] = [await world.show(one, 1_200, 10), await world.show(one, 10)]
  for (let n = 0; n < 40; n++) await one.seating.placeLock(request(old, n, [n * 30, n * 30 + 1]))
  const { lockId } = await one.seating.placeLock(request(old, 50, [5]))
  await one.pool.query(
    `UPDATE seat_claim SET state = 'sold', booking_id = lock_id WHERE show_id = $1 AND seat_no <> 5`,
    [old],
  )
  await one.seating.rebuild(old)
  await one.seating.placeLock(request(recent, 1, [1]))
  const before = await one.seating.readMap(old)
  await began(old, '8 days')
  await began(recent, '6 days')

  expect(await one.seating.removeLedgers()).toBe(1)
  expect(await keysOf(old)).toEqual([])
  expect((await keysOf(recent)).length).toBeGreaterThan(0)
  const after = await one.seating.readMap(old)
  expect(after).toMatchObject({ stale: true, statuses: before.statuses })
  expect(after.epoch).toBe(before.epoch)

  // No question builds it again.
  const mine = { showId: old, lockId, buyerId: buyer(50) }
  expect(await one.seating.findLock(mine)).toBeNull()
  expect(await one.seating.locksOf({ showId: old, buyerId: buyer(50) })).toEqual([])
  await expect(one.seating.releaseLock(mine)).rejects.toBeInstanceOf(LockNotFound)
  await expect(one.seating.extendLock({ ...mine, idempotencyKey: 'x' })).rejects.toBeInstanceOf(LockNotFound)
  const checkout = one.seating.beginCheckout({ ...mine, bookingId: buyer(70) })
  await expect(checkout).rejects.toBeInstanceOf(LockNotFound)
  const two = await world.open('two')
  await expect(two.seating.placeLock(request(old, 60, [9]))).rejects.toBeInstanceOf(ShowNotOnSale)
  expect(await keysOf(old)).toEqual([])
})

test('a seat that is given back long after the show is done with, and shows on the map', async () => {
  const showId = await world.show(one, 10)
  const { lockId } = await one.seating.placeLock(request(showId, 1, [1, 2]))
  await began(showId, '8 days')
  await one.seating.removeLedgers()
  const owned = { showId, lockId, seats: [2] }
  const outboxId = await inTransaction(one.pool, async (tx) => {
    await freeClaims(tx, owned)
    return await recordSeatSync(tx, owned)
  })
  await one.seating.syncSeats({ ...owned, outboxId })
  const { rows } = await one.pool.query('SELECT done_at IS NOT NULL AS done FROM outbox WHERE id = $1', [
    outboxId,
  ])
  expect(rows).toEqual([{ done: true }])
  expect((await one.seating.readMap(showId)).statuses).toBe('alaaaaaaaa')
  expect(await keysOf(showId)).toEqual([])
})

test('a ledger that another Redis server had built is removed as well', async () => {
  const showId = await world.show(one, 10)
  await one.seating.placeLock(request(showId, 1, [1]))
  await one.redis.hset(`test:{${showId}}:meta`, 'home', 'another server')
  await began(showId, '8 days')
  await one.seating.removeLedgers()
  expect(await keysOf(showId)).toEqual([])
})

test('one show that cannot be swept does not keep the others from their sweep', async () => {
  const [broken, other] = [await world.show(one, 10), await world.show(one, 10)]
  for (const showId of [broken, other]) await one.seating.placeLock(request(showId, 1, [1]))
  await one.redis.del(`test:{${broken}}:locks`)
  await one.redis.set(`test:{${broken}}:locks`, 'not a sorted set')
  await one.pool.query('DELETE FROM seat_claim WHERE show_id = $1', [other])
  await one.redis.zrem(
    `test:{${other}}:locks`,
    ...(await one.redis.zrange(`test:{${other}}:locks`, '0', '-1')),
  )
  await one.seating.sweepShows()
  await one.seating.sweepShows()
  expect((await one.seating.readMap(other)).statuses).toBe('aaaaaaaaaa')
})
