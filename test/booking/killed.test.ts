import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CreateBooking } from '../../src/booking/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'
import { killed } from './killed.ts'

let world: BookingWorld
/** Watches and carries on what the dead left. */
let survivor: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  survivor = await world.open('survivor')
  survivor.bookings.start()
})
afterAll(() => world.close())

let keys = 0

async function lockedRequest(paymentMethod: string): Promise<CreateBooking> {
  const showId = await world.show(survivor)
  const lock = await survivor.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: 'lock' },
  })
  keys += 1
  return { showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod, idempotencyKey: `victim-${keys}` }
}

async function bookingOf(showId: number): Promise<string> {
  const { rows } = await survivor.pool.query('SELECT id FROM booking WHERE show_id = $1', [showId])
  expect(rows).toHaveLength(1)
  return rows[0].id
}

async function settled(showId: number, state: string): Promise<void> {
  const id = await bookingOf(showId)
  await until(`the booking to be ${state}`, async () => (await see(survivor, id)).state === state, 20_000)
  await until('refunds to be paid', async () => !(await see(survivor, id)).refunds.includes('OWED'))
  await survivor.pool.query('UPDATE outbox SET due_at = now() WHERE done_at IS NULL')
  await until('the ledger to be told', async () => {
    await survivor.seating.relaySeatSyncs()
    const { rows } = await survivor.pool.query('SELECT 1 FROM outbox WHERE done_at IS NULL')
    return rows.length === 0
  })
  await world.audit(survivor, showId)
}

async function chargesOf(showId: number): Promise<number> {
  const id = await bookingOf(showId)
  const movements = await world.movements()
  return movements.filter(({ kind, reference }) => kind === 'capture' && reference === id).length
}

test.each([
  ['booking: begun', 'tok_ok', 'CONFIRMED', 1],
  ['booking: open answered', 'tok_ok', 'CONFIRMED', 1],
  ['booking: intent noted', 'tok_ok', 'CONFIRMED', 1],
  // Nobody but the dead process could know that it had not sent it, so it counts as sent and lost.
  ['booking: confirm marked', 'tok_ok', 'FAILED', 0],
  ['booking: confirm answered', 'tok_ok', 'CONFIRMED', 1],
  ['booking: sold', 'tok_ok', 'CONFIRMED', 1],
  ['booking: confirm answered', 'tok_declined', 'FAILED', 0],
  ['booking: given up', 'tok_declined', 'FAILED', 0],
])(
  'killed at "%s" with %s: another process brings the booking to %s',
  async (diesAt, token, state, charges) => {
    const create = await lockedRequest(token)
    await killed(world, { diesAt, create })
    await settled(create.showId, state)
    expect(await chargesOf(create.showId)).toBe(charges)
  },
)

test('killed while the gateway charges: the charge is looked up, and made once', async () => {
  const create = await lockedRequest('tok_slow')
  await killed(world, { diesAt: 'booking: confirm marked', diesAfterMs: 300, create })
  await settled(create.showId, 'CONFIRMED')
  expect(await chargesOf(create.showId)).toBe(1)
})

test('killed between checkout and the first commit: the repeat with the same key makes the booking', async () => {
  const create = await lockedRequest('tok_ok')
  await killed(world, { diesAt: 'booking: checkout begun', create })
  await survivor.bookings.createBooking(create)
  await settled(create.showId, 'CONFIRMED')
  expect(await chargesOf(create.showId)).toBe(1)
})

test.each(['booking: begun', 'booking: intent noted', 'booking: confirm answered'])(
  'killed at "%s": the buyer`s repeat carries on where nobody watches',
  async (diesAt) => {
    const unwatched = await bookingWorld()
    try {
      const idle = await unwatched.open('idle')
      const showId = await unwatched.show(idle)
      const lock = await idle.seating.placeLock({
        ...{ showId, buyerId: buyer(1), seats: [0], areas: [], idempotencyKey: 'lock' },
      })
      const create = {
        ...{ showId, lockId: lock.lockId, buyerId: buyer(1) },
        ...{ paymentMethod: 'tok_ok', idempotencyKey: 'victim' },
      }
      await killed(unwatched, { diesAt, create })
      const id = await idle.bookings.createBooking(create)
      expect((await see(idle, id)).state).toBe('CONFIRMED')
      await unwatched.audit(idle, showId)
    } finally {
      await unwatched.close()
    }
  },
)

test.each(['booking: sale undone', 'refund: answered'])(
  'killed at "%s" while cancelling: the money goes back once',
  async (diesAt) => {
    const create = await lockedRequest('tok_ok')
    const bookingId = await survivor.bookings.createBooking(create)
    await killed(world, { diesAt, cancel: { bookingId, buyerId: create.buyerId } })
    await settled(create.showId, 'CANCELLED')
    expect((await see(survivor, bookingId)).refunds).toEqual(['SUCCEEDED'])
  },
)

test('killed after the gateway cancelled: the booking ends without a charge, and the seats are free', async () => {
  const create = await lockedRequest('tok_requires_action')
  const bookingId = await survivor.bookings.createBooking(create)
  await killed(world, { diesAt: 'cancel: gateway answered', cancel: { bookingId, buyerId: create.buyerId } })
  await settled(create.showId, 'FAILED')
  expect(await chargesOf(create.showId)).toBe(0)
})
