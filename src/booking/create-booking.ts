/**
 * createBooking: pays for a lock. Its id is derived from buyer and idempotency key, so a repeat, on any process, finds
 * the same booking, charges nothing again, and is told its present state.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { looksLikeCardNumber } from '../payment/index.ts'
import { hashOf, keyedUuid } from '../platform/ids.ts'
import { CommitUnknown } from '../platform/transaction.ts'
import type { Lease } from './attend.ts'
import { orBookingsAway } from './away.ts'
import { type BeginBooking, beginBooking } from './begin-booking.ts'
import type { BookingState } from './booking-state.ts'
import { requireEmail } from './buyer-email.ts'
import { BookingsAway, PaymentMethodRefused } from './refusals.ts'
import type { Room } from './room.ts'
import { normalCode } from './take-promotion.ts'
import { requireFreeTurn, startTurn, startTurnIfDue } from './turn.ts'

export interface CreateBooking {
  showId: number
  lockId: string
  buyerId: string
  /** A token of the payment gateway. */
  paymentMethod: string
  idempotencyKey: string
  /** Where the buyer is sent after approving the payment elsewhere: an absolute URL that the caller has checked. */
  returnUrl?: string | undefined
  /** As the buyer typed it. */
  promotionCode?: string | undefined
  /** Where the tickets are sent. */
  email?: string | undefined
}

/** The booking's id, when its state is worth telling: no later than `answerMsMax`. */
export async function createBooking(room: Room, request: CreateBooking): Promise<string> {
  const untilMs = room.nowMs() + room.limits.answerMsMax
  requirePaymentMethod(request.paymentMethod)
  requireFreeTurn(room)
  const begin = named(room, request)
  const { bookingId } = begin
  const lease = await within(
    room,
    room.limits.beginMsMax,
    orBookingsAway(() => beginSurely(room, begin)),
  )
  if (lease) {
    void startTurn(room, lease)
    await forAWhile(room, bookingId, untilMs - room.nowMs())
  }
  await orBookingsAway(() => untilWorthTelling(room, bookingId, untilMs))
  return bookingId
}

function requirePaymentMethod(method: string): void {
  if (looksLikeCardNumber(method)) throw new PaymentMethodRefused('card_number')
  if (!/^[\w.:-]{1,100}$/.test(method)) throw new PaymentMethodRefused('malformed')
}

function named({ idSecret }: Room, request: CreateBooking): BeginBooking {
  const { showId, lockId, buyerId, paymentMethod, idempotencyKey, returnUrl = null } = request
  const promotionCode = request.promotionCode === undefined ? null : normalCode(request.promotionCode)
  const email = request.email === undefined ? null : requireEmail(request.email)
  const bookingId = keyedUuid(idSecret, 'booking', buyerId, idempotencyKey)
  return {
    ...{ showId, lockId, buyerId, paymentMethod, returnUrl, bookingId, promotionCode, email },
    paymentId: keyedUuid(idSecret, 'payment', bookingId),
    requestHash: hashOf({
      showId,
      lockId,
      paymentMethod,
      ...(promotionCode !== null && { promotionCode }),
      ...(email !== null && { email }),
    }),
  }
}

/** After a commit whose answer was lost, the same is done again: it finds what was written, or writes it. */
async function beginSurely(room: Room, begin: BeginBooking): Promise<Lease | null> {
  for (let tries = 1; ; tries++) {
    try {
      return await beginBooking(room, begin)
    } catch (error) {
      if (!(error instanceof CommitUnknown) || tries >= room.limits.commitTriesMax) throw error
    }
  }
}

/** What takes longer goes on, and a repeat finds it. */
async function within<Result>(room: Room, ms: number, work: Promise<Result>): Promise<Result> {
  const settled = new AbortController()
  const late = pause(ms, undefined, { signal: settled.signal, ref: false }).then(() => {
    throw new BookingsAway(new Error(`No booking was begun within ${ms} ms`))
  })
  // Its end is of no interest once the work is done.
  late.catch(() => {})
  try {
    return await Promise.race([work, late])
  } catch (error) {
    work.catch((later: unknown) => {
      if (later !== error)
        room.log.warn({ error: later }, 'Beginning a booking took too long, and then failed')
    })
    throw error
  } finally {
    settled.abort()
  }
}

/** Worth telling: it has left PENDING, or nobody is at work on it just now, or this process is about to end. */
async function untilWorthTelling(room: Room, bookingId: string, untilMs: number): Promise<void> {
  for (;;) {
    const { state, attended, due } = await glance(room, bookingId)
    const leftMs = untilMs - room.nowMs()
    if (state !== 'PENDING' || leftMs <= 0 || room.isClosing()) return
    if (!attended && !due) return
    if (!attended) await startTurnIfDue(room, bookingId)
    await forAWhile(room, bookingId, leftMs)
  }
}

/** Until this process' turn is over, or for a moment when another process is at it. */
async function forAWhile(room: Room, bookingId: string, leftMs: number): Promise<void> {
  const turn = room.turns.get(bookingId)
  const over = new AbortController()
  const ms = Math.max(0, turn ? leftMs : Math.min(leftMs, room.limits.pollEveryMs))
  const timer = pause(ms, undefined, { signal: over.signal }).catch(() => {})
  await Promise.race(turn ? [timer, turn] : [timer])
  over.abort()
}

interface Glance {
  state: BookingState
  attended: boolean
  due: boolean
}

async function glance(room: Room, bookingId: string): Promise<Glance> {
  const { rows } = await room.pool.query<Glance>({
    name: 'glance',
    text: `SELECT state, coalesce(attended_until > now(), false) AS attended,
                  coalesce(next_look_at <= now(), false) AS due
             FROM booking WHERE id = $1`,
    values: [bookingId],
  })
  if (!rows[0]) throw new Error(`Booking ${bookingId} was begun and is not there`)
  return rows[0]
}
