/**
 * What the organiser should know of a show's gates: tickets that let in more than one, and tickets that were let in although
 * they did not hold. Online this cannot happen; gates without network can only tell afterwards. And how many are inside.
 */
import { byTime, followScans } from './follow-scans.ts'
import { readShow } from './gate-policy.ts'
import { GateShowNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { type ScanRow, scansOf, standingScans } from './scan-rows.ts'

export type ConflictKind =
  /** Let in again while it was in. */
  | 'duplicate'
  | 'exit_without_entry'
  /** Let in with a code that had been replaced. */
  | 'replaced'
  /** Let in although its booking had been cancelled. */
  | 'void'
  /** Genuine, and not known to the database. */
  | 'unknown'

export interface ScanConflict {
  ticketId: string
  seatNo: number
  /** The entry that counts: the first of those that stand. */
  entry: ScanRow | null
  /** The scans that should not have been, in the order in which they were made. */
  scans: { kind: ConflictKind; scan: ScanRow }[]
}

export interface ConflictPage {
  showId: number
  first: number
  /** Go on behind this ticket. */
  after: string | null
}

/** In the order of their tickets' ids. */
export async function findConflicts(room: Room, page: ConflictPage): Promise<ScanConflict[]> {
  const { pool, limits } = room
  const show = await readShow(pool, limits, page.showId)
  if (!show) throw new GateShowNotFound()
  const first = Math.min(Math.max(0, page.first), limits.conflictsPerPageMax)
  const conflicts: ScanConflict[] = []
  let after = page.after
  while (conflicts.length < first) {
    const ticketIds = await suspects(room, page.showId, after)
    const scans = await scansOf(pool, ticketIds, ticketIds.length * limits.scansPerTicketMax)
    const byTicket = Map.groupBy(scans, ({ ticketId }) => ticketId)
    for (const ticketId of ticketIds) {
      const found = conflictOf(byTicket.get(ticketId) ?? [], show.policy)
      if (found && conflicts.length < first) conflicts.push(found)
    }
    after = ticketIds.at(-1) ?? null
    if (ticketIds.length < limits.conflictsPerPageMax) break
  }
  return conflicts
}

/** Tickets that may have a conflict: scanned more than once, or offline with a code that did not hold. */
async function suspects({ pool, limits }: Room, showId: number, after: string | null): Promise<string[]> {
  const { rows } = await pool.query<{ ticketId: string }>(
    `SELECT ticket_id AS "ticketId" FROM gate_scan
      WHERE show_id = $1 AND ($2::uuid IS NULL OR ticket_id > $2)
      GROUP BY ticket_id
     HAVING count(*) > 1 OR bool_or(standing <> 'current') OR bool_or(move = 'out')
      ORDER BY ticket_id LIMIT $3`,
    [showId, after, limits.conflictsPerPageMax],
  )
  return rows.map(({ ticketId }) => ticketId)
}

function conflictOf(rows: readonly ScanRow[], policy: { reEntry: boolean }): ScanConflict | null {
  const standing = standingScans(rows)
  const { problems } = followScans(standing, policy)
  const rowOf = new Map(standing.map(({ id, row }) => [id, row]))
  const found: ScanConflict['scans'] = []
  for (const scan of standing.sort(byTime)) {
    const { row } = scan
    for (const { kind, scan: one } of problems) if (one.id === scan.id) found.push({ kind, scan: row })
    if (row.standing !== 'current' && row.move === 'in') found.push({ kind: row.standing, scan: row })
  }
  const [any] = found
  if (!any) return null
  const first = problems.find((problem) => problem.kind === 'duplicate')
  const entry = first ? (rowOf.get(first.entry.id) ?? null) : null
  return { ticketId: any.scan.ticketId, seatNo: any.scan.seatNo, entry, scans: found }
}

export interface GateCounts {
  /** Valid tickets of the show. */
  tickets: number
  /** Tickets that have been let in. */
  entered: number
  inside: number
}

export async function countAtGate({ pool }: Room, showId: number): Promise<GateCounts> {
  const { rows } = await pool.query<GateCounts>(
    `WITH standing AS (
       SELECT ticket_id, move, scanned_at, device, nonce FROM gate_scan s
        WHERE show_id = $1 AND move <> 'undo' AND NOT EXISTS (SELECT FROM gate_scan u WHERE u.undoes = s.id)
     ), last AS (
       SELECT DISTINCT ON (ticket_id) ticket_id, move FROM standing
        ORDER BY ticket_id, scanned_at DESC, device COLLATE "C" DESC, nonce COLLATE "C" DESC
     )
     SELECT (SELECT count(*)::int FROM ticket WHERE show_id = $1 AND state = 'valid') AS tickets,
            (SELECT count(DISTINCT ticket_id)::int FROM standing WHERE move = 'in') AS entered,
            (SELECT count(*)::int FROM last WHERE move = 'in') AS inside`,
    [showId],
  )
  return rows[0] ?? { tickets: 0, entered: 0, inside: 0 }
}
