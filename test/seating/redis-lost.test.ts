import { afterAll, beforeAll, expect, test } from 'vitest'
import { LedgerAway } from '../../src/seating/index.ts'
import { buyer, gate, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let world: SeatingWorld
let one: OpenedSeating
let two: OpenedSeating

beforeAll(async () => {
  world = await seatingWorld()
  one = await world.open('one')
  two = await world.open('two')
})
afterAll(() => world.close())

const request = (showId: number, n: number, seats: number[], idempotencyKey = 'k') => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey },
})

test('an emptied Redis is rebuilt from the claims: same map, same locks, a higher epoch', async () => {
  const showId = await world.show(one, 30)
  const lock = await one.seating.placeLock(request(showId, 1, [1, 2]))
  const paying = await one.seating.placeLock(request(showId, 2, [7]))
  await one.seating.closeSeats({ showId, seats: [20] })
  await one.pool.query(
    `UPDATE seat_claim SET state = 'sold', booking_id = lock_id WHERE show_id = $1 AND lock_id = $2`,
    [showId, paying.lockId],
  )
  const before = await one.seating.readMap(showId)
  await one.redis.flushall()
  const after = await two.seating.readMap(showId)
  expect(after.epoch).toBeGreaterThan(before.epoch)
  expect(after.statuses).toBe('allaaaabaaaaaaaaaaaanaaaaaaaaa')
  const mine = { showId, buyerId: buyer(1), lockId: lock.lockId }
  expect((await two.seating.findLock(mine))?.expiresAt).toEqual(lock.expiresAt)
  expect((await two.seating.releaseLock(mine)).released).toEqual([1, 2])
  expect(await one.seating.compareShow(showId)).toEqual([])
})

test('Redis emptied and restarted mid-sale: no seat is acknowledged to two buyers, and the map ends as the claims say', async () => {
  const showId = await world.show(one, 40, 4)
  const owners = new Map<number, string[]>()
  let stop = false
  const buyers = Array.from({ length: 30 }, async (_, n) => {
    const { seating } = n % 2 ? one : two
    for (let round = 0; !stop; round++) {
      const seats = [(n * 3 + round) % 40]
      try {
        const lock = await seating.placeLock(request(showId, n, seats, `r${round}`))
        for (const seat of seats) owners.set(seat, [...(owners.get(seat) ?? []), lock.buyerId])
        if (lock.seats.length > 0 && round > 3) return
      } catch {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  })
  await until('some seats to be locked', async () => owners.size > 4)
  await one.redis.flushall().catch(() => {})
  await until('locking to go on', async () => owners.size > 10)
  await world.redis.restart()
  await until('locking to go on after the restart', async () => owners.size > 20)
  await one.redis.flushall().catch(() => {})
  await until('most seats to be locked', async () => owners.size > 30)
  stop = true
  await Promise.all(buyers)
  // The other process may have been connected again sooner.
  await until('the connection to be back', async () => !(await one.seating.readMap(showId)).stale)
  await until('ledger and claims to agree', async () => {
    await one.seating.sweepShow(showId)
    return (await one.seating.compareShow(showId)).length === 0
  })
  const { rows } = await one.pool.query('SELECT seat_no, buyer_id FROM seat_claim WHERE show_id = $1', [
    showId,
  ])
  const claimed = new Map(rows.map((row) => [row.seat_no, row.buyer_id]))
  for (const [seat, acknowledged] of owners) {
    expect(new Set(acknowledged).size, `seat ${seat}`).toBe(1)
    expect(claimed.get(seat), `seat ${seat}`).toBe(acknowledged[0])
  }
})

test('a Redis that lost its last writes and kept its name cannot give a claimed seat away', async () => {
  const showId = await world.show(one, 10)
  await one.seating.placeLock(request(showId, 1, [5]))
  // What an asynchronous failover loses: the write is gone, everything else looks as before.
  const lockId = await one.redis.hget(`test:{${showId}}:holders`, '5')
  await one.redis.setrange(`test:{${showId}}:statuses`, 5, 'a')
  await one.redis.hdel(`test:{${showId}}:holders`, '5')
  await one.redis.zrem(`test:{${showId}}:locks`, lockId ?? '')
  await one.redis.del(`test:{${showId}}:lock:${lockId}`)
  const before = one.claimConflicts()
  await expect(one.seating.placeLock(request(showId, 2, [5, 6]))).rejects.toMatchObject({
    seats: [{ seatNo: 5 }],
  })
  expect(one.claimConflicts()).toBe(before + 1)
  expect((await one.seating.readMap(showId)).statuses).toBe('aaaaalaaaa')
  expect(await one.seating.compareShow(showId)).toEqual([])
})

test('a rebuild while writers are in flight: what was decided before it is decided again after it', async () => {
  const showId = await world.show(one, 10)
  await one.seating.readMap(showId)
  const pause = gate('place: between ledger and claims')
  const slow = await world.open('slow', { faultPoint: pause.faultPoint })
  const slowLock = slow.seating.placeLock(request(showId, 1, [5]))
  await pause.arrived
  await two.seating.rebuild(showId)
  // The new ledger does not know of the taking in flight, so a rival is faster.
  await two.seating.placeLock(request(showId, 2, [5]))
  pause.open()
  await expect(slowLock).rejects.toMatchObject({ code: 'SEATS_UNAVAILABLE' })
  expect(await two.seating.compareShow(showId)).toEqual([])
})

test('a rebuild again and again while buyers lock and give back: nothing disagrees in the end', async () => {
  const showId = await world.show(one, 50, 10)
  let stop = false
  const buyers = Array.from({ length: 16 }, async (_, n) => {
    const { seating } = n % 2 ? one : two
    for (let round = 0; !stop; round++) {
      try {
        const lock = await seating.placeLock(
          request(showId, n, [(n * 3 + round) % 50, (n * 3 + round + 1) % 50], `r${round}`),
        )
        if (round % 2) await seating.releaseLock({ showId, buyerId: buyer(n), lockId: lock.lockId })
      } catch {
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  })
  for (let n = 0; n < 25; n++) await (n % 2 ? one : two).seating.rebuild(showId)
  stop = true
  await Promise.all(buyers)
  await until('ledger and claims to agree', async () => {
    await one.seating.sweepShow(showId)
    return (await one.seating.compareShow(showId)).length === 0
  })
})

test('with Redis away new locks are refused as retryable, and the map comes from the claims', async () => {
  const showId = await world.show(one, 10)
  await one.seating.placeLock(request(showId, 1, [3]))
  await world.redis.kill()
  await until('the connection to be lost', async () => {
    const refused = await one.seating.placeLock(request(showId, 2, [4])).catch((error) => error)
    return refused instanceof LedgerAway && refused.retryAfterMs > 0
  })
  expect(await one.seating.readMap(showId)).toMatchObject({ stale: true, statuses: 'aaalaaaaaa' })
  await world.redis.start()
  await until('locking to work again', async () => {
    const lock = await one.seating.placeLock(request(showId, 2, [4])).catch(() => null)
    return lock !== null
  })
  expect((await one.seating.readMap(showId)).statuses).toBe('aaallaaaaa')
})
