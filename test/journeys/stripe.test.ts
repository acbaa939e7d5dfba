/** Purchases paid through Stripe's protocol: a whole API process, and a process that stands in for Stripe and calls back. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { withPort } from '../../src/embedded/free-port.ts'
import { type StripeProcess, startStripeProcess } from '../payment/stripe-process/start-stripe-process.ts'
import { answerAction } from '../payment/stripe-world.ts'
import { guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import { type BookingAnswer, createBooking, type LockAnswer, lockSeats } from './operations.ts'

let world: RowlockWorld
let stripe: StripeProcess
let api: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  await withPort(undefined, async (port) => {
    stripe = await startStripeProcess({ webhookUrl: `http://127.0.0.1:${port}/webhooks/stripe` })
    api = await world.api({
      PORT: String(port),
      PAYMENT_GATEWAY: 'stripe',
      STRIPE_API_BASE: stripe.url,
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_RETURN_URL: 'http://127.0.0.1/back',
      STRIPE_WEBHOOK_SECRETS: `whsec_next,${stripe.webhookSecret}`,
    })
  })
  hall = await openHall(world.database.url, 12)
})
afterAll(async () => {
  await world.close()
  await stripe.stop()
})

async function buy(seat: string, method: string) {
  const buyer = await guest(api.url)
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: [seat], key: 'lock' },
  })
  const { createBooking: booked } = await buyer.ask<BookingAnswer>(createBooking, {
    ...{ lockId: locked.lock?.id, method, key: 'pay' },
  })
  return booked.booking
}

async function states() {
  const { rows } = await world.query(
    `SELECT l.seat_id, b.state, p.intent_id, p.action_url FROM booking b JOIN booking_line l ON l.booking_id = b.id
       JOIN payment p ON p.booking_id = b.id`,
  )
  return new Map(rows.map((row) => [row.seat_id, row]))
}

const allHeard = () =>
  vi.waitFor(
    async () => {
      const events = await stripe.events()
      expect(events.length).toBeGreaterThan(0)
      expect(events.filter(({ deliveredTimes }) => deliveredTimes === 0)).toEqual([])
    },
    { timeout: 30_000 },
  )

test('a seat is paid, and every event of Stripe is acknowledged', async () => {
  expect(await buy('A-1', 'pm_card_visa')).toMatchObject({ state: 'CONFIRMED' })
  await allHeard()
  expect(await stripe.movements()).toHaveLength(1)
})

test('a declined card is a failed booking, and nothing moved', async () => {
  const before = (await stripe.movements()).length
  expect(await buy('A-2', 'pm_card_visa_chargeDeclined')).toMatchObject({ state: 'FAILED' })
  expect(await stripe.movements()).toHaveLength(before)
})

test('the bank asks the buyer, who approves there; Stripe calls, and the booking is paid', async () => {
  expect(await buy('A-3', 'pm_card_authenticationRequired')).toMatchObject({ state: 'REQUIRES_ACTION' })
  await answerAction((await states()).get('A-3').action_url, 'approve')
  await vi.waitFor(async () => expect((await states()).get('A-3').state).toBe('CONFIRMED'), {
    timeout: 30_000,
  })
})

test('events held back, reversed and sent three times move nothing twice', async () => {
  await stripe.holdEvents()
  expect(await buy('A-4', 'pm_card_visa')).toMatchObject({ state: 'CONFIRMED' })
  const before = await stripe.movements()
  await stripe.releaseEvents({ reversed: true, copies: 3 })
  await allHeard()
  expect(await stripe.movements()).toEqual(before)
  expect((await states()).get('A-4').state).toBe('CONFIRMED')
})

test('a dispute is noted once for a person, and its end is the last word in any order', async () => {
  await buy('A-5', 'pm_card_visa')
  const { intent_id: intentId } = (await states()).get('A-5')
  await stripe.holdEvents()
  const dispute = await stripe.dispute(intentId)
  await stripe.closeDispute(dispute.id, 'lost')
  await stripe.releaseEvents({ reversed: true, copies: 2 })
  await allHeard()
  const { rows } = await world.query('SELECT id, intent_id, status, closed FROM dispute')
  expect(rows).toEqual([{ id: dispute.id, intent_id: intentId, status: 'lost', closed: true }])
})

test('a delivery that does not prove where it comes from is refused and changes nothing', async () => {
  const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'payment_intent.succeeded' })
  const send = (headers: Record<string, string>, text = body) =>
    fetch(`${api.url}/webhooks/stripe`, { method: 'POST', body: text, headers })
  const json = { 'content-type': 'application/json' }
  expect((await send(json)).status).toBe(400)
  expect((await send({ ...json, 'stripe-signature': `t=1,v1=${'0'.repeat(64)}` })).status).toBe(400)
  expect((await send({ 'content-type': 'text/plain' })).status).toBe(415)
  expect((await send(json, 'x'.repeat(600_000))).status).toBe(413)
})
