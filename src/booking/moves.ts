/**
 * Writes of a state. Each names the state it expects and counts what it changed: when another process was faster it
 * throws Moved, nothing of its transaction is kept, and the caller reads again. Every move writes its row of history in
 * the same statement.
 *
 * Lock order, here as everywhere: fence, booking (its payment after it), claims.
 */
import { type PaymentState, requirePaymentMove } from '../payment/index.ts'
import type { Tx } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import { type BookingState, requireBookingMove } from './booking-state.ts'
import { type Failure, failureSentences } from './failures.ts'

/** Somebody else moved it first. */
export class Moved extends Error {}

export interface Move {
  to: BookingState
  reason: string
  failure?: Failure
  /** Who of the house did it. */
  by?: string
  /** Absent: nothing is left to be done with it. */
  lookInMs?: number
  /** The process that attends it goes on. */
  keepLease?: boolean
}

export async function moveBooking(tx: Tx, booking: BookingRow, move: Move): Promise<void> {
  const from = booking.standing.state
  requireBookingMove(from, move.to)
  const { rowCount } = await tx.query({
    name: 'move_booking',
    text: `WITH moved AS (
             UPDATE booking
                SET state = $3, failure = $5, updated_at = now(),
                    attended_until = CASE WHEN $8 THEN attended_until END,
                    next_look_at = CASE WHEN $8 THEN next_look_at ELSE now() + $6::float8 * interval '1 ms' END
              WHERE id = $1 AND state = $2 RETURNING id
           )
           INSERT INTO booking_change (booking_id, from_state, to_state, reason, by)
           SELECT id, $2, $3, $4, $7 FROM moved`,
    values: [
      ...[booking.id, from, move.to, move.reason],
      ...[move.failure ? failureSentences[move.failure] : null, move.lookInMs ?? null],
      ...[move.by ?? null, move.keepLease ?? false],
    ],
  })
  if (rowCount !== 1) throw new Moved()
}

export interface PaymentChange {
  intentId?: string
  actionUrl?: string | null
  /** Sets the time of the confirm, or takes it back. */
  confirmSent?: boolean
}

export async function movePayment(
  tx: Tx,
  booking: BookingRow,
  to: PaymentState,
  change: PaymentChange = {},
): Promise<void> {
  const payment = booking.standing.payment
  if (!payment) throw new Error(`Booking ${booking.id} has no payment to move to ${to}`)
  requirePaymentMove(payment.state, to)
  const { rowCount } = await tx.query({
    name: 'move_payment',
    text: `WITH moved AS (
             UPDATE payment
                SET state = $3, intent_id = coalesce($4, intent_id), action_url = $5, updated_at = now(),
                    confirm_sent_at = CASE $6::bool WHEN true THEN now() WHEN false THEN NULL ELSE confirm_sent_at END
              WHERE booking_id = $1 AND state = $2 RETURNING id
           )
           INSERT INTO payment_change (payment_id, from_state, to_state) SELECT id, $2, $3 FROM moved`,
    values: [
      ...[booking.id, payment.state, to],
      ...[change.intentId ?? null, change.actionUrl ?? null, change.confirmSent ?? null],
    ],
  })
  if (rowCount !== 1) throw new Moved()
}

/**
 * The confirm never left this process: the payment is as before it, and is left to whoever looks next. Only while the
 * booking is PENDING; once others have looked for that confirm, it stays sent.
 */
export async function unsendConfirm(tx: Tx, booking: BookingRow, lookInMs: number): Promise<void> {
  await moveBooking(tx, booking, { to: 'PAYMENT_QUEUED', reason: 'the gateway went away', lookInMs })
  await movePayment(tx, booking, 'OPENED', { confirmSent: false })
}

/** Before the confirm is sent. Of all who want to send it, one succeeds, and a charge that was put off is under way. */
export async function resumeAndMark(tx: Tx, booking: BookingRow): Promise<void> {
  if (booking.standing.state === 'PAYMENT_QUEUED') {
    await moveBooking(tx, booking, { to: 'PENDING', reason: 'the gateway is back', keepLease: true })
  }
  await movePayment(tx, booking, 'CONFIRMING', { confirmSent: true })
}
