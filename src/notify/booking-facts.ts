/** What a letter says of a booking, read where the other rooms publish it. */
import { type BookingState, emailContext } from '../booking/index.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Sealer } from '../platform/sealed.ts'

export interface BookingFacts {
  bookingId: string
  email: string
  state: BookingState
  /** Of what the house did last with it, for the buyer; null when the buyer did it. */
  reason: string | null
  /** Of a booking that failed. */
  failure: string | null
  event: string
  venue: string
  city: string
  timeZone: string
  startsAt: Date
  currency: string
  /** Of the seats that stand, or, where none does, of all there were. */
  totalMinor: number
  refundedMinor: number
  seats: { name: string; zone: string; row: string; number: string; totalMinor: number }[]
}

interface Columns extends Omit<BookingFacts, 'seats' | 'email' | 'totalMinor'> {
  sealedEmail: string
  seats: {
    seatId: string
    amount: number
    void: boolean
    seat: { zone: string; row: string; number: string } | null
    zones: { key: string; name: string }[]
  }[]
}

/** Null: there is no such booking, or nobody to write to. */
export async function readBookingFacts(
  pool: Pool,
  sealer: Pick<Sealer, 'open'>,
  bookingId: string,
): Promise<BookingFacts | null> {
  const { rows } = await pool.query<Columns>(
    `SELECT b.id AS "bookingId", b.email AS "sealedEmail", b.state, b.failure, e.title AS event, v.name AS venue,
            v.city, v.time_zone AS "timeZone", s.starts_at AS "startsAt", b.currency,
            (SELECT CASE WHEN by IS NOT NULL THEN reason END FROM booking_change
              WHERE booking_id = b.id ORDER BY id DESC LIMIT 1) AS reason,
            (SELECT coalesce(sum(amount_minor), 0)::int FROM refund
              WHERE booking_id = b.id AND state <> 'WITHDRAWN') AS "refundedMinor",
            (SELECT json_agg(json_build_object('seatId', l.seat_id, 'amount', l.amount_minor,
                      'void', l.voided_at IS NOT NULL,
                      'seat', (SELECT seat FROM jsonb_array_elements(pv.layout -> 'seats') AS seat
                                WHERE (seat ->> 'seatNo')::int = l.seat_no),
                      'zones', pv.layout -> 'zones') ORDER BY l.seat_no)
               FROM booking_line l WHERE l.booking_id = b.id) AS seats
       FROM booking b JOIN show s ON s.id = b.show_id JOIN event e ON e.id = s.event_id
       JOIN venue v ON v.id = s.venue_id JOIN plan_version pv ON pv.id = s.plan_version_id
      WHERE b.id = $1 AND b.email IS NOT NULL`,
    [bookingId],
  )
  const [row] = rows
  if (!row) return null
  const { sealedEmail, ...facts } = row
  const standing = row.seats.filter((seat) => !seat.void)
  const seats = standing.length > 0 ? standing : row.seats
  return {
    ...facts,
    email: sealer.open(sealedEmail, emailContext(bookingId)),
    totalMinor: seats.reduce((sum, { amount }) => sum + amount, 0),
    seats: seats.map(({ seatId, amount, seat, zones }) => ({
      name: seatId,
      zone: zones.find(({ key }) => key === seat?.zone)?.name ?? '',
      row: seat?.row ?? '',
      number: seat?.number ?? '',
      totalMinor: amount,
    })),
  }
}
