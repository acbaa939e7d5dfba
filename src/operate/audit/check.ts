/**
 * A check: one promise, the question that finds where it is broken, and what to do then. A check asks about one page of
 * rows at a time, inside a snapshot that only reads (snapshot.ts).
 */
import type { AuditLimits } from './audit-limits.ts'
import type { Snapshot } from './snapshot.ts'

export interface Finding {
  check: string
  /** What it is about, as an operator names it: `booking …`, `show … seat …`. */
  subject: string
  bookingId: string | null
  expected: string
  found: string
  mend: string
}

export interface Check<Page> {
  /** Also its label as a metric and its heading in docs/audit.md. */
  name: string
  promise: string
  find(snapshot: Snapshot, page: Page, limits: AuditLimits): Promise<Finding[]>
}

/** Bookings that have been still, and all that hangs on them. */
export interface BookingsPage {
  ids: string[]
}

/** Claims after one place of the primary key and up to another. */
export interface ClaimsPage {
  after: ClaimPlace
  upTo: ClaimPlace
}

export interface ClaimPlace {
  showId: number
  seatNo: number
}

export interface Told {
  subject: string
  bookingId: string | null
  expected: string
  found: string
}

export interface SqlCheck<Page, Row> {
  name: string
  promise: string
  /** Follows the finding; a full sentence. */
  mend: string
  sql: string
  values: (page: Page, limits: AuditLimits) => unknown[]
  /** null: the row keeps the promise. */
  tell: (row: Row, limits: AuditLimits) => Told | null
}

export function sqlCheck<Page, Row extends object>(check: SqlCheck<Page, Row>): Check<Page> {
  const { name, promise, mend, sql, values, tell } = check
  return {
    name,
    promise,
    async find(snapshot, page, limits) {
      const { rows } = await snapshot.query<Row>(sql, values(page, limits))
      return rows.flatMap((row) => {
        const told = tell(row, limits)
        return told ? [{ check: name, ...told, mend }] : []
      })
    },
  }
}

export const sentenceOf = ({ subject, expected, found, mend }: Finding): string =>
  `${subject}: expected ${expected}; found ${found}. ${mend}`
