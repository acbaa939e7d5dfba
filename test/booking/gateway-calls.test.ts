import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PaymentGateway, sandboxGateway } from '../../src/payment/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
/** Looks on from outside, on connections of its own. */
let onlooker: OpenedBookings
let observed: OpenedBookings

interface Witnessed {
  call: string
  key: string
  openTransactions: number
  booking: string
  payment: string
  intentStored: boolean
  confirmMarked: boolean
  claims: string[]
}

let calls: Witnessed[] = []

beforeAll(async () => {
  world = await bookingWorld()
  onlooker = await world.open('onlooker')
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const gateway: PaymentGateway = {
    name: honest.name,
    async open(request, bounds) {
      await witness('open', request.key, 'b.id = $1', request.bookingId)
      return await honest.open(request, bounds)
    },
    async confirm(intentId, request, bounds) {
      await witness('confirm', request.key, 'p.intent_id = $1', intentId)
      return await honest.confirm(intentId, request, bounds)
    },
    async look(intentId, bounds) {
      await witness('look', '', 'p.intent_id = $1', intentId)
      return await honest.look(intentId, bounds)
    },
    async cancel(intentId, request, bounds) {
      await witness('cancel', request.key, 'p.intent_id = $1', intentId)
      return await honest.cancel(intentId, request, bounds)
    },
    async refund(intentId, request, bounds) {
      await witness('refund', request.key, 'p.intent_id = $1', intentId)
      return await honest.refund(intentId, request, bounds)
    },
  }
  observed = await world.open('observed', { gateway })
  observed.bookings.start()
})
afterAll(() => world.close())

/** What others can see of the booking while the gateway is being called. */
async function witness(call: string, key: string, which: string, value: string): Promise<void> {
  const { rows } = await onlooker.pool.query<Omit<Witnessed, 'call' | 'key'>>(
    `SELECT b.state AS booking, p.state AS payment, p.intent_id IS NOT NULL AS "intentStored",
            p.confirm_sent_at IS NOT NULL AS "confirmMarked",
            ARRAY(SELECT c.state::text FROM seat_claim c WHERE c.booking_id = b.id) AS claims,
            (SELECT count(DISTINCT a.pid)::int FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
              WHERE a.datname = current_database() AND a.state LIKE 'idle in transaction%'
                AND l.relation IN ('booking'::regclass, 'payment'::regclass, 'refund'::regclass)
            ) AS "openTransactions"
       FROM booking b JOIN payment p ON p.booking_id = b.id WHERE ${which}`,
    [value],
  )
  if (!rows[0]) throw new Error(`A call to ${call} for a booking that nobody can see`)
  calls.push({ call, key, ...rows[0] })
}

async function book(paymentMethod: string): Promise<{ id: string; showId: number }> {
  calls = []
  const showId = await world.show(onlooker)
  const lock = await onlooker.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: 'lock' },
  })
  const id = await observed.bookings.createBooking({
    ...{ showId, lockId: lock.lockId, buyerId: buyer(1) },
    ...{ paymentMethod, idempotencyKey: `key-${showId}` },
  })
  return { id, showId }
}

test('claim before charge: what a call stands on is committed when it is made, and no transaction is open', async () => {
  const { id } = await book('tok_ok')
  await observed.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  const paying = { openTransactions: 0, booking: 'PENDING', claims: ['paying', 'paying'] }
  expect(calls).toMatchObject([
    { ...paying, call: 'open', payment: 'OPENING' },
    { ...paying, call: 'confirm', payment: 'CONFIRMING', intentStored: true, confirmMarked: true },
    { call: 'refund', openTransactions: 0, booking: 'CANCELLED', payment: 'SUCCEEDED', claims: [] },
  ])
})

test.each([
  ['tok_late', 'CONFIRMED'],
  ['tok_reset', 'CONFIRMED'],
  ['tok_error', 'CONFIRMED'],
  ['tok_timeout', 'FAILED'],
])('%s: one confirm is sent, ever; the rest is looking', async (token, state) => {
  const { id, showId } = await book(token)
  await until(`booking to be ${state}`, async () => (await see(onlooker, id)).state === state)
  const made = calls.map(({ call }) => call)
  expect(made.filter((call) => call === 'confirm')).toHaveLength(1)
  expect(made.filter((call) => call === 'look').length).toBeGreaterThan(0)
  expect(calls.every(({ openTransactions }) => openTransactions === 0)).toBe(true)
  await until('the ledger', async () => (await onlooker.seating.compareShow(showId)).length === 0)
  await world.audit(onlooker, showId)
})

test('a cancel reaches the gateway while the seats are still held', async () => {
  const { id } = await book('tok_requires_action')
  await observed.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  const cancel = calls.find(({ call }) => call === 'cancel')
  expect(cancel).toMatchObject({ booking: 'REQUIRES_ACTION', claims: ['paying', 'paying'] })
  expect((await see(onlooker, id)).state).toBe('CANCELLED')
})

test('every call has a key of its own, made of the stored one', async () => {
  const { id } = await book('tok_ok')
  await observed.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  const { rows } = await onlooker.pool.query(
    'SELECT p.gateway_key AS payment, r.gateway_key AS refund FROM payment p JOIN refund r USING (booking_id) WHERE p.booking_id = $1',
    [id],
  )
  const { payment, refund } = rows[0]
  expect(calls.map(({ key }) => key)).toEqual([`${payment}:open`, `${payment}:confirm`, refund])
})
