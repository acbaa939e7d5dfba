/**
 * The stage for kills at the arrows of the machines: bookings are brought to where an arrow begins, by processes that do
 * not watch, and afterwards carried on by a survivor whose time passes at once.
 */
import { expect } from 'vitest'
import type { CreateBooking } from '../../src/booking/index.ts'
import {
  type GatewayNotice,
  GatewayUnknown,
  type PaymentGateway,
  sandboxGateway,
} from '../../src/payment/index.ts'
import { bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'
import { killed } from './killed.ts'
import { realAudit } from './real-audit.ts'

/** Nobody listens there. */
export const deadGateway = 'http://127.0.0.1:9'

export async function openStage() {
  const world = await bookingWorld()
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const survivor = await world.open('survivor', { limits: { actionMsMax: 1_200, confirmLostMs: 500 } })
  const cutOff = await world.open('cut-off', { gatewayUrl: deadGateway, limits: { unknownMsMax: 3_600_000 } })
  const deaf = await world.open('deaf', { gateway: deafTo(honest) })
  const misled = await world.open('misled', { gateway: liedTo(honest) })
  let keys = 0

  async function request(paymentMethod: string, through: OpenedBookings = survivor): Promise<CreateBooking> {
    const showId = await world.show(through, { seats: 4, places: 0 })
    const idempotencyKey = `arrow-${++keys}`
    const lock = await through.seating.placeLock({
      ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey },
    })
    return { showId, lockId: lock.lockId, buyerId: buyer(1), paymentMethod, idempotencyKey }
  }

  /** A booking that a process without a gateway, without answers, or with false ones has begun. */
  async function made(
    through: OpenedBookings,
    method: string,
    state: string,
  ): Promise<CreateBooking & { id: string }> {
    const create = await request(method)
    const id = await through.bookings.createBooking(create)
    await until(`the booking to be ${state}`, async () => {
      if ((await see(survivor, id)).state !== state) await timePasses(id)
      if ((await see(survivor, id)).state !== state) await through.bookings.lookAtDue()
      return (await see(survivor, id)).state === state
    })
    return { ...create, id }
  }

  /** Leases end, looks and tries are due. */
  const timePasses = (id: string) =>
    survivor.pool.query(
      `WITH booking_due AS (
         UPDATE booking SET attended_until = NULL, next_look_at = CASE WHEN next_look_at IS NOT NULL THEN now() END
          WHERE id = $1),
       refund_due AS (UPDATE refund SET next_try_at = now() WHERE booking_id = $1 AND next_try_at IS NOT NULL)
       UPDATE outbox SET due_at = now() WHERE done_at IS NULL`,
      [id],
    )

  const hoursPass = (id: string) =>
    survivor.pool.query(
      `UPDATE payment SET confirm_sent_at = confirm_sent_at - interval '3 hours' WHERE booking_id = $1`,
      [id],
    )

  return {
    ...{ world, survivor, cutOff, deaf, misled, request, made, timePasses, hoursPass },
    killed: (deed: Parameters<typeof killed>[1]) => killed(world, deed),

    async noticeOf(id: string): Promise<GatewayNotice> {
      const { rows } = await survivor.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
      return { kind: 'intent', intentId: rows[0].intent_id }
    },

    async answerAction(id: string, answer: 'approve' | 'decline') {
      const { action_url: url } = await see(survivor, id)
      await fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ answer }) })
    },

    async bookingOf(showId: number): Promise<string | null> {
      const { rows } = await survivor.pool.query('SELECT id FROM booking WHERE show_id = $1', [showId])
      expect(rows.length).toBeLessThanOrEqual(1)
      return rows[0]?.id ?? null
    },

    /** Carried on until nothing waits; then money, tickets, claims, ledger and history agree. The state it came to. */
    async heal(showId: number, id: string): Promise<string> {
      await until('all to come to rest', async () => {
        await timePasses(id)
        await survivor.bookings.lookAtDue()
        await survivor.seating.relaySeatSyncs()
        const { rows } = await survivor.pool.query(
          `SELECT (SELECT next_look_at IS NULL FROM booking WHERE id = $1)
              AND NOT EXISTS (SELECT FROM refund WHERE booking_id = $1 AND state = 'OWED')
              AND NOT EXISTS (SELECT FROM outbox WHERE done_at IS NULL AND topic = 'seat_sync') AS rests`,
          [id],
        )
        return rows[0].rests
      })
      await world.audit(survivor, showId)
      return (await see(survivor, id)).state
    },

    async charges(id: string): Promise<number> {
      const movements = await world.movements()
      return movements.filter(({ kind, reference }) => kind === 'capture' && reference === id).length
    },

    audit: () => realAudit(survivor, honest),
    close: () => world.close(),
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** Every confirm is carried out, and its answer lost. */
const deafTo = (honest: PaymentGateway): PaymentGateway => ({
  ...honest,
  async confirm(intentId, request, bounds) {
    await honest.confirm(intentId, request, bounds)
    throw new GatewayUnknown(new Error('the answer was lost'))
  },
})

/** As well, and a look says that no money will move. */
const liedTo = (honest: PaymentGateway): PaymentGateway => ({
  ...deafTo(honest),
  async look(intentId, bounds) {
    return { ...(await honest.look(intentId, bounds)), outcome: { tag: 'cancelled' } }
  },
})
