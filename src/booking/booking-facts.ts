/** A booking as its buyer is told of it, in letters and on paper: what, when, where, which seats, how much. */
import { type Catalog, seatLabelOf } from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import type { BookingState } from './booking-state.ts'

export interface BookingFacts {
  bookingId: string
  buyerId: string
  state: BookingState
  /** Steps of its history: grows with every change. */
  steps: number
  /** Of what the house did last with it, for the buyer; null when the buyer did it. */
  reason: string | null
  /** Of a booking that had failed and was paid all the same: which seats it has. */
  paidLate: string | null
  /** Of a booking that failed. */
  failure: string | null
  /** Sealed under emailContext. */
  sealedEmail: string | null
  event: string
  venue: string
  city: string
  timeZone: string
  startsAt: Date
  currency: string
  /** Of the seats that stand, or, where none does, of all there were. */
  totalMinor: number
  refundedMinor: number
  seats: { seatNo: number; label: string; amountMinor: number }[]
}

interface Columns extends Omit<BookingFacts, 'seats' | 'totalMinor'> {
  planVersionId: number
  lines: { seatNo: number; seatId: string; amountMinor: number; isVoid: boolean }[]
}

/** Null: there is no such booking. */
export async function readBookingFacts(
  { pool, catalog }: { pool: Pool; catalog: Pick<Catalog, 'findPlans'> },
  bookingId: string,
): Promise<BookingFacts | null> {
  const { rows } = await pool.query<Columns>(
    `SELECT b.id AS "bookingId", b.buyer_id AS "buyerId", b.email AS "sealedEmail", b.state, b.failure, b.currency,
            e.title AS event, v.name AS venue, v.city, v.time_zone AS "timeZone", s.starts_at AS "startsAt",
            s.plan_version_id AS "planVersionId",
            (SELECT count(*)::int FROM booking_change WHERE booking_id = b.id) AS steps,
            (SELECT CASE WHEN by IS NOT NULL THEN reason END FROM booking_change
              WHERE booking_id = b.id ORDER BY id DESC LIMIT 1) AS reason,
            (SELECT reason FROM booking_change
              WHERE booking_id = b.id AND from_state = 'FAILED' AND to_state = 'CONFIRMED') AS "paidLate",
            (SELECT coalesce(sum(amount_minor), 0)::int FROM refund
              WHERE booking_id = b.id AND state <> 'WITHDRAWN') AS "refundedMinor",
            (SELECT json_agg(json_build_object('seatNo', seat_no, 'seatId', seat_id, 'amountMinor', amount_minor,
                      'isVoid', voided_at IS NOT NULL) ORDER BY seat_no)
               FROM booking_line WHERE booking_id = b.id) AS lines
       FROM booking b JOIN show s ON s.id = b.show_id JOIN event e ON e.id = s.event_id
       JOIN venue v ON v.id = s.venue_id
      WHERE b.id = $1`,
    [bookingId],
  )
  const [row] = rows
  if (!row) return null
  const { planVersionId, lines, ...facts } = row
  const [plan = null] = await catalog.findPlans([planVersionId])
  const standing = lines.filter(({ isVoid }) => !isVoid)
  const told = standing.length > 0 ? standing : lines
  return {
    ...facts,
    totalMinor: told.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    seats: told.map(({ seatNo, seatId, amountMinor }) => ({
      ...{ seatNo, amountMinor },
      label: seatLabelOf(plan, seatNo, seatId).text,
    })),
  }
}
