/**
 * Runs work in one transaction on one connection. What PostgreSQL may refuse by chance is retried around the
 * whole step; everything else goes to the caller. `Tx` is a connection inside BEGIN … COMMIT: functions that
 * write take one, so that nothing is written outside.
 */

import type { PoolClient } from 'pg'
import type { Pool } from './postgres.ts'

declare const insideTransaction: unique symbol
export type Tx = PoolClient & { readonly [insideTransaction]: true }

/** Why a transaction may be run again, and how long to wait first. */
const retryDelayMsOf: Record<string, number> = {
  '40001': 5, // serialization_failure: the other one has committed
  '40P01': 20, // deadlock_detected: the other one goes on now
  '55P03': 30, // lock_not_available: a writer holds the row longer than lock_timeout
}

const triesMax = 5

/** A process that is stopped inside a transaction must not keep its locks for ever. */
const idleMsMax = 30_000

export interface TransactionOptions {
  lockTimeoutMs?: number
}

/** The COMMIT was sent and its answer never came: the work may or may not have happened. Read again. */
export class CommitUnknown extends Error {
  constructor(cause: unknown) {
    super('The outcome of a commit is unknown', { cause })
  }
}

export async function inTransaction<Result>(
  pool: Pool,
  work: (tx: Tx) => Promise<Result>,
  { lockTimeoutMs = 2_000 }: TransactionOptions = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work, lockTimeoutMs)
    } catch (error) {
      const delayMs = retryDelayMsOf[sqlState(error) ?? '']
      if (delayMs === undefined || attempt >= triesMax) throw error
      await new Promise((resolve) => setTimeout(resolve, delayMs * attempt * (0.5 + Math.random())))
    }
  }
}

async function once<Result>(pool: Pool, work: (tx: Tx) => Promise<Result>, lockTimeoutMs: number) {
  const client = (await pool.connect()) as Tx
  let failure: Error | undefined
  let committing = false
  try {
    await client.query(
      `BEGIN; SET LOCAL lock_timeout = ${Math.trunc(lockTimeoutMs)};
       SET LOCAL idle_in_transaction_session_timeout = ${idleMsMax}`,
    )
    const result = await work(client)
    committing = true
    await client.query('COMMIT')
    return result
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    if (committing && !isAnswer(error)) throw new CommitUnknown(error)
    if (!committing)
      await client.query('ROLLBACK').then(
        () => (failure = undefined),
        () => {},
      )
    throw error
  } finally {
    // A connection that could not even roll back is not given to anyone else.
    client.release(failure)
  }
}

/** A server that shuts down ends the connection with a SQLSTATE too, and may have committed before. */
function isAnswer(error: unknown): boolean {
  const state = sqlState(error)
  return state !== undefined && !/^(57P|08)/.test(state)
}

/** The five-character SQLSTATE of a server's refusal; undefined when the server did not answer. */
export function sqlState(error: unknown): string | undefined {
  if (error && typeof error === 'object' && 'code' in error && typeof error.code === 'string') {
    return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
  }
  return undefined
}
