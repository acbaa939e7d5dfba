import { afterAll, beforeAll, expect, test } from 'vitest'
import { NotCancellable, SeatsNotBooked } from '../../src/booking/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings
let two: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
  two = await world.open('two')
  two.bookings.start()
})
afterAll(() => world.close())

let keys = 0

async function booked(seats: number[], { showId = 0, paymentMethod = 'tok_ok' } = {}) {
  const key = ++keys
  const id = showId || (await world.show(one))
  const lock = await one.seating.placeLock({
    ...{ showId: id, buyerId: buyer(1), seats, areas: [], idempotencyKey: `lock-${key}` },
  })
  const bookingId = await one.bookings.createBooking({
    ...{ showId: id, lockId: lock.lockId, buyerId: buyer(1), paymentMethod, idempotencyKey: `key-${key}` },
  })
  return { showId: id, bookingId }
}

const give = (by: OpenedBookings, bookingId: string, seats?: number[]) =>
  by.bookings.cancelBooking({ bookingId, buyerId: buyer(1), ...(seats && { seats }) })

async function refundsOf(bookingId: string): Promise<{ amount: number; state: string }[]> {
  const { rows } = await one.pool.query(
    'SELECT amount_minor AS amount, state FROM refund WHERE booking_id = $1 ORDER BY created_at, id',
    [bookingId],
  )
  return rows
}

const paid = (bookingId: string) =>
  until('refunds to be paid', async () =>
    (await refundsOf(bookingId)).every(({ state }) => state === 'SUCCEEDED'),
  )

test('seats of a paid booking: their tickets void, their seats free at once, their money back, the others stay', async () => {
  const { showId, bookingId } = await booked([0, 1, 2])
  await give(one, bookingId, [1])
  expect((await one.seating.readMap(showId)).statuses.slice(0, 4)).toBe('baba')
  await paid(bookingId)
  expect(await refundsOf(bookingId)).toEqual([{ amount: 2_500, state: 'SUCCEEDED' }])
  expect(await see(one, bookingId)).toMatchObject({
    ...{ state: 'CONFIRMED', tickets: 2, history: ['PENDING', 'CONFIRMED', 'CONFIRMED'] },
  })
  await world.audit(one, showId)
  await booked([1], { showId })
  await world.audit(one, showId)
})

test('the same seats given back again and again, by two processes at once, pay once; the rest can still follow', async () => {
  const { showId, bookingId } = await booked([0, 1, 2])
  await Promise.all(Array.from({ length: 8 }, (_, n) => give(n % 2 ? one : two, bookingId, [0])))
  await Promise.all([
    give(one, bookingId, [0, 1]),
    give(two, bookingId, [1, 2]),
    give(two, bookingId),
    give(one, bookingId, [2]),
  ])
  await paid(bookingId)
  expect((await see(one, bookingId)).state).toBe('CANCELLED')
  const amounts = (await refundsOf(bookingId)).map(({ amount }) => amount)
  expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(7_500)
  await world.audit(one, showId)
})

test('giving back the last seats is cancelling the booking', async () => {
  const { showId, bookingId } = await booked([0, 1])
  await give(one, bookingId, [0])
  await give(one, bookingId, [1])
  await paid(bookingId)
  expect((await see(one, bookingId)).state).toBe('CANCELLED')
  expect(await refundsOf(bookingId)).toHaveLength(2)
  await world.audit(one, showId)
})

test('seats that the booking never had are refused, and nothing happens; a part of an unpaid booking too', async () => {
  const { showId, bookingId } = await booked([0, 1])
  await expect(give(one, bookingId, [0, 7])).rejects.toBeInstanceOf(SeatsNotBooked)
  expect(await see(one, bookingId)).toMatchObject({ tickets: 2, refunds: [] })
  const asked = await booked([5, 6], { showId, paymentMethod: 'tok_requires_action' })
  await expect(give(one, asked.bookingId, [5])).rejects.toMatchObject({
    ...{ code: 'NOT_CANCELLABLE', state: 'REQUIRES_ACTION' },
  })
  await give(one, asked.bookingId)
  await world.audit(one, showId)
})

test('more than was taken cannot be owed back, whoever writes it', async () => {
  const { bookingId } = await booked([0, 1])
  const write = (amount: number) =>
    one.pool.query(
      `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason)
       SELECT gen_random_uuid(), booking_id, id, 'OWED', gen_random_uuid(), $2, 'EUR', 'test'
         FROM payment WHERE booking_id = $1`,
      [bookingId, amount],
    )
  await expect(write(5_001)).rejects.toMatchObject({ constraint: 'refund_within_capture' })
  const went = await Promise.allSettled(Array.from({ length: 6 }, () => write(2_000)))
  expect(went.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  const declined = await booked([3], { paymentMethod: 'tok_declined' })
  await expect(
    one.pool.query(
      `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason)
       SELECT gen_random_uuid(), booking_id, id, 'OWED', 'k', 1, 'EUR', 'test' FROM payment WHERE booking_id = $1`,
      [declined.bookingId],
    ),
  ).rejects.toMatchObject({ constraint: 'refund_within_capture' })
})

test('buyers give paid seats back until the show`s own time before its start, or else the house`s', async () => {
  const early = await world.open('early', { limits: { cancelBeforeMs: 48 * 3_600_000 } })
  const { showId, bookingId } = await booked([0, 1])
  await expect(give(early, bookingId)).rejects.toThrow(/begins too soon/)
  await one.pool.query('UPDATE show SET cancel_before_minutes = 60 WHERE id = $1', [showId])
  await give(early, bookingId, [0])
  await one.pool.query('UPDATE show SET cancel_before_minutes = 10000 WHERE id = $1', [showId])
  await expect(give(one, bookingId, [1])).rejects.toBeInstanceOf(NotCancellable)
  await paid(bookingId)
  await world.audit(one, showId)
})

test('an organiser cancels whatever the time is, with a reason that is kept, and with who did it', async () => {
  const { showId, bookingId } = await booked([0, 1])
  await one.pool.query(`UPDATE show SET starts_at = now() - interval '1 hour' WHERE id = $1`, [showId])
  await expect(give(one, bookingId)).rejects.toThrow(/has begun/)
  const house = { bookingId, by: 'organiser-7', reason: 'the view is blocked' }
  await one.bookings.cancelForHouse({ ...house, seats: [0] })
  await one.bookings.cancelForHouse(house)
  await one.bookings.cancelForHouse(house)
  await paid(bookingId)
  const { rows } = await one.pool.query(
    'SELECT to_state, reason, by FROM booking_change WHERE booking_id = $1 ORDER BY id OFFSET 2',
    [bookingId],
  )
  expect(rows).toEqual([
    {
      ...{ to_state: 'CONFIRMED', by: 'organiser-7' },
      reason: '1 of 2 seats cancelled by the organiser: the view is blocked',
    },
    {
      ...{ to_state: 'CANCELLED', by: 'organiser-7' },
      reason: 'cancelled by the organiser: the view is blocked',
    },
  ])
  await world.audit(one, showId)
})
