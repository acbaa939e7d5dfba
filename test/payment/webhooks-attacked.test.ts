/**
 * Stripe's webhooks at their worst, over the real route, for two processes that book: doubled, reversed, three days late,
 * contradicting each other and the truth, about payments of nobody. Whatever comes, nobody is charged twice, no refund
 * is paid twice, and the audit finds nothing.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { retryRefund } from '../../src/booking/index.ts'
import { buyer, see, until } from '../booking/booking-world.ts'
import { answerAction } from './stripe-world.ts'
import { type WebhookWorld, webhookWorld } from './webhook-world.ts'

const threeDaysS = 3 * 24 * 3_600

let world: WebhookWorld

beforeAll(async () => {
  world = await webhookWorld()
})
afterAll(async () => {
  console.log(JSON.stringify(world.told()))
  await world.close()
})

/** How bookings go, and what is done with them on the way. */
const fates = [
  { method: 'pm_card_visa', ends: 'CONFIRMED' },
  { method: 'pm_card_visa', after: 'cancel', ends: 'CANCELLED' },
  { method: 'pm_card_visa', after: 'give_back', ends: 'CONFIRMED' },
  { method: 'pm_card_visa_chargeDeclined', ends: 'FAILED' },
  { method: 'pm_card_authenticationRequired', after: 'approve', ends: 'CONFIRMED' },
  { method: 'pm_card_authenticationRequired', after: 'decline', ends: 'FAILED' },
  { method: 'pm_card_authenticationRequired', after: 'cancel', ends: 'CANCELLED' },
  { method: 'pm_double_cut', ends: 'CONFIRMED' },
  { method: 'pm_double_error', after: 'cancel', ends: 'CANCELLED' },
  { method: 'pm_double_late', ends: 'CONFIRMED' },
  { method: 'pm_double_slow', ends: 'CONFIRMED' },
  { method: 'pm_double_silent', ends: 'FAILED' },
] as const

type Fate = (typeof fates)[number]

async function live(showId: number, n: number, fate: Fate): Promise<string> {
  const id = await world.book(showId, n, [2 * n, 2 * n + 1], fate.method)
  const { bookings } = world.clerk()
  const mine = { bookingId: id, buyerId: buyer(n) }
  switch ('after' in fate ? fate.after : null) {
    case 'cancel':
      // While it is not known what became of the money, Stripe is asked again and again.
      await until('it to be cancelled', () => bookings.cancelBooking(mine).then(Boolean, () => false))
      return id
    case 'give_back':
      await until('its outcome', async () => (await see(world.one, id)).state === 'CONFIRMED')
      await bookings.cancelBooking({ ...mine, seats: [2 * n] })
      return id
    case 'approve':
    case 'decline': {
      await until('the bank to ask', async () => (await see(world.one, id)).action_url !== null)
      const { action_url: page } = await see(world.one, id)
      await answerAction(page ?? '', 'after' in fate && fate.after === 'approve' ? 'approve' : 'decline')
      return id
    }
    default:
      return id
  }
}

async function ended(showId: number, ids: string[], all: Fate[]): Promise<void> {
  for (const [at, id] of ids.entries())
    await until(
      `the end of ${all[at]?.method}`,
      async () => (await see(world.one, id)).state === all[at]?.ends,
    )
  await world.atRest(showId)
}

test('many bookings while Stripe tells everything twice, too late, in any order, and what is not so', async () => {
  const all = [...fates, ...fates, ...fates]
  const showId = await world.show(2 * all.length)
  await world.stripe.holdEvents()
  const gossip = world.gossip(showId)
  const ids = await Promise.all(all.map((fate, n) => live(showId, n, fate)))
  await ended(showId, ids, all)
  await gossip.end()
  const before = await world.stripe.movements()
  // All that was held back comes now, the last one first, three times each, while others tell the opposite.
  const late = world.gossip(showId)
  await world.stripe.releaseEvents({ reversed: true, copies: 2 })
  await world.allAcknowledged()
  await late.end()
  await ended(showId, ids, all)
  expect(await world.stripe.movements()).toEqual(before)
  await world.audit(showId)
})

test('three days later Stripe has forgotten every key, and tells all of it again: nothing moves', async () => {
  const all = [...fates.slice(0, 4)]
  const showId = await world.show(2 * all.length)
  await world.stripe.holdEvents()
  const ids = await Promise.all(all.map((fate, n) => live(showId, n, fate)))
  await ended(showId, ids, all)
  await world.age(showId, threeDaysS)
  await world.stripe.forgetKeys()
  const before = await world.stripe.movements()
  await world.stripe.releaseEvents({ reversed: true, copies: 2 })
  await world.allAcknowledged()
  for (const intentId of await world.intentsOf(showId)) {
    for (const type of ['payment_intent.succeeded', 'payment_intent.canceled', 'charge.refunded'])
      expect(await world.tell({ ...world.eventOf(type, intentId), ageS: threeDaysS })).toBe(204)
  }
  await world.atRest(showId)
  expect(await world.stripe.movements()).toEqual(before)
  await ended(showId, ids, all)
  await world.audit(showId)
})

test('what was signed three days ago is refused, as are words with somebody else`s signature', async () => {
  const showId = await world.show(2)
  await world.book(showId, 0, [0, 1], 'pm_card_visa')
  const [intentId = ''] = await world.intentsOf(showId)
  const event = world.eventOf('payment_intent.succeeded', intentId)
  expect(await world.tell(event, { signedS: threeDaysS })).toBe(400)
  expect(await world.tell(event, { secret: 'whsec_of_somebody' })).toBe(400)
  expect(await world.tell(event)).toBe(204)
})

test('of two refunds of a booking one fails at the bank, and Stripe tells of the other one first: the right one is called for', async () => {
  const showId = await world.show(4)
  const id = await world.book(showId, 0, [0, 1, 2], 'pm_card_visa')
  for (const seats of [[0], [1]])
    await world.clerk().bookings.cancelBooking({ bookingId: id, buyerId: buyer(0), seats })
  await world.atRest(showId)
  await world.stripe.holdEvents()
  const [failed, standing] = await world.refundsOf(id)
  if (!failed || !standing) throw new Error('Expected two refunds')
  await world.stripe.failRefund(failed.refundId)
  for (const refund of [standing, failed, standing]) {
    for (const type of ['refund.updated', 'refund.failed'])
      expect(await world.tell({ type, object: refund.object, ageS: threeDaysS })).toBe(204)
  }
  expect(await world.refundStates(id)).toEqual(
    new Map([
      [failed.key, 'NEEDS_OPERATOR'],
      [standing.key, 'SUCCEEDED'],
    ]),
  )
  await retryRefund(world.one.pool, { refundId: failed.id, by: 'operator', reason: 'another account' })
  await world.stripe.releaseEvents({ reversed: true, copies: 3 })
  await world.allAcknowledged()
  await world.atRest(showId)
  await world.audit(showId)
})
