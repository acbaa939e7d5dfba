/**
 * Two booking processes that pay through the process that stands in for Stripe, and the real webhook route in front of
 * them, which anybody with the secret can call. Some of its answers get lost, so that Stripe sends again.
 */
import fastify from 'fastify'
import { serveWebhooks } from '../../src/http/webhooks.ts'
import { type GatewayNotice, openGateway } from '../../src/payment/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { bookingWorld, buyer, type Movement, type OpenedBookings, until } from '../booking/booking-world.ts'
import { realAudit } from '../booking/real-audit.ts'
import { deliver, type Forged, forge } from './forge-webhook.ts'
import { startStripeProcess } from './stripe-process/start-stripe-process.ts'
import { returnUrl } from './stripe-world.ts'

const lostAnswerEvery = 25
const gossipsTogether = 2
const secret = 'whsec_double'
const ages = [0, 60, 3_600, 24 * 3_600, 3 * 24 * 3_600]
const types = [
  ...['payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled'],
  ...['payment_intent.requires_action', 'payment_intent.processing', 'charge.refunded'],
  ...['refund.updated', 'refund.failed', 'customer.created'],
]

export async function webhookWorld() {
  const world = await bookingWorld()
  const app = fastify()
  const clerks: OpenedBookings[] = []
  let hears = 0
  await serveWebhooks(app, {
    gateway: 'stripe',
    clock: systemClock,
    readNotice: (...delivery) => readNotice(...delivery),
    async hear(notice: GatewayNotice) {
      hears += 1
      await clerk().bookings.hearNotice(notice)
      if (hears % lostAnswerEvery === 0) throw new Error('The answer got lost')
    },
  })
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/webhooks/stripe`
  const stripe = await startStripeProcess({ webhookUrl: url })
  const { gateway, readNotice: read } = await openGateway({
    ...{
      kind: 'stripe',
      apiBase: stripe.url,
      secretKey: stripe.secretKey,
      returnUrl,
      webhookSecrets: [secret],
    },
  })
  if (!read) throw new Error('Webhooks are not read')
  const readNotice = read
  const one = await world.open('one', { gateway })
  clerks.push(one, await world.open('two', { gateway }))
  for (const { bookings } of clerks) bookings.start()
  let turns = 0
  let keys = 0
  let told = 0
  let bookings = 0

  /** The processes in turn. */
  function clerk(): OpenedBookings {
    turns += 1
    return clerks[turns % clerks.length] ?? one
  }

  const query = async <Row extends object>(sql: string, value: unknown): Promise<Row[]> =>
    (await one.pool.query<Row>(sql, [value])).rows

  const intentsOf = async (showId: number): Promise<string[]> =>
    (
      await query<{ intent_id: string }>(
        `SELECT intent_id FROM payment p JOIN booking b ON b.id = p.booking_id
          WHERE show_id = $1 AND intent_id IS NOT NULL`,
        showId,
      )
    ).map((row) => row.intent_id)

  /** An event about a payment, whatever became of it. */
  function eventOf(type: string, intentId: string): Forged {
    if (type.startsWith('payment_intent.'))
      return { type, object: { id: intentId, object: 'payment_intent', status: type.split('.')[1] } }
    if (type.startsWith('refund.'))
      return { type, object: { id: 're_1', object: 'refund', payment_intent: intentId, status: 'failed' } }
    return { type, object: { id: 'ch_1', object: 'charge', payment_intent: intentId, refunded: true } }
  }

  async function tell(event: Forged, signed: { signedS?: number; secret?: string } = {}): Promise<number> {
    for (;;) {
      told += 1
      const status = await deliver(url, forge(event, signed.secret ?? secret, signed.signedS))
      // Stripe sends again what was not acknowledged.
      if (status !== 500) return status
    }
  }

  /** Until it ends: anything is told about any payment of the show, also about nobody's, true or not. */
  function gossip(showId: number) {
    let isOver = false
    let n = 0
    const talk = async () => {
      while (!isOver) {
        const intents = [...(await intentsOf(showId)), 'pi_of_nobody']
        n += 1
        const [type = '', intentId = '', ageS = 0] = [
          types[n % types.length],
          intents[n % intents.length],
          ages[n % 5],
        ]
        await tell({ ...eventOf(type, intentId), ageS })
      }
    }
    const talking = Array.from({ length: gossipsTogether }, talk)
    return {
      async end() {
        isOver = true
        await Promise.all(talking)
      },
    }
  }

  async function atRest(showId: number): Promise<void> {
    await until('refunds to be paid and ledgers to be told', async () => {
      await one.pool.query('UPDATE outbox SET due_at = now() WHERE done_at IS NULL')
      await one.seating.relaySeatSyncs()
      const rows = await query(
        `SELECT FROM refund r JOIN booking b ON b.id = r.booking_id WHERE b.show_id = $1 AND r.state = 'OWED'
          UNION ALL SELECT FROM outbox WHERE done_at IS NULL`,
        showId,
      )
      return rows.length === 0
    })
  }

  return {
    ...{ stripe, one, clerk, eventOf, tell, gossip, intentsOf, atRest },
    show: (seats: number) => world.show(one, { seats }),
    async book(showId: number, n: number, seats: number[], paymentMethod: string): Promise<string> {
      keys += 1
      bookings += 1
      const { seating, bookings: counter } = clerk()
      const lock = { showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: `lock-${keys}` }
      const { lockId } = await seating.placeLock(lock)
      const request = { showId, lockId, buyerId: buyer(n), paymentMethod, idempotencyKey: `pay-${keys}` }
      return await counter.createBooking(request)
    },
    async allAcknowledged(): Promise<void> {
      await until(
        'every event to be acknowledged',
        async () => (await stripe.events()).every(({ deliveredTimes }) => deliveredTimes > 0),
        20_000,
      )
    },
    /** Everything in the show happened so much longer ago. */
    async age(showId: number, s: number): Promise<void> {
      const by = `$2 * interval '1 second'`
      const mine = 'booking_id IN (SELECT id FROM booking WHERE show_id = $1)'
      const age = (statement: string) => one.pool.query(statement, [showId, s])
      await age(
        `UPDATE booking SET created_at = created_at - ${by}, updated_at = updated_at - ${by} WHERE show_id = $1`,
      )
      await age(
        `UPDATE payment SET confirm_sent_at = confirm_sent_at - ${by}, updated_at = updated_at - ${by} WHERE ${mine}`,
      )
      await age(
        `UPDATE refund SET created_at = created_at - ${by}, updated_at = updated_at - ${by} WHERE ${mine}`,
      )
    },
    /** With what Stripe shows of each. */
    async refundsOf(bookingId: string) {
      const rows = await query<{ id: string; key: string; intent_id: string }>(
        `SELECT r.id, r.gateway_key AS key, p.intent_id FROM refund r JOIN payment p ON p.id = r.payment_id
          WHERE r.booking_id = $1 ORDER BY r.created_at, r.id`,
        bookingId,
      )
      return await Promise.all(
        rows.map(async ({ id, key, intent_id: intentId }) => {
          const { refundId } = await gateway.refund(intentId, { key, amountMinor: 2_500 })
          const metadata = { rowlock_refund: key }
          return {
            id,
            key,
            refundId,
            object: { id: refundId, object: 'refund', payment_intent: intentId, metadata },
          }
        }),
      )
    },
    async refundStates(bookingId: string): Promise<Map<string, string>> {
      const sql = 'SELECT gateway_key AS key, state::text FROM refund WHERE booking_id = $1'
      const rows = await query<{ key: string; state: string }>(sql, bookingId)
      return new Map(rows.map(({ key, state }) => [key, state]))
    },
    async audit(showId: number): Promise<void> {
      const rows = await query<{ id: string; intent_id: string }>(
        'SELECT booking_id AS id, intent_id FROM payment WHERE intent_id IS NOT NULL AND $1 > 0',
        showId,
      )
      const bookingOf = new Map(rows.map((row) => [row.intent_id, row.id]))
      const moved = (await stripe.movements()).map(
        ({ kind, amount, intentId }): Movement => ({
          ...{ intentId, kind, amountMinor: amount, reference: bookingOf.get(intentId) ?? 'nobody' },
        }),
      )
      const captures = moved.filter(({ kind }) => kind === 'capture').map(({ reference }) => reference)
      if (new Set(captures).size !== captures.length) throw new Error('Somebody was charged twice')
      await world.audit(one, showId, moved)
      await realAudit(one, gateway)
    },
    told: () => ({ bookings, told, heard: hears }),
    async close() {
      for (const { bookings: counter } of clerks) await counter.close()
      await stripe.stop()
      await app.close()
      await world.close()
    },
  }
}

export type WebhookWorld = Awaited<ReturnType<typeof webhookWorld>>
