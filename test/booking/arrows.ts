/** For every arrow of the machines: how a booking gets to where it begins, and what a process does that takes it. */

import { deadGateway, type Stage } from './arrow-stage.ts'
import type { Victim } from './booking-names.ts'
import type { Aim } from './die-around.ts'

export interface Scene {
  showId: number
  /** Absent: the victim begins it. */
  id?: string
  deed: Partial<Victim>
  /** What the buyer does after it, being without an answer: the same again. */
  again?: () => Promise<unknown>
  aim: Omit<Aim, 'when'>
}

/** States it may come to in the end, killed before and after the commit. */
export interface Arrow {
  scene(stage: Stage): Promise<Scene>
  before: string
  after: string
}

const move = (from: string, to: string, id?: string): Scene['aim'] => ({
  statement: 'move_booking',
  values: id === undefined ? [from, to] : [id, from, to],
})

/** A purchase on which the process dies. */
const buying =
  (method: string, to: string, deed: Partial<Victim> = {}) =>
  async ({ request, survivor }: Stage): Promise<Scene> => {
    const create = await request(method)
    const again = () => survivor.bookings.createBooking(create)
    return { showId: create.showId, deed: { create, ...deed }, again, aim: move('PENDING', to) }
  }

/** A booking that somebody left, carried on by the process that dies. */
const carryingOn =
  (
    from: string,
    to: string,
    prepare: (stage: Stage) => Promise<{ showId: number; id: string }>,
    deed: Partial<Victim> = {},
  ) =>
  async (stage: Stage): Promise<Scene> => {
    const { showId, id } = await prepare(stage)
    await stage.timePasses(id)
    return { showId, id, deed: { sweep: true, ...deed }, aim: move(from, to, id) }
  }

const cancelling =
  (
    from: string,
    to: string,
    prepare: (stage: Stage) => Promise<{ showId: number; id: string; buyerId: string }>,
    seats?: number[],
  ) =>
  async (stage: Stage): Promise<Scene> => {
    const { showId, id: bookingId, buyerId } = await prepare(stage)
    const cancel = { bookingId, buyerId, ...(seats && { seats }) }
    return { showId, id: bookingId, deed: { cancel }, aim: move(from, to, bookingId) }
  }

const queued = ({ made, cutOff }: Stage) => made(cutOff, 'tok_ok', 'PAYMENT_QUEUED')
const unknown =
  (method: string) =>
  ({ made, deaf }: Stage) =>
    made(deaf, method, 'PAYMENT_UNKNOWN')
const bought = ({ made, survivor }: Stage) => made(survivor, 'tok_ok', 'CONFIRMED')
const asked =
  (answer?: 'approve' | 'decline') =>
  async ({ made, survivor, answerAction }: Stage) => {
    const booking = await made(survivor, 'tok_requires_action', 'REQUIRES_ACTION')
    if (answer) await answerAction(booking.id, answer)
    return booking
  }
const hoursAfter =
  (prepare: (stage: Stage) => Promise<{ showId: number; id: string }>) => async (stage: Stage) => {
    const booking = await prepare(stage)
    await stage.hoursPass(booking.id)
    return booking
  }
const forAPerson = (method: string) => async (stage: Stage) => {
  const booking = await hoursAfter(unknown(method))(stage)
  await stage.timePasses(booking.id)
  await stage.cutOff.bookings.lookAtDue()
  return booking
}
/** Killed where nothing was sent yet, or where the confirm may have been. */
const leftAt = (diesAt: string) => async (stage: Stage) => {
  const create = await stage.request('tok_ok')
  await stage.killed({ diesAt, create })
  return { ...create, id: (await stage.bookingOf(create.showId)) ?? '' }
}
const noGateway = { gatewayUrl: deadGateway }

export const bookingArrows: Record<string, Arrow> = {
  'begun PENDING': {
    async scene(stage) {
      return { ...(await buying('tok_ok', '')(stage)), aim: { statement: 'insert_booking', values: [] } }
    },
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'PENDING PAYMENT_QUEUED': {
    ...{ scene: buying('tok_ok', 'PAYMENT_QUEUED', noGateway), before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'PENDING REQUIRES_ACTION': {
    ...{ scene: buying('tok_requires_action', 'REQUIRES_ACTION'), before: 'FAILED', after: 'FAILED' },
  },
  'PENDING PAYMENT_UNKNOWN': {
    scene: buying('tok_late', 'PAYMENT_UNKNOWN', { limits: { gatewayTimeoutMs: 300 } }),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'PENDING CONFIRMED': { scene: buying('tok_ok', 'CONFIRMED'), before: 'CONFIRMED', after: 'CONFIRMED' },
  'PENDING FAILED': { scene: buying('tok_declined', 'FAILED'), before: 'FAILED', after: 'FAILED' },
  'PENDING CANCELLED': {
    scene: cancelling('PENDING', 'CANCELLED', leftAt('booking: begun')),
    ...{ before: 'CONFIRMED', after: 'CANCELLED' },
  },
  'PENDING NEEDS_OPERATOR': {
    scene: carryingOn('PENDING', 'NEEDS_OPERATOR', hoursAfter(leftAt('booking: confirm marked')), noGateway),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'PAYMENT_QUEUED PENDING': {
    scene: carryingOn('PAYMENT_QUEUED', 'PENDING', queued),
    // After it nobody can know that the confirm was not sent, so it counts as sent and lost.
    ...{ before: 'CONFIRMED', after: 'FAILED' },
  },
  'PAYMENT_QUEUED FAILED': {
    scene: carryingOn('PAYMENT_QUEUED', 'FAILED', queued, { ...noGateway, limits: { unsentMsMax: 1 } }),
    ...{ before: 'CONFIRMED', after: 'FAILED' },
  },
  'PAYMENT_QUEUED CANCELLED': {
    scene: cancelling('PAYMENT_QUEUED', 'CANCELLED', queued),
    ...{ before: 'CONFIRMED', after: 'CANCELLED' },
  },
  'REQUIRES_ACTION CONFIRMED': {
    scene: carryingOn('REQUIRES_ACTION', 'CONFIRMED', asked('approve')),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'REQUIRES_ACTION FAILED': {
    scene: carryingOn('REQUIRES_ACTION', 'FAILED', asked('decline')),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'REQUIRES_ACTION CANCELLED': {
    scene: cancelling('REQUIRES_ACTION', 'CANCELLED', asked()),
    // Before it the gateway has cancelled already, and does not say for whom.
    ...{ before: 'FAILED', after: 'CANCELLED' },
  },
  'REQUIRES_ACTION NEEDS_OPERATOR': {
    scene: carryingOn('REQUIRES_ACTION', 'NEEDS_OPERATOR', hoursAfter(asked()), noGateway),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'PAYMENT_UNKNOWN REQUIRES_ACTION': {
    scene: carryingOn('PAYMENT_UNKNOWN', 'REQUIRES_ACTION', unknown('tok_requires_action')),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'PAYMENT_UNKNOWN CONFIRMED': {
    scene: carryingOn('PAYMENT_UNKNOWN', 'CONFIRMED', unknown('tok_ok')),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'PAYMENT_UNKNOWN FAILED': {
    scene: carryingOn('PAYMENT_UNKNOWN', 'FAILED', unknown('tok_declined')),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'PAYMENT_UNKNOWN CANCELLED': {
    scene: cancelling('PAYMENT_UNKNOWN', 'CANCELLED', unknown('tok_requires_action')),
    ...{ before: 'FAILED', after: 'CANCELLED' },
  },
  'PAYMENT_UNKNOWN NEEDS_OPERATOR': {
    scene: carryingOn('PAYMENT_UNKNOWN', 'NEEDS_OPERATOR', hoursAfter(unknown('tok_ok')), noGateway),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'NEEDS_OPERATOR CONFIRMED': {
    scene: carryingOn('NEEDS_OPERATOR', 'CONFIRMED', forAPerson('tok_ok')),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'NEEDS_OPERATOR FAILED': {
    scene: carryingOn('NEEDS_OPERATOR', 'FAILED', forAPerson('tok_declined')),
    ...{ before: 'FAILED', after: 'FAILED' },
  },
  'CONFIRMED CONFIRMED': {
    scene: cancelling('CONFIRMED', 'CONFIRMED', bought, [0]),
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
  'CONFIRMED CANCELLED': {
    scene: cancelling('CONFIRMED', 'CANCELLED', bought),
    ...{ before: 'CONFIRMED', after: 'CANCELLED' },
  },
  'FAILED CONFIRMED': {
    async scene(stage) {
      const { showId, id } = await stage.made(stage.misled, 'tok_ok', 'FAILED')
      const notice = await stage.noticeOf(id)
      // The network tells again until it is told that it was heard.
      const again = async () => {
        await stage.timePasses(id)
        await stage.survivor.bookings.hearNotice(notice)
      }
      return { showId, id, deed: { notice }, again, aim: move('FAILED', 'CONFIRMED', id) }
    },
    ...{ before: 'CONFIRMED', after: 'CONFIRMED' },
  },
}

const refundOf = async ({ survivor }: Stage, id: string): Promise<string> =>
  (await survivor.pool.query('SELECT id FROM refund WHERE booking_id = $1', [id])).rows[0].id

/** A refund that is owed, because the gateway was away when its booking was cancelled. */
async function owed(stage: Stage) {
  const booking = await bought(stage)
  await stage.cutOff.bookings.cancelBooking({ bookingId: booking.id, buyerId: booking.buyerId })
  return booking
}

export const refundArrows: Record<string, Arrow> = {
  'begun OWED': {
    async scene(stage) {
      return { ...(await cancelling('', '', bought)(stage)), aim: { statement: 'owe_refund', values: [] } }
    },
    ...{ before: 'CONFIRMED', after: 'CANCELLED' },
  },
  'OWED SUCCEEDED': {
    async scene(stage) {
      const { showId, id } = await owed(stage)
      const refund = await refundOf(stage, id)
      await stage.timePasses(id)
      return {
        showId,
        id,
        deed: { sweep: true },
        aim: { statement: 'move_refund', values: [refund, 'SUCCEEDED'] },
      }
    },
    ...{ before: 'CANCELLED', after: 'CANCELLED' },
  },
  'OWED NEEDS_OPERATOR': {
    async scene(stage) {
      const { showId, id } = await owed(stage)
      const refund = await refundOf(stage, id)
      await stage.timePasses(id)
      const deed = { ...noGateway, sweep: true, limits: { refundMsMax: 1 } } as const
      const again = () =>
        stage.survivor.pool.query(
          `WITH moved AS (UPDATE refund SET state = 'OWED', next_try_at = now() WHERE id = $1 AND state = 'NEEDS_OPERATOR'
             RETURNING id)
           INSERT INTO refund_change (refund_id, from_state, to_state, reason)
           SELECT id, 'NEEDS_OPERATOR', 'OWED', 'a person' FROM moved`,
          [refund],
        )
      return {
        showId,
        id,
        deed,
        again,
        aim: { statement: 'move_refund', values: [refund, 'NEEDS_OPERATOR'] },
      }
    },
    ...{ before: 'CANCELLED', after: 'CANCELLED' },
  },
  'NEEDS_OPERATOR OWED': {
    async scene(stage) {
      const { showId, id } = await owed(stage)
      const refundId = await refundOf(stage, id)
      await stage.survivor.pool.query(
        `WITH moved AS (UPDATE refund SET state = 'NEEDS_OPERATOR', next_try_at = NULL WHERE id = $1 RETURNING id)
         INSERT INTO refund_change (refund_id, from_state, to_state, reason)
         SELECT id, 'OWED', 'NEEDS_OPERATOR', 'refused' FROM moved`,
        [refundId],
      )
      const retryRefund = { refundId, by: 'a person', reason: 'the account is in credit again' }
      const again = () => retry(stage, retryRefund)
      return {
        showId,
        id,
        deed: { retryRefund },
        again,
        aim: { statement: 'WITH moved AS', values: [refundId] },
      }
    },
    ...{ before: 'CANCELLED', after: 'CANCELLED' },
  },
}

/** Who finds it owed again was the dead one, after all. */
async function retry({ survivor }: Stage, request: NonNullable<Victim['retryRefund']>): Promise<void> {
  const { retryRefund, NoRefundToRetry } = await import('../../src/booking/index.ts')
  await retryRefund(survivor.pool, request).catch((error: unknown) => {
    if (!(error instanceof NoRefundToRetry)) throw error
  })
}
