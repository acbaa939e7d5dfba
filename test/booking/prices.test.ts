/** Fees, tax and promotion codes as they are booked: raced over processes, repeated, failed and given back. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PromotionRefused } from '../../src/booking/index.ts'
import type { PriceRules } from '../../src/catalog/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see } from './booking-world.ts'

let world: BookingWorld
let one: OpenedBookings
let two: OpenedBookings
const rules: PriceRules = {
  fees: [
    { name: 'Service', per: 'ticket', amountMinor: 100, basisPoints: 200 },
    { name: 'Order', per: 'booking', amountMinor: 199, basisPoints: 0 },
  ],
  tax: { name: 'VAT', ratePpm: 70_000, included: true },
}

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
  two = await world.open('two')
})
afterAll(() => world.close())

let names = 0
const newName = () => `NAME-${++names}`

async function showWith(priceRules: PriceRules | null = null): Promise<number> {
  const showId = await world.show(one)
  if (priceRules) {
    await one.pool.query(
      'UPDATE price_list SET rules = $2 WHERE id = (SELECT price_list_id FROM show WHERE id = $1)',
      [showId, JSON.stringify(priceRules)],
    )
  }
  return showId
}

async function promotion(columns: Record<string, unknown>): Promise<string> {
  const row = { code: newName(), basis_points: 1_000, ...columns }
  const places = Object.keys(row).map((_, index) => `$${index + 1}`)
  await one.pool.query(
    `INSERT INTO promotion (${Object.keys(row).join(', ')}) VALUES (${places.join(', ')})`,
    Object.values(row),
  )
  return row.code
}

async function lock(showId: number, seat: number, buyerNo = 1) {
  const { lockId } = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(buyerNo), seats: [seat], areas: [], idempotencyKey: newName() },
  })
  return { showId, lockId, buyerId: buyer(buyerNo), paymentMethod: 'tok_ok', idempotencyKey: newName() }
}

const linesOf = async (bookingId: string) =>
  (
    await one.pool.query(
      `SELECT price_minor, discount_minor, fee_minor, tax_minor, amount_minor FROM booking_line
        WHERE booking_id = $1 ORDER BY seat_no`,
      [bookingId],
    )
  ).rows

const refusedFor = (reason: string) => expect.objectContaining({ code: 'PROMOTION_REFUSED', reason })

test('fees and tax are booked per line, charged as one total, and the quote said so before', async () => {
  const showId = await showWith(rules)
  const placed = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: newName() },
  })
  const id = await one.bookings.createBooking({
    ...{
      showId,
      lockId: placed.lockId,
      buyerId: buyer(1),
      paymentMethod: 'tok_ok',
      idempotencyKey: newName(),
    },
  })
  // 2,500 + 100 + 2 % = 2,650, and 199 in two parts; 7 % contained.
  expect(await linesOf(id)).toEqual([
    { price_minor: 2_500, discount_minor: 0, fee_minor: 250, tax_minor: 180, amount_minor: 2_750 },
    { price_minor: 2_500, discount_minor: 0, fee_minor: 249, tax_minor: 180, amount_minor: 2_749 },
  ])
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', total_minor: 5_499 })
  await world.audit(one, showId)
})

test('a code takes off what it says, is noted with the booking, and is the same however it is typed', async () => {
  const showId = await showWith()
  const code = await promotion({ basis_points: 2_000 })
  const request = { ...(await lock(showId, 0)), promotionCode: ` ${code.toLowerCase()} ` }
  const id = await one.bookings.createBooking(request)
  expect(await two.bookings.createBooking({ ...request, promotionCode: code })).toBe(id)
  expect(await linesOf(id)).toEqual([expect.objectContaining({ discount_minor: 500, amount_minor: 2_000 })])
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', total_minor: 2_000 })
  await world.audit(one, showId)
})

test('of twenty who use the last three of a code at once on two processes, three get it', async () => {
  const showId = await showWith()
  const code = await promotion({ uses_max: 3 })
  const locks = await Promise.all(Array.from({ length: 20 }, (_, index) => lock(showId, index, index + 1)))
  const outcomes = await Promise.allSettled(
    locks.map((request, index) =>
      (index % 2 ? one : two).bookings.createBooking({ ...request, promotionCode: code }),
    ),
  )
  const won = outcomes.filter(({ status }) => status === 'fulfilled')
  const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(won).toHaveLength(3)
  expect(lost).toHaveLength(17)
  for (const reason of lost) expect(reason).toEqual(refusedFor('used_up'))
  // Who was too late has the lock still, and pays without the code.
  const late = locks.filter((_, index) => outcomes[index]?.status === 'rejected')
  for (const request of late) await one.bookings.createBooking({ ...request, idempotencyKey: newName() })
  const { rows } = await one.pool.query(
    `SELECT count(*)::int AS sold FROM seat_claim WHERE show_id = $1 AND state = 'sold'`,
    [showId],
  )
  expect(rows[0].sold).toBe(20)
  await world.audit(one, showId)
})

test('a refused code books nothing, and the lock can be paid without it', async () => {
  const showId = await showWith()
  const code = await promotion({ uses_per_buyer_max: 1 })
  await one.bookings.createBooking({ ...(await lock(showId, 0)), promotionCode: code })
  const second = await lock(showId, 1)
  await expect(one.bookings.createBooking({ ...second, promotionCode: code })).rejects.toEqual(
    refusedFor('used_by_you'),
  )
  const id = await one.bookings.createBooking({ ...second, idempotencyKey: newName() })
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', total_minor: 2_500 })
  await world.audit(one, showId)
})

test('a booking that fails or is cancelled gives its use back', async () => {
  const showId = await showWith()
  const code = await promotion({ uses_max: 1 })
  const failed = { ...(await lock(showId, 0)), paymentMethod: 'tok_declined', promotionCode: code }
  expect(await see(one, await one.bookings.createBooking(failed))).toMatchObject({ state: 'FAILED' })
  const paid = await one.bookings.createBooking({ ...(await lock(showId, 1)), promotionCode: code })
  await one.bookings.cancelBooking({ bookingId: paid, buyerId: buyer(1) })
  const again = await one.bookings.createBooking({ ...(await lock(showId, 2)), promotionCode: code })
  expect(await see(one, again)).toMatchObject({ state: 'CONFIRMED', total_minor: 2_250 })
  await world.audit(one, showId)
})

test('a code that makes it free is a booking without a payment', async () => {
  const showId = await showWith(rules)
  const code = await promotion({ basis_points: 10_000 })
  const id = await one.bookings.createBooking({ ...(await lock(showId, 0)), promotionCode: code })
  expect(await see(one, id)).toMatchObject({ state: 'CONFIRMED', total_minor: 0, payment: null, tickets: 1 })
})

test.each<[reason: string, columns: Record<string, unknown>]>([
  ['not_yet', { starts_at: new Date(Date.now() + 60_000) }],
  ['over', { ends_at: new Date(Date.now() - 60_000) }],
  ['not_for_these_seats', { categories: JSON.stringify(['standing']) }],
  ['other_currency', { basis_points: 0, amount_minor: 500, currency: 'USD' }],
])('a code that is %s is refused, and said to be so', async (reason, columns) => {
  const showId = await showWith()
  const promotionCode = await promotion(columns)
  await expect(one.bookings.createBooking({ ...(await lock(showId, 0)), promotionCode })).rejects.toEqual(
    refusedFor(reason),
  )
})

test('a code of another event, of no event, and text that can be no code look the same', async () => {
  const showId = await showWith()
  const other = await showWith()
  const { rows } = await one.pool.query('SELECT event_id FROM show WHERE id = $1', [other])
  const [event] = (await one.pool.query('SELECT event_id FROM show WHERE id = $1', [showId])).rows
  const sameEvent = event.event_id === rows[0].event_id
  const codes = ['NO-SUCH-CODE', "' OR 1=1", '\u0000', 'x'.repeat(10_000), '']
  if (!sameEvent) codes.push(await promotion({ event_id: rows[0].event_id }))
  const request = await lock(showId, 0)
  for (const promotionCode of codes) {
    await expect(one.bookings.createBooking({ ...request, promotionCode })).rejects.toBeInstanceOf(
      PromotionRefused,
    )
  }
})
