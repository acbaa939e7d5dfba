/** Tells "PostgreSQL does not answer", which is an outage and may be repeated, from its refusals, which are faults. */
import { CommitUnknown, sqlState } from '../platform/transaction.ts'
import { BookingsAway } from './refusals.ts'

/** Shutting down, starting up, no connection left, connection lost; a lock or a deadlock that outlasted the retries. */
const awayStates = /^(57P0[1-3]|53300|08\w{3}|40001|40P01|55P03)$/
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
/** The driver tells these by their text alone. */
const awayMessages =
  /Connection terminated|timeout exceeded when trying to connect|not queryable|after calling end on the pool/

export function isAway(error: unknown): boolean {
  if (error instanceof CommitUnknown) return true
  const state = sqlState(error)
  if (state !== undefined) return awayStates.test(state)
  if (!(error instanceof Error)) return false
  return awayCodes.has((error as { code?: string }).code ?? '') || awayMessages.test(error.message)
}

export async function orBookingsAway<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isAway(error) ? new BookingsAway(error) : error
  }
}
