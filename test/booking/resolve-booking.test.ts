/** The word of a person on a booking of which the gateway does not tell. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { GatewayDisagrees, NoRefundToRetry, NothingToResolve, retryRefund } from '../../src/booking/index.ts'
import { GatewayUnknown, type PaymentGateway, sandboxGateway } from '../../src/payment/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings
/** What looks and cancels come to. */
let silent = true

beforeAll(async () => {
  world = await bookingWorld()
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const away = () => Promise.reject(new GatewayUnknown(new Error('no answer')))
  const gateway: PaymentGateway = {
    ...honest,
    look: (intentId, bounds) => (silent ? away() : honest.look(intentId, bounds)),
    cancel: (intentId, request, bounds) => (silent ? away() : honest.cancel(intentId, request, bounds)),
  }
  one = await world.open('one', { gateway, limits: { unknownMsMax: 1 } })
})
afterEach(() => {
  silent = true
})
afterAll(() => world.close())

let keys = 0

async function stuck(paymentMethod: string): Promise<{ showId: number; id: string }> {
  const showId = await world.show(one)
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0], areas: [], idempotencyKey: 'lock' },
  })
  const id = await one.bookings.createBooking({
    ...{ showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod, idempotencyKey: `key-${++keys}` },
  })
  await until('a person to be needed', async () => {
    await one.pool.query('UPDATE booking SET next_look_at = now() WHERE id = $1', [id])
    await one.bookings.lookAtDue()
    return (await see(one, id)).state === 'NEEDS_OPERATOR'
  })
  return { showId, id }
}

const says = (id: string, paid: boolean) =>
  one.bookings.resolveBooking({
    bookingId: id,
    paid,
    by: 'ops@house.example',
    reason: 'seen in the dashboard',
  })

test('paid, they say, and the gateway stays silent: the tickets are issued, and the history tells on whose word', async () => {
  const { showId, id } = await stuck('tok_reset')
  expect(await says(id, true)).toEqual({ state: 'CONFIRMED', told: false })
  const { rows } = await one.pool.query(
    'SELECT reason FROM booking_change WHERE booking_id = $1 ORDER BY id DESC LIMIT 1',
    [id],
  )
  expect(rows[0].reason).toBe('ops@house.example says that it is paid: seen in the dashboard')
  await world.audit(one, showId)
  await expect(says(id, true)).rejects.toBeInstanceOf(NothingToResolve)
})

test('not paid, they say, and the gateway stays silent: the seats are free again', async () => {
  const { showId, id } = await stuck('tok_timeout')
  expect(await says(id, false)).toEqual({ state: 'FAILED', told: false })
  expect((await one.seating.readMap(showId)).statuses[0]).toBe('a')
  await world.audit(one, showId)
})

test('the gateway tells at last, and tells the same: its word counts', async () => {
  const { showId, id } = await stuck('tok_reset')
  silent = false
  expect(await says(id, true)).toEqual({ state: 'CONFIRMED', told: true })
  await world.audit(one, showId)
})

test('the gateway tells otherwise: the person is told, and the gateway is believed', async () => {
  const { showId, id } = await stuck('tok_reset')
  silent = false
  await expect(says(id, false)).rejects.toBeInstanceOf(GatewayDisagrees)
  await until('the gateway to be believed', async () => {
    await one.pool.query(
      'UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL',
      [id],
    )
    await one.bookings.lookAtDue()
    return (await see(one, id)).state === 'CONFIRMED'
  })
  await world.audit(one, showId)
})

test('a refund that a person has seen to is owed again, while its key lives', async () => {
  silent = false
  const showId = await world.show(one)
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0], areas: [], idempotencyKey: 'lock' },
  })
  const id = await one.bookings.createBooking({
    ...{
      showId,
      lockId: lock.lockId,
      buyerId: buyer(1),
      paymentMethod: 'tok_ok',
      idempotencyKey: `key-${++keys}`,
    },
  })
  await until('it to be paid', async () => (await see(one, id)).state === 'CONFIRMED')
  await world.vanish()
  await one.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  const { rows } = await one.pool.query(
    `UPDATE refund SET state = 'NEEDS_OPERATOR', next_try_at = NULL RETURNING id`,
  )
  await world.comeBack()
  const request = { refundId: rows[0].id, by: 'ops', reason: 'the account was empty' }
  await one.pool.query(
    `INSERT INTO refund_change (refund_id, from_state, to_state, reason) VALUES ($1, 'OWED', 'NEEDS_OPERATOR', 'test')`,
    [request.refundId],
  )
  await retryRefund(one.pool, request)
  await until('it to be paid back', async () => {
    await one.bookings.lookAtDue()
    return (await see(one, id)).refunds.includes('SUCCEEDED')
  })
  await world.audit(one, showId)
  await expect(retryRefund(one.pool, request)).rejects.toBeInstanceOf(NoRefundToRetry)
})

test('a refund so old that its key may be forgotten is not tried again', async () => {
  const { rows } = await one.pool.query(
    `UPDATE refund SET state = 'NEEDS_OPERATOR', created_at = now() - interval '21 hours' RETURNING id`,
  )
  await expect(
    retryRefund(one.pool, { refundId: rows[0].id, by: 'ops', reason: 'x' }),
  ).rejects.toBeInstanceOf(NoRefundToRetry)
})
