/** Tells "PostgreSQL does not answer", an outage that ends by itself, from its refusals, which are faults of ours. */
import { Outage } from './failures.ts'
import { CommitUnknown, sqlState } from './transaction.ts'

export class DatabaseAway extends Outage {
  readonly code = 'DATABASE_AWAY'

  constructor(cause: unknown) {
    super('This cannot be answered at the moment. Try again in a second.', 1_000, { cause })
  }
}

/** Shutting down, starting up, no connection left, connection lost, a chance that outlasted the retries. */
const awayStates = /^(57P0[1-3]|53300|08(?!P01)\w{3}|40001|40P01|55P03)$/
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH'])
/** The driver tells these by their text alone. */
const awayMessages =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable|after calling end on the pool/
/** What Prisma's driver adapter makes of the same. */
const awayKinds = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
])

export function isPostgresAway(error: unknown): boolean {
  if (error instanceof CommitUnknown) return true
  if (!(error instanceof Error)) return false
  const { kind, originalCode } = adapterCause(error)
  if (kind !== undefined && awayKinds.has(kind)) return true
  const state = sqlState(error) ?? sqlState({ code: originalCode })
  if (state !== undefined && awayStates.test(state)) return true
  return awayCodes.has((error as { code?: string }).code ?? '') || awayMessages.test(error.message)
}

function adapterCause(error: Error): { kind?: string; originalCode?: string } {
  const { meta } = error as { meta?: { driverAdapterError?: { cause?: object } } }
  return meta?.driverAdapterError?.cause ?? {}
}
