/**
 * The checks that PostgreSQL alone can answer: over all bookings that have been still, over all claims, each
 * in pages of their primary key, and what is asked once.
 */
import type { Pool } from '../../platform/postgres.ts'
import type { AuditLimits } from './audit-limits.ts'
import type { BookingsPage, Check, ClaimPlace } from './check.ts'
import { claimChecks } from './claim-checks.ts'
import { moneyChecks } from './money-checks.ts'
import type { StartProgress } from './progress.ts'
import { inSnapshot, overPages, type Snapshot } from './snapshot.ts'
import { stateChecks } from './state-checks.ts'
import type { Tally } from './tally.ts'
import { ticketChecks } from './ticket-checks.ts'
import { wholeChecks } from './whole-checks.ts'

const bookingChecks: Check<BookingsPage>[] = [...moneyChecks, ...ticketChecks, ...stateChecks]
export const rowChecks = [...bookingChecks, ...claimChecks, ...wholeChecks]

export interface AuditRows {
  pool: Pool
  limits: AuditLimits
  tally: Tally
  nowMs: () => number
  /** Called before each page; throws when the audit is to end. */
  goOn: () => void
  startProgress: StartProgress
  /** Told of every page of still bookings, in its snapshot. */
  onPage: (snapshot: Snapshot, page: BookingsPage) => Promise<void>
}

export interface AuditedRows {
  bookings: number
  /** Bookings that changed a moment ago and were left for the next audit. */
  moving: number
  claims: number
  /** Bookings and refunds that a person has been called for. */
  waitForPerson: number
}

export async function auditRows(audit: AuditRows): Promise<AuditedRows> {
  const rows: AuditedRows = { bookings: 0, moving: 0, claims: 0, waitForPerson: 0 }
  for (const check of rowChecks) audit.tally.made(check)
  const totals = await inSnapshot(audit.pool, audit.limits, (snapshot) => readTotals(audit, rows, snapshot))
  await auditBookings(audit, rows, totals.bookings)
  await auditClaims(audit, rows, totals.claims)
  return rows
}

async function readTotals({ tally, limits }: AuditRows, rows: AuditedRows, snapshot: Snapshot) {
  for (const check of wholeChecks) tally.add(await check.find(snapshot, null, limits))
  // Whoever waits for a person is still looked at now and then, which is what the index knows.
  const { rows: found } = await snapshot.query<{ bookings: number; claims: number; persons: number }>(
    `SELECT (SELECT count(*) FROM booking)::int AS bookings, (SELECT count(*) FROM seat_claim)::int AS claims,
            (SELECT count(*) FROM booking WHERE next_look_at IS NOT NULL AND state = 'NEEDS_OPERATOR')::int
              + (SELECT count(*) FROM refund WHERE state = 'NEEDS_OPERATOR')::int AS persons`,
  )
  rows.waitForPerson = found[0]?.persons ?? 0
  return { bookings: found[0]?.bookings ?? 0, claims: found[0]?.claims ?? 0 }
}

const firstId = '00000000-0000-0000-0000-000000000000'

async function auditBookings(audit: AuditRows, rows: AuditedRows, total: number): Promise<void> {
  const { pool, limits, tally, nowMs, goOn, onPage } = audit
  const progress = audit.startProgress('Auditing bookings', total)
  const onePage = async (snapshot: Snapshot, after: string) => {
    goOn()
    const { last, ids, met } = await readBookings(snapshot, after, limits)
    for (const check of bookingChecks) tally.add(await check.find(snapshot, { ids }, limits))
    await onPage(snapshot, { ids })
    rows.bookings += ids.length
    rows.moving += met - ids.length
    progress.steps(met)
    return met < limits.bookingsPerPage ? null : last
  }
  await overPages(pool, limits, firstId, onePage, nowMs).finally(progress.end)
}

/** A booking is still when neither it nor anything that hangs on it has changed for a while. */
async function readBookings(snapshot: Snapshot, after: string, { bookingsPerPage, stillMs }: AuditLimits) {
  const { rows } = await snapshot.query<{ id: string; is_still: boolean }>(
    `SELECT b.id, greatest(
              b.updated_at,
              (SELECT max(p.updated_at) FROM payment p WHERE p.booking_id = b.id),
              (SELECT max(greatest(r.created_at, r.updated_at)) FROM refund r WHERE r.booking_id = b.id),
              (SELECT max(c.at) FROM booking_change c WHERE c.booking_id = b.id),
              (SELECT max(t.issued_at) FROM ticket t WHERE t.booking_id = b.id)
            ) <= now() - $3::float8 * interval '1 ms' AS is_still
       FROM booking b WHERE b.id > $1 ORDER BY b.id LIMIT $2`,
    [after, bookingsPerPage, stillMs],
  )
  const ids = rows.filter((row) => row.is_still).map((row) => row.id)
  return { last: rows.at(-1)?.id ?? after, ids, met: rows.length }
}

async function auditClaims(audit: AuditRows, rows: AuditedRows, total: number): Promise<void> {
  const { pool, limits, tally, nowMs, goOn } = audit
  const progress = audit.startProgress('Auditing claims', total)
  const onePage = async (snapshot: Snapshot, after: ClaimPlace) => {
    goOn()
    const { rows: met } = await snapshot.query<ClaimPlace>(
      `SELECT show_id AS "showId", seat_no AS "seatNo" FROM seat_claim
        WHERE (show_id, seat_no) > ($1, $2) ORDER BY show_id, seat_no LIMIT $3`,
      [after.showId, after.seatNo, limits.claimsPerPage],
    )
    const upTo = met.at(-1)
    if (!upTo) return null
    for (const check of claimChecks) tally.add(await check.find(snapshot, { after, upTo }, limits))
    rows.claims += met.length
    progress.steps(met.length)
    return met.length < limits.claimsPerPage ? null : upTo
  }
  await overPages(pool, limits, { showId: -1, seatNo: -1 }, onePage, nowMs).finally(progress.end)
}
