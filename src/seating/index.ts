/**
 * Seating: who has which seat. Keeps promise 1, a seat is never sold twice.
 *
 * Words: a lock keeps seats for one buyer until it expires, is released, or is converted by a booking. The ledger
 * (Redis) orders rivals and answers fast; the claims (PostgreSQL) decide. A taking goes ledger first, then claim; a
 * giving goes claim first, then ledger. docs/ledger.md has it exactly.
 */
export { claimsToPaying, claimsToSold, freeClaims, lockFence, readClaims, takeSold } from './claims.ts'
export type { Difference } from './compare.ts'
export {
  mergeFrames,
  parseFrame,
  printChanges,
  type SeatFrame,
  type StatusLetter,
} from './frame.ts'
export type { LedgerPosition } from './ledger-replies.ts'
export { openSeating, type Seating, type SeatingOptions } from './open-seating.ts'
export { packedStatuses, packStatuses } from './packed.ts'
export type { PlaceLock } from './place-lock.ts'
export type { SeatMapSnapshot } from './read-map.ts'
export {
  AlreadyExtended,
  BadSeatCount,
  ClaimsAway,
  ClaimsLost,
  KeyReused,
  LedgerAway,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  SeatsUnavailable,
  ShowNotOnSale,
} from './refusals.ts'
export { type OpenSale, openSale } from './sale.ts'
export type { SeatLock } from './seat-lock.ts'
export { seatingLimits } from './seating-limits.ts'
export { recordSeatSync, type SeatSync } from './sync-seats.ts'
