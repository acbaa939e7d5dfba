/** What this room tells of itself while it works: lines for the log, and counts that metrics may want. */

export interface SeatingLog {
  warn(fields: object, message: string): void
  info(fields: object, message: string): void
}

export interface SeatingEvents {
  rebuilt(showId: number): void
  /** PostgreSQL refused seats that the ledger had given: a double sale prevented by the claim's key. */
  claimConflict(showId: number): void
  repaired(showId: number, seats: number): void
}
