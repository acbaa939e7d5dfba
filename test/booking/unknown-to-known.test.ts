/** How long a buyer waits whose payment has no answer: with the product's own looks, and the gateway answering them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookingLimits } from '../../src/booking/booking-limits.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  // Only the wait for the answer that does not come is shorter than in production.
  one = await world.open('one', { limits: { ...bookingLimits, gatewayTimeoutMs: 400 } })
  one.bookings.start()
})
afterAll(() => world.close())

test('what the gateway knows is known here within seconds, and everybody has what they paid for', {
  timeout: 60_000,
}, async () => {
  const tokens = ['tok_late', 'tok_reset', 'tok_error']
  const ids = await Promise.all(
    Array.from({ length: 30 }, async (_, n) => {
      const showId = await world.show(one, { seats: 2, places: 0 })
      const { lockId } = await one.seating.placeLock({
        ...{ showId, buyerId: buyer(n), seats: [0], areas: [], idempotencyKey: 'lock' },
      })
      const paymentMethod = tokens[n % tokens.length] ?? ''
      return await one.bookings.createBooking({
        ...{ showId, lockId, buyerId: buyer(n), paymentMethod, idempotencyKey: 'pay' },
      })
    }),
  )
  for (const id of ids)
    await until('it to be known', async () => (await see(one, id)).state === 'CONFIRMED', 30_000)
  const { rows } = await one.pool.query<{ ms: number }>(
    `SELECT (extract(epoch FROM known.at - unknown.at) * 1000)::float8 AS ms
       FROM booking_change unknown JOIN booking_change known
         ON known.booking_id = unknown.booking_id AND known.from_state = 'PAYMENT_UNKNOWN'
      WHERE unknown.to_state = 'PAYMENT_UNKNOWN' ORDER BY ms`,
  )
  const waits = rows.map(({ ms }) => Math.round(ms))
  console.log(
    JSON.stringify({
      unknown: waits.length,
      p50Ms: waits[Math.floor(waits.length / 2)],
      maxMs: waits.at(-1),
    }),
  )
  expect(waits.length).toBeGreaterThan(0)
  // Looks come after 1 s, 2 s and 5 s.
  expect(waits.at(-1)).toBeLessThan(20_000)
})
