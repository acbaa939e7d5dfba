import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { BookingNotFound, NotCancellable, PaymentUndecided } from '../../src/booking/index.ts'
import { sandboxGateway } from '../../src/payment/index.ts'
import {
  type BookingWorld,
  bookingWorld,
  buyer,
  gate,
  type OpenedBookings,
  see,
  until,
} from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings
let two: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
  two = await world.open('two')
  two.bookings.start()
})
afterEach(() => world.comeBack())
afterAll(() => world.close())

let keys = 0

async function request(paymentMethod: string, showId?: number) {
  const key = ++keys
  const id = showId ?? (await world.show(one))
  const lock = await one.seating.placeLock({
    ...{ showId: id, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: `lock-${key}` },
  })
  return {
    ...{ showId: id, lockId: lock.lockId, buyerId: buyer(1) },
    ...{ paymentMethod, idempotencyKey: `key-${key}` },
  }
}

const cancel = (by: OpenedBookings, bookingId: string) =>
  by.bookings.cancelBooking({ bookingId, buyerId: buyer(1) })

const letters = async (showId: number) => (await one.seating.readMap(showId)).statuses

test('a paid booking: tickets void, seats free at once, the money back once, however often it is repeated', async () => {
  const create = await request('tok_ok')
  const id = await one.bookings.createBooking(create)
  await Promise.all(Array.from({ length: 10 }, (_, index) => cancel(index % 2 ? one : two, id)))
  expect(await cancel(two, id)).toBe(id)
  expect((await letters(create.showId)).slice(0, 2)).toBe('aa')
  await until('the refund', async () => (await see(one, id)).refunds[0] === 'SUCCEEDED')
  expect(await see(one, id)).toMatchObject({
    ...{ state: 'CANCELLED', tickets: 0, refunds: ['SUCCEEDED'] },
    history: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  })
  await world.audit(one, create.showId)
  await one.bookings.createBooking(await request('tok_ok', create.showId))
  await world.audit(one, create.showId)
})

test('while the buyer is asked to approve: cancelled at the gateway, so that approving later charges nothing', async () => {
  const create = await request('tok_requires_action')
  const id = await one.bookings.createBooking(create)
  const { action_url: url } = await see(one, id)
  await cancel(one, id)
  expect(await see(one, id)).toMatchObject({ state: 'CANCELLED', payment: 'CANCELLED', refunds: [] })
  await fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ answer: 'approve' }) })
  await world.audit(one, create.showId)
})

test('before a confirm was sent: cancelled at once although the gateway is away, and nothing is charged when it is back', async () => {
  const create = await request('tok_ok')
  await world.vanish()
  let id = ''
  try {
    id = await one.bookings.createBooking(create)
    expect(await see(one, id)).toMatchObject({ state: 'PAYMENT_QUEUED', payment: 'OPENING' })
    await cancel(one, id)
  } finally {
    await world.comeBack()
  }
  expect(await see(one, id)).toMatchObject({ state: 'CANCELLED', payment: 'CANCELLED' })
  expect((await letters(create.showId)).slice(0, 2)).toBe('aa')
  await two.bookings.lookAtDue()
  await world.audit(one, create.showId)
})

test('after the money moved but before anyone wrote it down: sold, undone, and paid back once', async () => {
  const point = gate('booking: confirm answered')
  const held = await world.open('held', { faultPoint: point.faultPoint })
  const create = await request('tok_ok')
  const answer = held.bookings.createBooking(create)
  await point.arrived
  const { rows } = await one.pool.query('SELECT id FROM booking WHERE show_id = $1', [create.showId])
  const id: string = rows[0].id
  await cancel(one, id)
  point.open()
  expect(await answer).toBe(id)
  expect(await see(one, id)).toMatchObject({
    ...{ state: 'CANCELLED', tickets: 0, refunds: ['SUCCEEDED'] },
    history: ['PENDING', 'CONFIRMED', 'CANCELLED'],
  })
  await world.audit(one, create.showId)
})

test('when the gateway does not answer, nothing is changed, the seats stay, and it may be tried again', async () => {
  const create = await request('tok_requires_action')
  const id = await one.bookings.createBooking(create)
  await world.vanish()
  try {
    await expect(cancel(one, id)).rejects.toBeInstanceOf(PaymentUndecided)
    expect((await see(one, id)).state).toBe('REQUIRES_ACTION')
    expect((await letters(create.showId)).slice(0, 2)).toBe('ll')
  } finally {
    await world.comeBack()
  }
  await cancel(one, id)
  await world.audit(one, create.showId)
})

test('money that a gateway takes after it had said that it would not goes back, once', async () => {
  const point = gate('booking: confirm marked')
  const held = await world.open('deceived', { faultPoint: point.faultPoint })
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const liar = await world.open('liar', {
    gateway: { ...honest, cancel: async (intentId) => ({ intentId, outcome: { tag: 'cancelled' } }) },
  })
  const create = await request('tok_ok')
  const answer = held.bookings.createBooking(create)
  await point.arrived
  const { rows } = await one.pool.query('SELECT id FROM booking WHERE show_id = $1', [create.showId])
  await cancel(liar, rows[0].id)
  point.open()
  const id = await answer
  await until('the refund', async () => (await see(one, id)).refunds[0] === 'SUCCEEDED')
  expect(await see(one, id)).toMatchObject({ state: 'CANCELLED', payment: 'SUCCEEDED', tickets: 0 })
  await world.audit(one, create.showId)
})

test('another buyer`s booking and no booking at all are not told apart', async () => {
  const id = await one.bookings.createBooking(await request('tok_ok'))
  const mine = one.bookings.cancelBooking({ bookingId: id, buyerId: buyer(2) })
  await expect(mine).rejects.toBeInstanceOf(BookingNotFound)
  await expect(cancel(one, '00000000-0000-4000-8000-00000000dead')).rejects.toBeInstanceOf(BookingNotFound)
  expect((await see(one, id)).state).toBe('CONFIRMED')
})

test('a failed booking, and any booking of a show that has begun, stay as they are', async () => {
  const failed = await one.bookings.createBooking(await request('tok_declined'))
  await expect(cancel(one, failed)).rejects.toMatchObject({ code: 'NOT_CANCELLABLE', state: 'FAILED' })
  const create = await request('tok_ok')
  const id = await one.bookings.createBooking(create)
  await one.pool.query(`UPDATE show SET starts_at = now() - interval '1 minute' WHERE id = $1`, [
    create.showId,
  ])
  await expect(cancel(one, id)).rejects.toBeInstanceOf(NotCancellable)
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', tickets: 2, refunds: [] })
  await world.audit(one, create.showId)
})
