/** A booking with its payment as PostgreSQL has them, and PostgreSQL's time: the one clock of all bookings. */
import { type Payment, type PaymentState, paymentOf } from '../payment/index.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Tx } from '../platform/transaction.ts'
import { type BookingState, type Standing, standingOf } from './booking-state.ts'

export interface BookingRow {
  id: string
  showId: number
  buyerId: string
  lockId: string
  /** The seats that are the booking's: not those that were given back. */
  seats: number[]
  requestHash: string
  standing: Standing
  charge: Charge | null
  /** The process that attends it holds this lease. */
  attendedUntil: Date | null
  startsAt: Date
  /** How long before the start paid seats may be given back; null: as the house does it. */
  cancelBeforeMinutes: number | null
  /** When it was read, by PostgreSQL's clock. */
  now: Date
}

export interface Charge {
  paymentId: string
  /** Where it was opened, and must be asked. */
  gateway: string
  /** Stored before the gateway heard it; the key of each call is made of it. */
  gatewayKey: string
  /** A token, never a card number; sealed. */
  sealedMethod: string
  returnUrl: string | null
  amountMinor: number
  currency: string
  /** Null: the gateway does not know of it yet. A payment that has ended keeps it, because money may still come. */
  intentId: string | null
}

interface Columns {
  id: string
  show_id: number
  buyer_id: string
  lock_id: string
  state: BookingState
  created_at: Date
  updated_at: Date
  request_hash: string
  attended_until: Date | null
  seats: number[]
  starts_at: Date
  cancel_before_minutes: number | null
  now: Date
  payment_id: string | null
  payment_state: PaymentState
  intent_id: string | null
  confirm_sent_at: Date | null
  gateway: string
  gateway_key: string
  method: string
  return_url: string | null
  amount_minor: number
  currency: string
}

export async function readBooking(db: Pool | Tx, bookingId: string): Promise<BookingRow | null> {
  const { rows } = await db.query<Columns>({
    name: 'read_booking',
    text: `SELECT b.id, b.show_id, b.buyer_id, b.lock_id, b.state, b.created_at, b.updated_at, b.request_hash,
                  b.attended_until,
                  ARRAY(SELECT l.seat_no FROM booking_line l WHERE l.booking_id = b.id AND l.voided_at IS NULL
                         ORDER BY l.seat_no) AS seats,
                  s.starts_at, s.cancel_before_minutes, now() AS now,
                  p.id AS payment_id, p.state AS payment_state, p.intent_id, p.confirm_sent_at, p.gateway,
                  p.gateway_key, p.method, p.return_url, p.amount_minor, p.currency
             FROM booking b JOIN show s ON s.id = b.show_id LEFT JOIN payment p ON p.booking_id = b.id
            WHERE b.id = $1`,
    values: [bookingId],
  })
  const [row] = rows
  if (!row) return null
  return {
    id: row.id,
    showId: row.show_id,
    buyerId: row.buyer_id,
    lockId: row.lock_id,
    seats: row.seats,
    requestHash: row.request_hash,
    standing: standingOf(row.state, sinceOf(row), paymentIn(row)),
    charge: row.payment_id === null ? null : chargeIn(row, row.payment_id),
    attendedUntil: row.attended_until,
    startsAt: row.starts_at,
    cancelBeforeMinutes: row.cancel_before_minutes,
    now: row.now,
  }
}

const sinceOf = ({ state, created_at, updated_at }: Columns) =>
  state === 'PENDING' || state === 'PAYMENT_QUEUED' ? created_at : updated_at

function paymentIn(row: Columns): Payment | null {
  if (row.payment_id === null) return null
  const { payment_state: state, intent_id: intentId, confirm_sent_at: confirmSentAt } = row
  return paymentOf({ state, intentId, confirmSentAt })
}

const chargeIn = (row: Columns, paymentId: string): Charge => ({
  paymentId,
  gateway: row.gateway,
  gatewayKey: row.gateway_key,
  sealedMethod: row.method,
  returnUrl: row.return_url,
  amountMinor: row.amount_minor,
  currency: row.currency,
  intentId: row.intent_id,
})
