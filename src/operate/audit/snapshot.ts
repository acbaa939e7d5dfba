/**
 * A snapshot: one moment of the database, which can only be read. Every commit of the product keeps the promises, so a
 * snapshot never shows one half of a change.
 */
import type { Pool } from '../../platform/postgres.ts'
import type { Tx } from '../../platform/transaction.ts'
import type { AuditLimits } from './audit-limits.ts'

export type Snapshot = Pick<Tx, 'query'>

export async function inSnapshot<Result>(
  pool: Pool,
  { statementMsMax }: AuditLimits,
  work: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET LOCAL statement_timeout = ${Math.trunc(statementMsMax)}`)
    return await work(client)
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw failure
  } finally {
    // Nothing was written, so there is nothing to commit; a connection that cannot end it is not given on.
    await client.query('ROLLBACK').then(
      () => client.release(),
      () => client.release(failure ?? true),
    )
  }
}

/** Goes over a table page by page, in one snapshot for as long as that may live, then in the next. */
export async function overPages<Place>(
  pool: Pool,
  limits: AuditLimits,
  from: Place,
  onePage: (snapshot: Snapshot, after: Place) => Promise<Place | null>,
  nowMs: () => number,
): Promise<void> {
  let after: Place | null = from
  while (after !== null) {
    after = await inSnapshot(pool, limits, async (snapshot) => {
      const renewAt = nowMs() + limits.snapshotMsMax
      let place: Place | null = after
      do {
        place = place === null ? null : await onePage(snapshot, place)
      } while (place !== null && nowMs() < renewAt)
      return place
    })
  }
}
