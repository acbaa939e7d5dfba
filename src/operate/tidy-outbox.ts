/**
 * Forgets outbox rows that were done long ago, so that the table stays as large as the work of a week. Several processes
 * may tidy at once. What is not done stays, however old.
 */
import type { Pool } from '../platform/postgres.ts'

const keptDays = 7
/** Looked at by one statement, from the oldest on: a statement stays short, whatever stands in the way. */
const rowsPerRound = 5_000

/** How many were forgotten. */
export async function tidyOutbox(pool: Pool): Promise<number> {
  let forgotten = 0
  for (;;) {
    const { rowCount } = await pool.query(
      `DELETE FROM outbox WHERE id IN (
         SELECT id FROM (SELECT id, done_at FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED) oldest
          WHERE done_at < now() - $2 * interval '1 day')`,
      [rowsPerRound, keptDays],
    )
    forgotten += rowCount ?? 0
    // Fewer than half: what is left is young, or waits.
    if ((rowCount ?? 0) < rowsPerRound / 2) return forgotten
  }
}
