/** Money that comes after its booking had failed: the buyer has the seats after all, or the money goes back, once. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bookings } from '../../src/booking/index.ts'
import { GatewayUnknown, type PaymentGateway, sandboxGateway } from '../../src/payment/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let misled: OpenedBookings
/** The gateway tells that no money will move, although it has. */
let lies = true
let keys = 0

beforeAll(async () => {
  world = await bookingWorld()
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const gateway: PaymentGateway = {
    ...honest,
    async confirm(intentId, request, bounds) {
      await honest.confirm(intentId, request, bounds)
      throw new GatewayUnknown(new Error('the answer was lost'))
    },
    async look(intentId, bounds) {
      const intent = await honest.look(intentId, bounds)
      return lies ? { ...intent, outcome: { tag: 'cancelled' } } : intent
    },
  }
  misled = await world.open('misled', { gateway })
})
afterAll(() => world.close())

const place = (showId: number, buyerNo: number, seats: number[], key = 'lock') =>
  misled.seating.placeLock({ showId, buyerId: buyer(buyerNo), seats, areas: [], idempotencyKey: key })

/** A booking that failed although its buyer was charged. */
async function failedButPaid(seats = 20): Promise<{ showId: number; id: string }> {
  lies = true
  const showId = await world.show(misled, { seats })
  const { lockId } = await place(showId, 1, [0, 1])
  const request = {
    showId,
    lockId,
    buyerId: buyer(1),
    paymentMethod: 'tok_ok',
    idempotencyKey: `pay-${++keys}`,
  }
  const id = await misled.bookings.createBooking(request)
  await finished(misled.bookings, id, 'FAILED')
  lies = false
  return { showId, id }
}

async function finished(bookings: Bookings, id: string, state: string): Promise<void> {
  await until(`the booking to be ${state}`, async () => {
    await misled.pool.query(
      'UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL',
      [id],
    )
    await bookings.lookAtDue()
    return (await see(misled, id)).state === state
  })
}

/** The network tells of the payment; twice, because networks do. */
async function tellOfIt(id: string): Promise<void> {
  const { rows } = await misled.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
  const notice = { kind: 'intent', intentId: rows[0].intent_id } as const
  await Promise.all([misled.bookings.hearNotice(notice), misled.bookings.hearNotice(notice)])
}

test('its seats are still free: they are the buyer’s, with tickets, on every map', async () => {
  const { showId, id } = await failedButPaid()
  await tellOfIt(id)
  await finished(misled.bookings, id, 'CONFIRMED')
  expect(await see(misled, id)).toMatchObject({ payment: 'SUCCEEDED', refunds: [], failure: null })
  await until('the map to show it', async () =>
    (await misled.seating.readMap(showId)).statuses.startsWith('bb'),
  )
  await world.audit(misled, showId)
})

test.each([
  ['locked', async (showId: number) => void (await place(showId, 2, [1]))],
  [
    'sold',
    async (showId: number) => {
      const { lockId } = await place(showId, 2, [1])
      const other = await world.open('other')
      const request = {
        showId,
        lockId,
        buyerId: buyer(2),
        paymentMethod: 'tok_ok',
        idempotencyKey: `pay-${++keys}`,
      }
      await other.bookings.createBooking(request)
    },
  ],
])(
  'one of its seats is %s by somebody else, and no other two are free: all of the money goes back, once',
  async (_what, take) => {
    const { showId, id } = await failedButPaid(3)
    await take(showId)
    await tellOfIt(id)
    await until('the refund', async () => {
      await misled.bookings.lookAtDue()
      return (await see(misled, id)).refunds.includes('SUCCEEDED')
    })
    expect(await see(misled, id)).toMatchObject({
      state: 'FAILED',
      payment: 'SUCCEEDED',
      refunds: ['SUCCEEDED'],
    })
    const back = (await world.movements()).filter(
      ({ kind, reference }) => kind === 'refund' && reference === id,
    )
    expect(back).toHaveLength(1)
  },
)

test('its seats are gone and equal ones free: the nearest two side by side are the buyer’s, for the same money', async () => {
  const { showId, id } = await failedButPaid()
  await place(showId, 2, [1])
  await place(showId, 3, [4])
  await tellOfIt(id)
  await finished(misled.bookings, id, 'CONFIRMED')
  expect(await see(misled, id)).toMatchObject({ payment: 'SUCCEEDED', refunds: [], failure: null })
  await until('the map to show it', async () =>
    (await misled.seating.readMap(showId)).statuses.startsWith('albbl'),
  )
  const { rows } = await misled.pool.query(
    `SELECT l.seat_no, l.seat_id, l.amount_minor, t.state FROM booking_line l
       JOIN ticket t USING (booking_id, seat_no) WHERE l.booking_id = $1 ORDER BY 1`,
    [id],
  )
  expect(rows).toEqual([
    { seat_no: 2, seat_id: 'A3', amount_minor: 2_500, state: 'valid' },
    { seat_no: 3, seat_id: 'A4', amount_minor: 2_500, state: 'valid' },
  ])
  await world.audit(misled, showId)
})

test('its new seats may overlap its old ones', async () => {
  const { showId, id } = await failedButPaid()
  await place(showId, 2, [0])
  await tellOfIt(id)
  await finished(misled.bookings, id, 'CONFIRMED')
  await until('the map to show it', async () =>
    (await misled.seating.readMap(showId)).statuses.startsWith('lbb'),
  )
  await world.audit(misled, showId)
})

test('others take the blocks as they are found: the buyer has one of them, or the money back', async () => {
  const { showId, id } = await failedButPaid(8)
  await place(showId, 2, [0, 1])
  const rivals = [2, 4, 6].map((seat, index) => place(showId, 3 + index, [seat, seat + 1]))
  const [, ...taken] = await Promise.allSettled([tellOfIt(id), ...rivals])
  await until('it to come to rest', async () => {
    await misled.bookings.lookAtDue()
    const { state, refunds } = await see(misled, id)
    return state === 'CONFIRMED' || refunds.includes('SUCCEEDED')
  })
  const { rows } = await misled.pool.query(
    'SELECT count(*)::int AS claims, count(DISTINCT lock_id)::int AS owners FROM seat_claim WHERE show_id = $1',
    [showId],
  )
  const won = taken.filter(({ status }) => status === 'fulfilled').length
  const isBooked = (await see(misled, id)).state === 'CONFIRMED'
  expect(rows[0]).toEqual({ claims: 2 * (1 + won + Number(isBooked)), owners: 1 + won + Number(isBooked) })
  if (isBooked) await world.audit(misled, showId)
})

test('two buyers race for its seats while the money comes: nobody has a seat twice, and nobody loses money', async () => {
  for (let round = 0; round < 5; round++) {
    const { showId, id } = await failedButPaid()
    const [taken] = await Promise.allSettled([place(showId, 2, [0]), tellOfIt(id)])
    await until('it to come to rest', async () => {
      await misled.bookings.lookAtDue()
      const { state, refunds } = await see(misled, id)
      return state === 'CONFIRMED' || refunds.includes('SUCCEEDED')
    })
    const { rows: own } = await misled.pool.query(
      `SELECT 1 FROM ticket WHERE booking_id = $1 AND state = 'valid' AND seat_no = 0`,
      [id],
    )
    if (own.length > 0 && taken.status === 'fulfilled') throw new Error('The seat was given twice')
    const { rows } = await misled.pool.query(
      'SELECT lock_id FROM seat_claim WHERE show_id = $1 AND seat_no = 0',
      [showId],
    )
    expect(rows).toHaveLength(1)
  }
})
