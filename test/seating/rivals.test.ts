import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/platform/transaction.ts'
import { claimsToPaying, claimsToSold, recordSeatSync, SeatsUnavailable } from '../../src/seating/index.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let world: SeatingWorld
let processes: OpenedSeating[]

beforeAll(async () => {
  world = await seatingWorld()
  processes = await Promise.all(['a', 'b', 'c', 'd'].map((name) => world.open(name)))
})
afterAll(() => world.close())

const processOf = (n: number) => processes[n % processes.length] as OpenedSeating

async function sell(process: OpenedSeating, showId: number, n: number, lockId: string, seats: number[]) {
  const bookingId = buyer(10_000 + n)
  await process.seating.beginCheckout({ showId, buyerId: buyer(n), lockId, bookingId })
  const owned = { showId, lockId, seats, bookingId }
  await inTransaction(process.pool, (tx) => claimsToPaying(tx, owned))
  const outboxId = await inTransaction(process.pool, async (tx) => {
    await claimsToSold(tx, owned)
    return await recordSeatSync(tx, owned)
  })
  await process.seating.syncSeats({ ...owned, outboxId })
}

test('200 buyers over 4 processes fight for 20 seats: 20 are sold, everyone else is told which seat is gone', async () => {
  const showId = await world.show(processOf(0), 20, 4)
  const owners = new Map<number, number>()
  const told: unknown[] = []
  await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const seat = n % 20
      const process = processOf(n)
      try {
        const lock = await process.seating.placeLock({
          showId,
          buyerId: buyer(n),
          seats: [seat],
          areas: [],
          idempotencyKey: 'k',
        })
        expect(owners.has(seat)).toBe(false)
        owners.set(seat, n)
        await sell(process, showId, n, lock.lockId, [seat])
      } catch (error) {
        told.push(error)
      }
    }),
  )
  expect(owners.size).toBe(20)
  expect(told).toHaveLength(180)
  for (const error of told) expect(error).toBeInstanceOf(SeatsUnavailable)
  expect((await processOf(0).seating.readMap(showId)).statuses).toBe('b'.repeat(20))
  expect(await processOf(0).seating.compareShow(showId)).toEqual([])
  // Redis lost nothing here, so the claims never had to refuse what the ledger gave.
  expect(processes.map((process) => process.claimConflicts())).toEqual([0, 0, 0, 0])
})

test('overlapping parties in every order neither deadlock nor share a seat', async () => {
  const showId = await world.show(processOf(0), 60, 10)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 240 }, (_, n) => {
      const first = (n * 7) % 57
      const seats =
        n % 2 === 0 ? [first, first + 1, first + 2, first + 3] : [first + 3, first + 2, first + 1, first]
      return processOf(n).seating.placeLock({
        showId,
        buyerId: buyer(n),
        seats,
        areas: [],
        idempotencyKey: 'k',
      })
    }),
  )
  const taken = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value.seats : []))
  expect(new Set(taken.map((seat) => seat.seatNo)).size).toBe(taken.length)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SeatsUnavailable)
  }
  expect(await processOf(0).seating.compareShow(showId)).toEqual([])
})

test('seats that are locked, given back and expire all the time end as the claims say', async () => {
  const churn = await Promise.all(['e', 'f'].map((name) => world.open(name, { times: { lockTtlMs: 60 } })))
  const [first] = churn as [OpenedSeating, ...OpenedSeating[]]
  const showId = await world.show(first, 12, 12)
  await Promise.all(
    Array.from({ length: 24 }, async (_, n) => {
      const { seating } = churn[n % 2] as OpenedSeating
      for (let round = 0; round < 15; round++) {
        const seats = [(n + round) % 12, (n + round + 5) % 12]
        try {
          const request = { showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: `r${round}` }
          const lock = await seating.placeLock(request)
          if (n % 3 === 0) await seating.releaseLock({ showId, buyerId: buyer(n), lockId: lock.lockId })
        } catch {
          // Refused by a rival: the next round tries other seats.
        }
      }
    }),
  )
  await until(
    'every lock to end',
    async () => (await first.seating.readMap(showId)).statuses === 'a'.repeat(12),
  )
  expect(await first.seating.compareShow(showId)).toEqual([])
  const { rows } = await first.pool.query(`SELECT count(*) FROM outbox WHERE done_at IS NULL`)
  expect(rows[0].count).toBe('0')
})
