/** What is asked once and not in pages: the outbox, by the index of what is due, and the uses of promotions. */
import { type Check, sqlCheck } from './check.ts'
import { endedStates } from './known-states.ts'

const outboxCheck = sqlCheck<null, { id: string; topic: string; age_s: number }>({
  name: 'outbox_is_done',
  promise: 'What a commit promised to do afterwards is done soon',
  mend: 'See that a process runs and reaches Redis and PostgreSQL, and its log for this row. It is repeated until it is done.',
  // Rows that wait for a later time are not late.
  sql: `SELECT id, topic, extract(epoch FROM now() - created_at)::float8 AS age_s FROM outbox
         WHERE done_at IS NULL AND due_at <= now() + interval '1 min'
           AND created_at <= now() - $1::float8 * interval '1 ms'
         ORDER BY due_at, id LIMIT $2`,
  values: (_page, { outboxMsMax, outboxRowsMax }) => [outboxMsMax, outboxRowsMax],
  tell: ({ id, topic, age_s }, { outboxMsMax }) => ({
    subject: `outbox row ${id} (${topic})`,
    bookingId: null,
    expected: `it done within ${outboxMsMax / 1000} s`,
    found: `it open for ${Math.round(age_s)} s`,
  }),
})

interface Uses {
  code: string
  uses_max: number | null
  uses_per_buyer_max: number | null
  uses: number
  by_buyer: number
}

const promotionCheck = sqlCheck<null, Uses>({
  name: 'promotions_within_limits',
  promise: 'A promotion code is used no more often than it may be',
  mend: 'Close the promotion (set its end) and honour the bookings that have it; then find what wrote past the count.',
  sql: `SELECT p.code, p.uses_max, p.uses_per_buyer_max, sum(b.uses)::int AS uses, max(b.uses)::int AS by_buyer
          FROM promotion p
          JOIN (SELECT promotion_id, buyer_id, count(*) AS uses FROM booking
                 WHERE promotion_id IS NOT NULL AND state <> ALL ($1::text[]::booking_state[])
                 GROUP BY promotion_id, buyer_id) b ON b.promotion_id = p.id
         GROUP BY p.id HAVING sum(b.uses) > p.uses_max OR max(b.uses) > p.uses_per_buyer_max`,
  values: () => [endedStates],
  tell: ({ code, uses_max, uses_per_buyer_max, uses, by_buyer }) => ({
    subject: `promotion ${code}`,
    bookingId: null,
    expected: `at most ${uses_max ?? 'any number of'} uses, and ${uses_per_buyer_max ?? 'any number'} by one buyer`,
    found: `${uses}, and ${by_buyer} by one buyer`,
  }),
})

export const wholeChecks: Check<null>[] = [outboxCheck, promotionCheck]
