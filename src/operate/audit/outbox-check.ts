/** What commits promised to have done after them is done. Read by the index of what is due. */
import { type Check, sqlCheck } from './check.ts'

export const outboxCheck: Check<null> = sqlCheck<null, { id: string; topic: string; age_s: number }>({
  name: 'outbox_is_done',
  promise: 'What a commit promised to do afterwards is done soon',
  mend: 'See that a process runs and reaches Redis and PostgreSQL, and its log for this row. It is repeated until it is done.',
  // Rows that wait for a later time are not late.
  sql: `SELECT id, topic, extract(epoch FROM now() - created_at)::float8 AS age_s FROM outbox
         WHERE done_at IS NULL AND due_at <= now() + interval '1 min'
           AND created_at <= now() - $1::float8 * interval '1 ms' ORDER BY due_at, id`,
  values: (_page, { outboxMsMax }) => [outboxMsMax],
  tell: ({ id, topic, age_s }, { outboxMsMax }) => ({
    subject: `outbox row ${id} (${topic})`,
    bookingId: null,
    expected: `it done within ${outboxMsMax / 1000} s`,
    found: `it open for ${Math.round(age_s)} s`,
  }),
})
