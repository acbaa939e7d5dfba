/** Promise 1 from the side of claims: a seat that is taken is somebody's, and only for as long as it may be. */

import type { BookingState } from '../../booking/index.ts'
import { type Check, type ClaimsPage, sqlCheck } from './check.ts'
import { knownStates } from './known-states.ts'

interface ClaimedSeat {
  show_key: string | null
  show_id: number
  seat_no: number
  booking_id: string | null
}

const seatOf = ({ show_key, show_id, seat_no, booking_id }: ClaimedSeat) => ({
  subject: `show ${show_key ?? `number ${show_id}`} seat ${seat_no}`,
  bookingId: booking_id,
})

const inPage = '(c.show_id, c.seat_no) > ($1::int, $2::int) AND (c.show_id, c.seat_no) <= ($3::int, $4::int)'
const pageValues = ({ after, upTo }: ClaimsPage) => [after.showId, after.seatNo, upTo.showId, upTo.seatNo]

export const claimChecks: Check<ClaimsPage>[] = [
  sqlCheck<
    ClaimsPage,
    ClaimedSeat & {
      state: 'paying' | 'sold'
      booking_state: BookingState | null
      is_ordered: boolean
      same: boolean
    }
  >({
    name: 'claims_have_bookings',
    promise: 'A paying or sold claim has a living booking of the right state, with this seat',
    mend: 'If no living booking wants the seat, delete the claim and let the comparison of the ledger free the seat.',
    sql: `SELECT s.key AS show_key, c.show_id, c.seat_no, c.booking_id, c.state, b.state AS booking_state,
                 l.seat_no IS NOT NULL AS is_ordered,
                 b.show_id = c.show_id AND b.lock_id = c.lock_id AND b.buyer_id = c.buyer_id AS same
            FROM seat_claim c LEFT JOIN show s ON s.id = c.show_id
            LEFT JOIN booking b ON b.id = c.booking_id
            LEFT JOIN booking_line l ON l.booking_id = c.booking_id AND l.seat_no = c.seat_no
           WHERE ${inPage} AND c.state IN ('paying', 'sold')
             AND coalesce(b.updated_at, c.decided_at, '-infinity') <= now() - $5::float8 * interval '1 ms'`,
    values: (page, { stillMs }) => [...pageValues(page), stillMs],
    tell: (row) => {
      const expected = `a claim that is ${row.state} to be of a booking that has it so`
      const tell = (found: string) => ({ ...seatOf(row), expected, found })
      if (row.booking_state === null) return tell(`no booking ${row.booking_id}`)
      if (knownStates[row.booking_state].claims !== row.state)
        return tell(`booking ${row.booking_id}, which is ${row.booking_state}`)
      if (!row.is_ordered) return tell(`booking ${row.booking_id}, which has no line for it`)
      if (!row.same) return tell(`booking ${row.booking_id}, which has another show, lock or buyer`)
      return null
    },
  }),
  sqlCheck<ClaimsPage, ClaimedSeat & { expires_at: Date; late_s: number }>({
    name: 'locks_end',
    promise: 'No locked claim stays long past its expiry',
    mend: 'The sweep is not running, or Redis still holds the lock: see that a process runs, and its log for the task "sweep".',
    // Nobody sweeps shows that are over, and nobody can buy their seats.
    sql: `SELECT s.key AS show_key, c.show_id, c.seat_no, c.booking_id, c.expires_at,
                 extract(epoch FROM now() - c.expires_at)::float8 AS late_s
            FROM seat_claim c LEFT JOIN show s ON s.id = c.show_id
           WHERE ${inPage} AND c.state = 'locked' AND coalesce(s.starts_at > now() - interval '1 day', true)
             AND c.expires_at <= now() - $5::float8 * interval '1 ms'`,
    values: (page, { lockPastExpiryMsMax }) => [...pageValues(page), lockPastExpiryMsMax],
    tell: (row, { lockPastExpiryMsMax }) => ({
      ...seatOf(row),
      expected: `its claim gone ${lockPastExpiryMsMax / 1000} s after ${row.expires_at.toISOString()}`,
      found: `it still locked ${Math.round(row.late_s)} s after`,
    }),
  }),
  sqlCheck<ClaimsPage, ClaimedSeat & { seat_count: number | null }>({
    name: 'claims_are_in_the_hall',
    promise: 'No more places are taken than there are',
    mend: 'Find what wrote the claim. The seat is on no map, so nobody can buy it again.',
    sql: `SELECT s.key AS show_key, c.show_id, c.seat_no, c.booking_id, f.seat_count
            FROM seat_claim c LEFT JOIN show s ON s.id = c.show_id LEFT JOIN show_ledger f ON f.show_id = c.show_id
           WHERE ${inPage} AND (f.seat_count IS NULL OR c.seat_no >= f.seat_count)`,
    values: pageValues,
    tell: (row) => ({
      ...seatOf(row),
      expected: 'claims only of seats that the show has',
      found:
        row.seat_count === null
          ? 'a show that was never put on sale'
          : `a claim beyond its ${row.seat_count} seats`,
    }),
  }),
]
