/** What the verbs of this room stand on. Built once by openGate; every verb takes it first. */
import type { Catalog } from '../catalog/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Ticketing } from '../ticket/index.ts'
import type { GateLimits } from './gate-limits.ts'

export interface Room {
  pool: Pool
  ticketing: Pick<
    Ticketing,
    'verify' | 'verifyMany' | 'standingOf' | 'standingsOf' | 'gateKeys' | 'signForGates'
  >
  catalog: Pick<Catalog, 'findPlans'>
  clock: Clock
  limits: GateLimits
}
