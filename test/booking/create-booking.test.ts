import { afterAll, beforeAll, expect, test } from 'vitest'
import { BookingsAway, PaymentMethodRefused } from '../../src/booking/index.ts'
import { KeyReused, LockInCheckout, LockNotFound, ShowNotOnSale } from '../../src/seating/index.ts'
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
/** Two processes. Only the second one watches. */
let one: OpenedBookings
let two: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
  two = await world.open('two')
  two.bookings.start()
})
afterAll(() => world.close())

async function lockedSeats(showId: number, seats: number[], buyerNo = 1, key = 'lock') {
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(buyerNo), seats, areas: [], idempotencyKey: key },
  })
  return { showId, lockId: lock.lockId, buyerId: buyer(buyerNo) }
}

let keys = 0
const newKey = () => `key-${++keys}`

const finished = (bookingId: string, state: string) =>
  until(`booking to be ${state}`, async () => (await see(one, bookingId)).state === state)

const letters = async (showId: number) => (await one.seating.readMap(showId)).statuses

test('a token that succeeds: paid once, ticketed, and booked on the map', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [3, 4])
  const id = await one.bookings.createBooking({ ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() })
  expect(await see(one, id)).toMatchObject({
    ...{ state: 'CONFIRMED', payment: 'SUCCEEDED', total_minor: 5_000, currency: 'EUR', tickets: 2 },
    ...{ history: ['PENDING', 'CONFIRMED'], refunds: [], next_look_at: null },
  })
  expect((await letters(showId)).slice(0, 6)).toBe('aaabba')
  await world.audit(one, showId)
})

test('places of a standing area are booked under their own names and price', async () => {
  const showId = await world.show(one, { seats: 2, places: 5 })
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0], idempotencyKey: 'floor' },
    areas: [{ key: 'floor', ranges: [[2, 7]], count: 2 }],
  })
  const id = await one.bookings.createBooking({
    ...{ showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod: 'tok_ok', idempotencyKey: newKey() },
  })
  const { rows } = await one.pool.query(
    'SELECT seat_id, category, amount_minor FROM booking_line WHERE booking_id = $1 ORDER BY seat_no',
    [id],
  )
  expect(rows).toEqual([
    { seat_id: 'A1', category: 'seat', amount_minor: 2_500 },
    { seat_id: 'area:floor:1', category: 'standing', amount_minor: 1_000 },
    { seat_id: 'area:floor:2', category: 'standing', amount_minor: 1_000 },
  ])
  await world.audit(one, showId)
})

test.each(['tok_declined', 'tok_insufficient_funds'])(
  '%s: the booking fails, says so, and frees the seats',
  async (token) => {
    const showId = await world.show(one)
    const lock = await lockedSeats(showId, [0])
    const id = await one.bookings.createBooking({ ...lock, paymentMethod: token, idempotencyKey: newKey() })
    const seen = await see(one, id)
    expect(seen).toMatchObject({ state: 'FAILED', payment: 'DECLINED', tickets: 0 })
    expect(seen.failure).toMatch(/declined/)
    await lockedSeats(showId, [0], 2)
    await world.audit(one, showId)
  },
)

test('a token that the gateway does not know: failed without a charge, after the intent was cancelled', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const id = await one.bookings.createBooking({
    ...lock,
    paymentMethod: 'tok_nonsense',
    idempotencyKey: newKey(),
  })
  expect(await see(one, id)).toMatchObject({ state: 'FAILED', payment: 'CANCELLED' })
  await world.audit(one, showId)
})

test.each(['approve', 'decline'])(
  'a token that asks the buyer: they %s, and the booking follows',
  async (answer) => {
    const showId = await world.show(one)
    const lock = await lockedSeats(showId, [0])
    const request = { ...lock, paymentMethod: 'tok_requires_action', idempotencyKey: newKey() }
    const id = await one.bookings.createBooking(request)
    const asked = await see(one, id)
    expect(asked).toMatchObject({ state: 'REQUIRES_ACTION', payment: 'REQUIRES_ACTION' })
    expect((await letters(showId))[0]).toBe('l')
    await fetch(asked.action_url ?? '', { method: 'POST', body: new URLSearchParams({ answer }) })
    await finished(id, answer === 'approve' ? 'CONFIRMED' : 'FAILED')
    expect((await see(one, id)).action_url).toBeNull()
    await until('the ledger', async () => (await letters(showId))[0] === (answer === 'approve' ? 'b' : 'a'))
    await world.audit(one, showId)
  },
)

test('a confirm that is answered after the timeout is found out by looking, and charged once', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const before = (await world.movements()).length
  const id = await one.bookings.createBooking({
    ...lock,
    paymentMethod: 'tok_late',
    idempotencyKey: newKey(),
  })
  expect((await see(one, id)).state).toBe('PAYMENT_UNKNOWN')
  await finished(id, 'CONFIRMED')
  expect((await see(one, id)).history).toEqual(['PENDING', 'PAYMENT_UNKNOWN', 'CONFIRMED'])
  expect((await world.movements()).length).toBe(before + 1)
  await world.audit(one, showId)
})

test.each(['tok_error', 'tok_reset'])(
  '%s: the money moved though the answer failed; it is found out, not charged again',
  async (token) => {
    const showId = await world.show(one)
    const lock = await lockedSeats(showId, [0])
    const before = (await world.movements()).length
    const id = await one.bookings.createBooking({ ...lock, paymentMethod: token, idempotencyKey: newKey() })
    await finished(id, 'CONFIRMED')
    expect((await world.movements()).length).toBe(before + 1)
    await world.audit(one, showId)
  },
)

test('a confirm that never arrives: the seats stay until the gateway has closed the intent, then they are free', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const id = await one.bookings.createBooking({
    ...lock,
    paymentMethod: 'tok_timeout',
    idempotencyKey: newKey(),
  })
  expect(await see(one, id)).toMatchObject({ state: 'PAYMENT_UNKNOWN', payment: 'CONFIRMING' })
  expect((await letters(showId))[0]).toBe('l')
  await finished(id, 'FAILED')
  expect((await see(one, id)).payment).toBe('CANCELLED')
  await until('the seat to be free', async () => (await letters(showId))[0] === 'a')
  await world.audit(one, showId)
})

test('a repeat, on any process, is told the present state of the same booking and charges nothing', async () => {
  const showId = await world.show(one)
  const request = { ...(await lockedSeats(showId, [0])), paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  const id = await one.bookings.createBooking(request)
  const before = (await world.movements()).length
  expect(await one.bookings.createBooking(request)).toBe(id)
  expect(await two.bookings.createBooking(request)).toBe(id)
  expect((await world.movements()).length).toBe(before)
  expect((await see(one, id)).history).toEqual(['PENDING', 'CONFIRMED'])
})

test('the same key with another lock, show or payment method is refused', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const request = { ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  await one.bookings.createBooking(request)
  const other = await lockedSeats(showId, [1], 1, 'other lock')
  for (const changed of [{ lockId: other.lockId }, { showId: showId + 1 }, { paymentMethod: 'tok_declined' }])
    await expect(two.bookings.createBooking({ ...request, ...changed })).rejects.toBeInstanceOf(KeyReused)
})

test('twenty requests with one key over two processes make one booking and one charge', async () => {
  const showId = await world.show(one)
  const request = {
    ...(await lockedSeats(showId, [0, 1])),
    paymentMethod: 'tok_ok',
    idempotencyKey: newKey(),
  }
  const before = (await world.movements()).length
  const ids = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).bookings.createBooking(request)),
  )
  expect(new Set(ids).size).toBe(1)
  expect((await see(one, ids[0] ?? '')).state).toBe('CONFIRMED')
  expect((await world.movements()).length).toBe(before + 1)
  await world.audit(one, showId)
})

test('repeats that come while the first request is at work never wait for each other in a circle', async () => {
  for (let round = 0; round < 4; round++) {
    const lock = await lockedSeats(await world.show(one), [0, 1])
    const request = { ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() }
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).bookings.createBooking(request)),
    )
  }
  const { rows } = await one.pool.query(
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  )
  expect(rows).toEqual([{ deadlocks: 0 }])
})

test('two keys for one lock: one booking, and the other is told that the lock is being paid for', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const outcomes = await Promise.allSettled(
    [one, two].map(({ bookings }) =>
      bookings.createBooking({ ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() }),
    ),
  )
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.map(({ reason }) => reason.constructor)).toEqual([LockInCheckout])
  await world.audit(one, showId)
})

test('another buyer`s lock, an expired lock and no lock at all are not told apart', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const book = (changed: object) =>
    one.bookings.createBooking({ ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey(), ...changed })
  await expect(book({ buyerId: buyer(2) })).rejects.toBeInstanceOf(LockNotFound)
  await expect(book({ lockId: '00000000-0000-4000-8000-00000000dead' })).rejects.toBeInstanceOf(LockNotFound)
  await expect(book({ showId: 999_999 })).rejects.toBeInstanceOf(LockNotFound)
  const hasty = await world.open('hasty', { times: { lockTtlMs: 30 } })
  const short = await hasty.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [5], areas: [], idempotencyKey: 'short' },
  })
  await until('the lock to expire', async () => (await letters(showId))[5] === 'a')
  await expect(book({ lockId: short.lockId })).rejects.toBeInstanceOf(LockNotFound)
})

test.each([
  ['4242424242424242', /card number/],
  ['4242 4242 4242 4242', /card number/],
  ['', /not a payment token/],
  ['tok ok', /not a payment token/],
  ['x'.repeat(101), /not a payment token/],
])('"%s" is refused as a payment method before anything is done', async (paymentMethod, sentence) => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const refused = await one.bookings
    .createBooking({ ...lock, paymentMethod, idempotencyKey: newKey() })
    .catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(PaymentMethodRefused)
  expect((refused as Error).message).toMatch(sentence)
  expect((await one.seating.findLock(lock))?.state).toBe('held')
})

test('the price is the one of the moment of the lock, whatever it is now', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  await one.pool.query('UPDATE show SET price_list_id = $2 WHERE id = $1', [
    ...[showId, await world.priceList(one, { seat: 9_900, standing: 9_900 })],
  ])
  const id = await one.bookings.createBooking({ ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() })
  expect((await see(one, id)).total_minor).toBe(2_500)
  await world.audit(one, showId)
})

test('seats that cost nothing are booked without a payment', async () => {
  const showId = await world.show(one, { prices: { seat: 0, standing: 0 } })
  const lock = await lockedSeats(showId, [0])
  const id = await one.bookings.createBooking({
    ...lock,
    paymentMethod: 'tok_declined',
    idempotencyKey: newKey(),
  })
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', payment: null, tickets: 1, total_minor: 0 })
  await world.audit(one, showId)
})

test('a category without a price, and a cancelled show, are not sold', async () => {
  const unpriced = await lockedSeats(await world.show(one, { prices: { standing: 1 } }), [0])
  const request = { paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  await expect(one.bookings.createBooking({ ...unpriced, ...request })).rejects.toBeInstanceOf(ShowNotOnSale)
  const cancelled = await lockedSeats(await world.show(one), [0])
  await one.pool.query(`UPDATE show_ledger SET status = 'cancelled' WHERE show_id = $1`, [cancelled.showId])
  const late = { ...cancelled, ...request, idempotencyKey: newKey() }
  await expect(one.bookings.createBooking(late)).rejects.toBeInstanceOf(ShowNotOnSale)
})

test('a lock whose claims were lost ends whole: nothing is sold, and nothing of it stays behind', async () => {
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0, 1])
  await one.pool.query('DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 1', [showId])
  const request = { ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  await expect(one.bookings.createBooking(request)).rejects.toBeInstanceOf(LockNotFound)
  expect((await letters(showId)).slice(0, 2)).toBe('aa')
  await expect(one.bookings.createBooking(request)).rejects.toBeInstanceOf(LockNotFound)
  await world.audit(one, showId)
})

test('an answer comes in time although the gateway is slow, and the work goes on behind it', async () => {
  const impatient = await world.open('impatient', { limits: { answerMsMax: 300, gatewayTimeoutMs: 5_000 } })
  const showId = await world.show(one)
  const lock = await lockedSeats(showId, [0])
  const began = performance.now()
  const id = await impatient.bookings.createBooking({
    ...lock,
    paymentMethod: 'tok_slow',
    idempotencyKey: newKey(),
  })
  expect(performance.now() - began).toBeLessThan(1_500)
  expect((await see(one, id)).state).toBe('PENDING')
  await finished(id, 'CONFIRMED')
  await world.audit(one, showId)
})

test('Redis away: what has begun is finished, and what has not is refused as retryable', async () => {
  const showId = await world.show(one)
  const begun = { ...(await lockedSeats(showId, [0])), paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  const fresh = { ...(await lockedSeats(showId, [1], 2)), paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  const point = gate('booking: begun')
  const held = await world.open('held', { faultPoint: point.faultPoint })
  const answer = held.bookings.createBooking(begun)
  await point.arrived
  await world.redis.kill()
  try {
    point.open()
    expect((await see(one, await answer)).state).toBe('CONFIRMED')
    await expect(one.bookings.createBooking(fresh)).rejects.toMatchObject({ code: 'LEDGER_AWAY' })
  } finally {
    await world.redis.start()
  }
  await until('Redis', async () =>
    one.redis.ping().then(
      () => true,
      () => false,
    ),
  )
  await until('the ledger to be told', async () => {
    await one.seating.relaySeatSyncs().catch(() => {})
    return (await letters(showId).catch(() => ''))[0] === 'b'
  })
  const id = await one.bookings.createBooking(fresh)
  expect((await see(one, id)).state).toBe('CONFIRMED')
  await world.audit(one, showId)
})

test('beyond the bound of bookings under way, a new one is refused as retryable', async () => {
  const full = await world.open('full', { limits: { turnsMax: 0 } })
  const lock = await lockedSeats(await world.show(one), [0])
  const request = { ...lock, paymentMethod: 'tok_ok', idempotencyKey: newKey() }
  await expect(full.bookings.createBooking(request)).rejects.toBeInstanceOf(BookingsAway)
  expect(await one.seating.findLock(lock)).not.toBeNull()
})
