/** A notice of money that came after its booking had ended is acknowledged only when what it told is written down. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type GatewayNotice, sandboxGateway } from '../../src/payment/index.ts'
import { Outage } from '../../src/platform/failures.ts'
import {
  type BookingWorld,
  bookingWorld,
  buyer,
  gate,
  type OpenedBookings,
  see,
  until,
} from './booking-world.ts'
import { openWeather, type Weather } from './model/weather.ts'
import { realAudit } from './real-audit.ts'

let world: BookingWorld
let weather: Weather
let one: OpenedBookings
let keys = 0
let showId: number

beforeAll(async () => {
  world = await bookingWorld()
  weather = openWeather(sandboxGateway({ url: world.sandboxUrl }))
  one = await world.open('one', { gateway: weather.gateway, limits: { attendMs: 15_000 } })
})
beforeEach(async () => {
  weather.clear()
  showId = await world.show(one)
})
afterAll(() => world.close())

/** A booking that failed because the gateway was misheard, while its confirm was still on the way. */
async function failedTooEarly(): Promise<{ id: string; notice: GatewayNotice }> {
  keys += 1
  const lock = { showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: `lock-${keys}` }
  const { lockId } = await one.seating.placeLock(lock)
  const create = { showId, lockId, buyerId: buyer(1), paymentMethod: 'tok_ok', idempotencyKey: `pay-${keys}` }
  weather.brew('arrives_late', 'confirm', 1)
  const id = await one.bookings.createBooking(create)
  weather.brew('lie', 'look', 1)
  await until('it to fail', async () => {
    await one.pool.query(
      'UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL',
      [id],
    )
    await one.bookings.lookAtDue()
    return (await see(one, id)).state === 'FAILED'
  })
  const { rows } = await one.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
  return { id, notice: { kind: 'intent', intentId: rows[0].intent_id } }
}

async function settled(id: string): Promise<void> {
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', payment: 'SUCCEEDED', tickets: 2 })
  await world.audit(one, showId)
  await realAudit(one, sandboxGateway({ url: world.sandboxUrl }))
}

test.each(['away', 'lost', 'answer_lost'] as const)(
  'the gateway cannot be asked (%s): the notice is not acknowledged, and heard when it is told again',
  async (trouble) => {
    const { id, notice } = await failedTooEarly()
    await weather.arrive()
    weather.brew(trouble, 'look', 3)
    await expect(one.bookings.hearNotice(notice)).rejects.toBeInstanceOf(Outage)
    expect((await see(one, id)).state).toBe('FAILED')
    weather.clear()
    await one.bookings.hearNotice(notice)
    await settled(id)
  },
)

test('a notice that comes right after a look that found nothing is looked at again', async () => {
  const { id, notice } = await failedTooEarly()
  await one.bookings.hearNotice(notice)
  expect((await see(one, id)).state).toBe('FAILED')
  await weather.arrive()
  await one.bookings.hearNotice(notice)
  await settled(id)
})

test('a notice that comes while another process looks, and has looked too early, is not taken for heard', async () => {
  const point = gate('booking: look answered')
  const { faultPoint } = point
  const two = await world.open('two', { gateway: weather.gateway, limits: { attendMs: 15_000 }, faultPoint })
  const { id, notice } = await failedTooEarly()
  const early = two.bookings.hearNotice(notice)
  await point.arrived
  await weather.arrive()
  const heard = one.bookings.hearNotice(notice)
  point.open()
  await Promise.all([early, heard])
  await settled(id)
})

test('what is told again of money that is written down moves nothing, also when the gateway cannot be asked', async () => {
  const { id, notice } = await failedTooEarly()
  await weather.arrive()
  await one.bookings.hearNotice(notice)
  weather.isDown = true
  await Promise.all(Array.from({ length: 10 }, () => one.bookings.hearNotice(notice)))
  weather.isDown = false
  await settled(id)
})
