/** Promise 1 from the side of bookings: who has a ticket has the seat, and nobody else has. */
import { type BookingsPage, type Check, sqlCheck } from './check.ts'
import { waitingStates } from './known-states.ts'
import { validLines } from './valid-lines.ts'

interface Seat {
  id: string
  show_key: string
  seat_no: number
}

const seatOf = ({ id, show_key, seat_no }: Seat) => ({
  subject: `booking ${id}, show ${show_key} seat ${seat_no}`,
  bookingId: id,
})

export const ticketChecks: Check<BookingsPage>[] = [
  sqlCheck<BookingsPage, Seat & { state: string; has_line: boolean }>({
    name: 'tickets_match_lines',
    promise: 'A confirmed booking has a valid ticket for each line, and no other booking has valid tickets',
    mend: 'Settle whether the buyer has paid and who holds the seat; then issue the ticket or make it void.',
    sql: `SELECT b.id, s.key AS show_key, x.seat_no, b.state, x.has_line
            FROM booking b JOIN show s ON s.id = b.show_id
            CROSS JOIN LATERAL (
              SELECT coalesce(l.seat_no, t.seat_no) AS seat_no, l.seat_no IS NOT NULL AS has_line
                FROM (${validLines}) l
                FULL JOIN (SELECT DISTINCT seat_no, show_id FROM ticket
                            WHERE booking_id = b.id AND state = 'valid') t
                  ON t.seat_no = l.seat_no AND t.show_id = b.show_id
               WHERE l.seat_no IS NULL OR t.seat_no IS NULL
            ) x
           WHERE b.id = ANY ($1::uuid[])`,
    values: ({ ids }) => [ids],
    tell: (row) => ({
      ...seatOf(row),
      expected: row.has_line ? 'a valid ticket' : `no valid ticket (the booking is ${row.state})`,
      found: row.has_line ? 'none' : 'one that is valid',
    }),
  }),
  sqlCheck<BookingsPage, Seat & { other: string }>({
    name: 'seats_are_sold_once',
    promise: 'No seat has two valid tickets',
    mend: 'A double sale: keep the ticket whose booking has the claim, and move or refund the other buyer before the doors open.',
    sql: `SELECT DISTINCT t.booking_id AS id, s.key AS show_key, t.seat_no, o.booking_id AS other
            FROM ticket t JOIN show s ON s.id = t.show_id
            JOIN ticket o ON o.show_id = t.show_id AND o.seat_no = t.seat_no AND o.state = 'valid' AND o.id > t.id
           WHERE t.booking_id = ANY ($1::uuid[]) AND t.state = 'valid'`,
    values: ({ ids }) => [ids],
    tell: (row) => ({
      ...seatOf(row),
      expected: 'its ticket to be the only one',
      found: row.other === row.id ? 'a second valid ticket of its own' : `another of booking ${row.other}`,
    }),
  }),
  sqlCheck<BookingsPage, Seat & { owner: string | null }>({
    name: 'tickets_have_claims',
    promise: 'Every valid ticket has its seat claimed by its booking',
    mend: 'The seat may be sold again: take it off sale first, then restore the claim from the ticket.',
    sql: `SELECT b.id, s.key AS show_key, t.seat_no, c.booking_id AS owner
            FROM booking b JOIN show s ON s.id = b.show_id
            JOIN ticket t ON t.booking_id = b.id AND t.state = 'valid'
            LEFT JOIN seat_claim c ON c.show_id = t.show_id AND c.seat_no = t.seat_no
           WHERE b.id = ANY ($1::uuid[]) AND b.state = 'CONFIRMED' AND c.booking_id IS DISTINCT FROM b.id`,
    values: ({ ids }) => [ids],
    tell: (row) => ({ ...seatOf(row), expected: 'a claim of this booking', found: claimOf(row.owner) }),
  }),
  sqlCheck<BookingsPage, Seat & { state: string; owner: string | null }>({
    name: 'paying_seats_are_claimed',
    promise: 'A booking that waits for its payment holds its seats',
    mend: 'The commit that ends it gives the money back if the seats are gone; watch that it does.',
    sql: `SELECT b.id, s.key AS show_key, l.seat_no, b.state, c.booking_id AS owner
            FROM booking b JOIN show s ON s.id = b.show_id
            JOIN booking_line l ON l.booking_id = b.id
            LEFT JOIN seat_claim c ON c.show_id = b.show_id AND c.seat_no = l.seat_no
           WHERE b.id = ANY ($1::uuid[]) AND b.state = ANY ($2::text[]::booking_state[])
             AND c.booking_id IS DISTINCT FROM b.id`,
    values: ({ ids }) => [ids, waitingStates],
    tell: (row) => ({
      ...seatOf(row),
      expected: `a claim of this booking, which is ${row.state}`,
      found: claimOf(row.owner),
    }),
  }),
]

const claimOf = (owner: string | null) =>
  owner === null ? 'no claim of any booking' : `the claim of booking ${owner}`
