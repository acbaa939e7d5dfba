/** States agree with each other and with their history, and nothing waits for ever or is forgotten. */
import { type BookingState, bookingMoves } from '../../booking/index.ts'
import type { PaymentState } from '../../payment/index.ts'
import { type BookingsPage, type Check, sqlCheck } from './check.ts'
import { knownStates, waitingStates } from './known-states.ts'

interface Pair {
  id: string
  state: BookingState
  total_minor: number
  payment: PaymentState | null
  has_intent: boolean
  has_confirm: boolean
  stray_refunds: number
}

interface Waiting {
  id: string
  state: BookingState
  was_sent: boolean
  waited_ms: number
  due_ms: number | null
}

const bookingOf = ({ id }: { id: string }) => ({ subject: `booking ${id}`, bookingId: id })
const needsIntent: PaymentState[] = ['OPENED', 'CONFIRMING', 'REQUIRES_ACTION', 'SUCCEEDED']
const needsConfirm: PaymentState[] = ['CONFIRMING', 'REQUIRES_ACTION']

export const stateChecks: Check<BookingsPage>[] = [
  sqlCheck<BookingsPage, Pair>({
    name: 'states_agree',
    promise: 'The states of a booking, its payment and its refunds fit together',
    mend: 'Ask the gateway how the payment stands before either row is changed; no step of the product carries this pair on.',
    sql: `SELECT b.id, b.state, b.total_minor, p.state AS payment, p.intent_id IS NOT NULL AS has_intent,
                 p.confirm_sent_at IS NOT NULL AS has_confirm,
                 (SELECT count(*)::int FROM refund r WHERE r.booking_id = b.id AND r.payment_id IS DISTINCT FROM p.id)
                   AS stray_refunds
            FROM booking b LEFT JOIN payment p ON p.booking_id = b.id WHERE b.id = ANY ($1::uuid[])`,
    values: ({ ids }) => [ids],
    tell(row) {
      const found = misfit(row)
      if (!found) return null
      const { payments } = knownStates[row.state]
      const fitting = row.total_minor === 0 ? 'no payment' : `a payment that is ${payments.join(' or ')}`
      return { ...bookingOf(row), expected: `${fitting}, because it is ${row.state}`, found }
    },
  }),
  sqlCheck<BookingsPage, Waiting>({
    name: 'waits_end',
    promise: 'Nothing waits longer than its limit, and what waits is looked at',
    mend: 'See that a process runs and reaches PostgreSQL and the gateway, and its log for this booking.',
    sql: `SELECT b.id, b.state, coalesce(p.confirm_sent_at IS NOT NULL, false) AS was_sent,
                 (extract(epoch FROM now() - b.updated_at) * 1000)::float8 AS waited_ms,
                 (extract(epoch FROM now() - greatest(b.next_look_at, b.attended_until)) * 1000)::float8 AS due_ms
            FROM booking b LEFT JOIN payment p ON p.booking_id = b.id
           WHERE b.id = ANY ($1::uuid[]) AND b.state = ANY ($2::text[]::booking_state[])`,
    values: ({ ids }) => [ids, waitingStates],
    tell(row, limits) {
      const limitMs = (row.was_sent ? limits.unknownMsMax : limits.unsentMsMax) + limits.lateMsMax
      if (row.due_ms === null)
        return { ...bookingOf(row), expected: `a time for its next look (it is ${row.state})`, found: 'none' }
      if (row.due_ms > limits.lateMsMax)
        return {
          ...bookingOf(row),
          expected: `somebody to look at it (it is ${row.state})`,
          found: `it overdue for ${told(row.due_ms)}`,
        }
      if (knownStates[row.state].kind === 'waits' && row.waited_ms > limitMs)
        return {
          ...bookingOf(row),
          expected: `it ${row.state} for at most ${told(limitMs)}`,
          found: `it waiting for ${told(row.waited_ms)}`,
        }
      return null
    },
  }),
  sqlCheck<BookingsPage, { id: string; refund_id: string; owed_ms: number; due_ms: number | null }>({
    name: 'refunds_are_paid',
    promise: 'A refund that is owed is tried until it is paid, and handed to a person in time',
    mend: 'See that a process runs and reaches the gateway. After a day the refund must not be repeated: the gateway forgets its key.',
    sql: `SELECT r.booking_id AS id, r.id AS refund_id,
                 (extract(epoch FROM now() - r.created_at) * 1000)::float8 AS owed_ms,
                 (extract(epoch FROM now() - r.next_try_at) * 1000)::float8 AS due_ms
            FROM refund r WHERE r.booking_id = ANY ($1::uuid[]) AND r.state = 'OWED'`,
    values: ({ ids }) => [ids],
    tell(row, { refundMsMax, lateMsMax }) {
      const told_ = (expected: string, found: string) => ({ ...bookingOf(row), expected, found })
      const refund = `its refund ${row.refund_id}`
      if (row.due_ms === null) return told_(`a next try of ${refund}`, 'none')
      if (row.due_ms > lateMsMax)
        return told_(`somebody to pay ${refund}`, `it overdue for ${told(row.due_ms)}`)
      if (row.owed_ms > refundMsMax + lateMsMax)
        return told_(`${refund} owed for at most ${told(refundMsMax)}`, `it owed for ${told(row.owed_ms)}`)
      return null
    },
  }),
  sqlCheck<BookingsPage, { id: string; state: BookingState; steps: [BookingState | null, BookingState][] }>({
    name: 'history_agrees',
    promise: 'The history of a booking is a path of allowed moves that ends where the booking is',
    mend: 'The state was changed past the product: find out by whom, and check claims, tickets and money of this booking by hand.',
    sql: `SELECT b.id, b.state,
                 (SELECT coalesce(jsonb_agg(jsonb_build_array(c.from_state, c.to_state) ORDER BY c.id), '[]')
                    FROM booking_change c WHERE c.booking_id = b.id) AS steps
            FROM booking b WHERE b.id = ANY ($1::uuid[])`,
    values: ({ ids }) => [ids],
    tell(row) {
      if (isPathTo(row.state, row.steps)) return null
      const path = row.steps.map(([from, to]) => `${from ?? 'nothing'} to ${to}`).join(', ')
      return {
        ...bookingOf(row),
        expected: `allowed moves from the beginning to ${row.state}`,
        found: path || 'no history',
      }
    },
  }),
]

/** What does not fit, in words. */
function misfit({
  state,
  total_minor,
  payment,
  has_intent,
  has_confirm,
  stray_refunds,
}: Pair): string | null {
  if (total_minor === 0 && payment !== null) return `a payment that is ${payment} for nothing to pay`
  if (total_minor > 0 && payment === null) return 'no payment'
  if (stray_refunds > 0) return 'a refund of a payment that is not its own'
  if (payment === null) return null
  if (!knownStates[state].payments.includes(payment)) return `one that is ${payment}`
  if (needsIntent.includes(payment) && !has_intent)
    return `one that is ${payment} without an intent of the gateway`
  if (needsConfirm.includes(payment) && !has_confirm)
    return `one that is ${payment} without the time of its confirm`
  return null
}

function isPathTo(state: BookingState, steps: [BookingState | null, BookingState][]): boolean {
  if (steps.at(-1)?.[1] !== state) return false
  return steps.every(([from, to], index) => {
    if (index === 0) return from === null
    return from !== null && from === steps[index - 1]?.[1] && bookingMoves[from].includes(to)
  })
}

const told = (ms: number) => (ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`)
