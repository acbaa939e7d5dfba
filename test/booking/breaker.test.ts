/** The gateway behind its breaker: a booking is put off at once, charged once, and never lost. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { guardedGateway, sandboxGateway } from '../../src/payment/index.ts'
import { openBreaker } from '../../src/platform/resilience.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings
const breaker = openBreaker({ name: 'payment', limits: { windowMs: 1_000, openMs: 500 } })

beforeAll(async () => {
  world = await bookingWorld()
  const gateway = guardedGateway(sandboxGateway({ url: world.sandboxUrl }), breaker)
  one = await world.open('one', { gateway, limits: { gatewayRetryDelaysMs: [1_000, 3_000] } })
})
afterEach(() => world.comeBack())
afterAll(() => world.close())

let keys = 0

async function request() {
  const showId = await world.show(one)
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: 'lock' },
  })
  const idempotencyKey = `key-${++keys}`
  return { showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod: 'tok_ok', idempotencyKey }
}

test('while it is open a booking is PAYMENT_QUEUED without waiting for retries, and made when the gateway is back', async () => {
  const create = await request()
  await world.vanish()
  const gateway = guardedGateway(sandboxGateway({ url: world.sandboxUrl }), breaker)
  await until('the breaker to open', async () => {
    await gateway.look('pi_none').catch(() => {})
    return breaker.isOpen
  })
  const begun = performance.now()
  const id = await one.bookings.createBooking(create)
  expect(performance.now() - begun).toBeLessThan(900)
  expect(await see(one, id)).toMatchObject({ state: 'PAYMENT_QUEUED' })
  expect((await one.seating.readMap(create.showId)).statuses.slice(0, 2)).toBe('ll')

  await world.comeBack()
  await until('it to be booked', async () => {
    await one.pool.query(
      'UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL',
      [id],
    )
    await one.bookings.lookAtDue()
    return (await see(one, id)).state === 'CONFIRMED'
  })
  const captures = (await world.movements()).filter(
    ({ kind, reference }) => kind === 'capture' && reference === id,
  )
  expect(captures).toHaveLength(1)
  await world.audit(one, create.showId)
})
