/** What the verbs of this room stand on. Built once by openTicketing; every verb takes it first. */
import type { Clock } from '../platform/clock.ts'
import type { Pool } from '../platform/postgres.ts'
import type { KeyRing } from './key-ring.ts'
import type { TicketLimits } from './ticket-limits.ts'

export interface Room {
  pool: Pool
  sealer: KeySealer
  keyRing: KeyRing
  clock: Clock
  randomBytes: (count: number) => Uint8Array
  limits: TicketLimits
}

/** Encrypts what rests in the database. What was sealed opens only under the context it was sealed with. */
export interface KeySealer {
  seal(plain: string, context: string): string
  open(sealed: string, context: string): string
}

/** Shows that began before it are over for codes: none is shown any more, and no key is kept for them. */
export const overSince = ({ clock, limits }: Room): Date =>
  new Date(clock.nowMs() - limits.codeLifeAfterStartMs)
