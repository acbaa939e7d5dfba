/** Redis comes back with an old snapshot, or with another clock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SeatsUnavailable } from '../../src/seating/index.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

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

const mapOf = async (showId: number) => (await one.seating.readMap(showId)).statuses

test('an old snapshot gives no seat away that was claimed since, and keeps none that was given back', async () => {
  const showId = await world.show(one, 10, 4)
  const early = await one.seating.placeLock(request(showId, 1, [1]))
  const mine = { showId, lockId: early.lockId, buyerId: buyer(1) }
  const before = await one.seating.readMap(showId)
  await one.redis.save()
  await one.seating.releaseLock(mine)
  const late = await one.seating.placeLock(request(showId, 2, [2, 3, 4]))
  await world.redis.restart()
  await until('the map to come from the ledger again', async () => {
    const map = await one.seating.readMap(showId).catch(() => null)
    return map?.stale === false
  })
  const map = await one.seating.readMap(showId)
  expect(map.epoch).toBeGreaterThan(before.epoch)
  expect(map.statuses).toBe('aalllaaaaa')
  expect(await one.seating.findLock(mine)).toBeNull()
  expect(await one.seating.findLock({ showId, lockId: late.lockId, buyerId: buyer(2) })).not.toBeNull()
  // Counted anew as well: what each buyer has now, not what they had then.
  await expect(one.seating.placeLock(request(showId, 2, [7, 8], 'more'))).rejects.toMatchObject({ held: 3 })
  await one.seating.placeLock(request(showId, 1, [5, 6, 7, 8], 'more'))
  expect(await one.seating.compareShow(showId)).toEqual([])
})

describe('a clock of Redis that jumps', () => {
  /**
   * A jump by `ms` is what a show looks like whose every moment lies `ms` further in the past, in the ledger and in the
   * claims.
   */
  async function jump(showId: number, ms: number): Promise<void> {
    const base = `test:{${showId}}`
    const locks = await one.redis.zrange(`${base}:locks`, '0', '-1')
    for (const id of locks) {
      await one.redis.zincrby(`${base}:locks`, -ms, id)
      await one.redis.hincrby(`${base}:lock:${id}`, 'expires', -ms)
      await one.redis.hincrby(`${base}:lock:${id}`, 'placed', -ms)
    }
    await one.pool.query(
      `UPDATE seat_claim SET expires_at = expires_at - $2 * interval '1 ms',
                             decided_at = decided_at - $2 * interval '1 ms' WHERE show_id = $1`,
      [showId, ms],
    )
  }

  test('forwards ends locks early, in the ledger and in the claims alike', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1, 2]))
    await jump(showId, 3_600_000)
    await one.seating.placeLock(request(showId, 2, [1]))
    expect(one.claimConflicts()).toBe(0)
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    expect(await one.seating.findLock(mine)).toBeNull()
    await one.seating.sweepShow(showId)
    expect(await mapOf(showId)).toBe('alaaaaaaaa')
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('backwards makes locks last longer, and gives nobody`s seat away', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    await jump(showId, -3_600_000)
    await expect(one.seating.placeLock(request(showId, 2, [1]))).rejects.toBeInstanceOf(SeatsUnavailable)
    await one.seating.sweepShow(showId)
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    expect(await one.seating.findLock(mine)).not.toBeNull()
    await one.seating.releaseLock(mine)
    await one.seating.placeLock(request(showId, 2, [1]))
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('backwards after a lock had ended shows its seat locked again, and never to two buyers', async () => {
    const showId = await world.show(one, 10)
    const short = await world.open('short', { times: { lockTtlMs: 100 } })
    await short.seating.placeLock(request(showId, 1, [1]))
    await until('the lock to end', async () => (await mapOf(showId)) === 'aaaaaaaaaa')
    await jump(showId, -2_000)
    // The ledger has ended the lock; by the clock of now its claim has not.
    const rival = one.seating.placeLock(request(showId, 2, [1]))
    await expect(rival).rejects.toBeInstanceOf(SeatsUnavailable)
    expect(await mapOf(showId)).toBe('alaaaaaaaa')
    // It lives to its end by that clock, on time, and then the seat is free.
    await until('the lock to end again', async () => (await mapOf(showId)) === 'aaaaaaaaaa', 4_000)
    await one.seating.placeLock(request(showId, 2, [1], 'again'))
    expect(await one.seating.compareShow(showId)).toEqual([])
  })
})

test('a seat brought back from a claim that has ended is free, not locked until the next sweep', async () => {
  const showId = await world.show(one, 10)
  const short = await world.open('brief', { times: { lockTtlMs: 50 } })
  await short.seating.placeLock(request(showId, 1, [1]))
  await until('the lock to end', async () => (await mapOf(showId)) === 'aaaaaaaaaa')
  await one.seating.syncSeats({ showId, lockId: null, seats: [1] })
  expect(await mapOf(showId)).toBe('aaaaaaaaaa')
})

test('a seat_sync of a seat that the plan does not have leaves the map as it is', async () => {
  const showId = await world.show(one, 10)
  await one.seating.readMap(showId)
  await one.seating.closeSeats({ showId, seats: [12] })
  expect(await mapOf(showId)).toBe('aaaaaaaaaa')
})
