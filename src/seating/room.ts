/** What the verbs of this room stand on. Built once by openSeating; every verb takes it first. */
import type { Pool } from '../platform/postgres.ts'
import type { ClaimBatch } from './claim-batch.ts'
import type { ExpiryAlarms } from './expiry-alarms.ts'
import type { Ledger } from './ledger.redis.ts'
import type { Rebuilds } from './rebuild.ts'
import type { SeatingEvents, SeatingLog } from './seating-events.ts'
import type { SeatingLimits } from './seating-limits.ts'
import type { ShowFacts } from './show-facts.ts'

export interface Room {
  pool: Pool
  ledger: Ledger
  batch: ClaimBatch
  rebuilds: Rebuilds
  alarms: ExpiryAlarms
  facts: ShowFacts
  limits: SeatingLimits
  /** Keys the hash that derives lock ids from idempotency keys. */
  idSecret: string
  nowMs: () => number
  log: SeatingLog
  events: SeatingEvents
  /** Tests stop the process here; in production it is absent. */
  faultPoint: (name: string) => Promise<void>
}
