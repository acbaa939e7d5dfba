/** Promise 2: money and tickets never disagree. Amounts are compared per booking and currency. */
import { printAmount } from '../../platform/currency.ts'
import { type BookingsPage, type Check, sqlCheck } from './check.ts'
import { endedStates } from './known-states.ts'
import { validLines } from './valid-lines.ts'

interface Sums {
  id: string
  currency: string
  captured: string
  refunded: string
  ordered: string
}

/**
 * What was taken, what went or shall go back, and what the valid order lines cost: the lines of a booking that stands.
 * A refund counts from the commit that owes it.
 */
const sums = `
  SELECT b.id, m.currency, sum(m.captured) AS captured, sum(m.refunded) AS refunded, sum(m.ordered) AS ordered
    FROM booking b CROSS JOIN LATERAL (
      SELECT p.currency, p.amount_minor::bigint AS captured, 0 AS refunded, 0 AS ordered
        FROM payment p WHERE p.booking_id = b.id AND p.state = 'SUCCEEDED'
       UNION ALL
      SELECT r.currency, 0, r.amount_minor, 0 FROM refund r WHERE r.booking_id = b.id AND r.state <> 'WITHDRAWN'
       UNION ALL
      SELECT b.currency, 0, 0, v.amount_minor FROM (${validLines}) v
    ) m
   WHERE b.id = ANY ($1::uuid[])`

const amount = (minor: string | number, currency: string) =>
  printAmount({ amountMinor: Number(minor), currency })

export const moneyChecks: Check<BookingsPage>[] = [
  sqlCheck<BookingsPage, Sums>({
    name: 'money_equals_lines',
    promise: 'Captured minus refunded is what the valid order lines cost',
    mend: 'Compare with the gateway (audit --gateway), then refund what is too much, or correct the row that is wrong.',
    // Two cases have checks of their own: nothing was given for the money, and more went back than was taken.
    sql: `${sums} AND b.state = ANY ($2::text[]::booking_state[])
       AND (b.state = 'CONFIRMED' OR EXISTS (SELECT FROM refund r WHERE r.booking_id = b.id))
     GROUP BY b.id, m.currency
    HAVING sum(m.captured) - sum(m.refunded) <> sum(m.ordered) AND sum(m.refunded) <= sum(m.captured)`,
    values: ({ ids }) => [ids, [...endedStates, 'CONFIRMED']],
    tell: ({ id, currency, captured, refunded, ordered }) => ({
      subject: `booking ${id}`,
      bookingId: id,
      expected: `${amount(ordered, currency)} kept for its order lines`,
      found: `${amount(captured, currency)} captured and ${amount(refunded, currency)} refunded or owed`,
    }),
  }),
  sqlCheck<BookingsPage, { id: string; state: string; amount_minor: number; currency: string }>({
    name: 'captures_have_tickets_or_refunds',
    promise: 'Every capture has tickets, or a refund that is owed or paid',
    mend: 'The buyer has paid for nothing: refund the amount at the gateway and write the refund down.',
    sql: `SELECT b.id, b.state, p.amount_minor, p.currency
            FROM booking b JOIN payment p ON p.booking_id = b.id
           WHERE b.id = ANY ($1::uuid[]) AND b.state = ANY ($2::text[]::booking_state[]) AND p.state = 'SUCCEEDED'
             AND NOT EXISTS (SELECT FROM refund r WHERE r.booking_id = b.id AND r.state <> 'WITHDRAWN')`,
    values: ({ ids }) => [ids, endedStates],
    tell: ({ id, state, amount_minor, currency }) => ({
      subject: `booking ${id}`,
      bookingId: id,
      expected: `a refund of ${amount(amount_minor, currency)}, because it is ${state}`,
      found: 'the money captured, and no refund',
    }),
  }),
  sqlCheck<BookingsPage, Sums>({
    name: 'refunds_within_captures',
    promise: 'No more is refunded than was captured',
    mend: 'Stop refunds that are still OWED, and see at the gateway what was really taken and paid back.',
    sql: `${sums} GROUP BY b.id, m.currency HAVING sum(m.refunded) > sum(m.captured)`,
    values: ({ ids }) => [ids],
    tell: ({ id, currency, captured, refunded }) => ({
      subject: `booking ${id}`,
      bookingId: id,
      expected: `at most the ${amount(captured, currency)} that was captured to go back`,
      found: `${amount(refunded, currency)} refunded or owed`,
    }),
  }),
  sqlCheck<
    BookingsPage,
    { id: string; currency: string; total: number; lines: string; charged: number | null; in: string | null }
  >({
    name: 'prices_add_up',
    promise: 'A booking costs what its lines cost, and that is what its payment asks for',
    mend: 'Nothing in the product changes a price after it was told: look for a change by hand.',
    sql: `SELECT b.id, b.currency, b.total_minor AS total, l.lines, p.amount_minor AS charged, p.currency AS in
            FROM booking b
            CROSS JOIN LATERAL (SELECT coalesce(sum(l.amount_minor), 0) AS lines
                                  FROM booking_line l WHERE l.booking_id = b.id) l
            LEFT JOIN payment p ON p.booking_id = b.id
           WHERE b.id = ANY ($1::uuid[])
             AND (b.total_minor <> l.lines OR p.amount_minor <> b.total_minor OR p.currency <> b.currency)`,
    values: ({ ids }) => [ids],
    tell: ({ id, currency, total, lines, charged, in: chargedIn }) => ({
      subject: `booking ${id}`,
      bookingId: id,
      expected: `lines and payment to come to its total of ${amount(total, currency)}`,
      found:
        `lines of ${amount(lines, currency)}` +
        (charged === null ? '' : ` and a payment of ${amount(charged, chargedIn ?? currency)}`),
    }),
  }),
]
