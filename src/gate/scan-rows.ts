/**
 * The rows of scans: read by ticket, added at a ticket's next turn, never changed. Whoever adds a row has read all rows
 * before it: if another gate was faster, the turn is taken, nothing is written, and the caller reads again.
 */
import type { Pool } from '../platform/postgres.ts'
import type { CodeStanding } from '../ticket/index.ts'
import type { Scan } from './follow-scans.ts'

export interface ScanRow {
  ticketId: string
  turn: number
  id: string
  showId: number
  seatNo: number
  generation: number
  move: 'in' | 'out' | 'undo'
  /** The scan that a row of move `undo` takes back. */
  undoes: string | null
  gate: string
  device: string
  nonce: string
  scannedAt: Date
  receivedAt: Date
  offline: boolean
  standing: CodeStanding
  /** The account that sent it, by its name. */
  by: string
}

const columns = `ticket_id AS "ticketId", turn, id, show_id AS "showId", seat_no AS "seatNo", generation, move, undoes,
  gate, device, nonce, scanned_at AS "scannedAt", received_at AS "receivedAt", offline, standing, "by"`

/** Of one ticket or of many, each in the order of its turns. */
export async function scansOf(pool: Pool, ticketIds: readonly string[], max: number): Promise<ScanRow[]> {
  const { rows } = await pool.query<ScanRow>({
    name: 'scans_of_tickets',
    text: `SELECT ${columns} FROM gate_scan WHERE ticket_id = ANY ($1::uuid[])
            ORDER BY ticket_id, turn LIMIT $2`,
    values: [ticketIds, max],
  })
  return rows
}

export async function scanById(pool: Pool, id: string): Promise<ScanRow | null> {
  const { rows } = await pool.query<ScanRow>(`SELECT ${columns} FROM gate_scan WHERE id = $1`, [id])
  return rows[0] ?? null
}

/** False: the turn was taken, or this very scan has arrived by another way. */
export async function takeTurn(pool: Pool, row: ScanRow): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'take_turn',
    text: `INSERT INTO gate_scan (ticket_id, turn, id, show_id, seat_no, generation, move, undoes, gate, device, nonce,
                                  scanned_at, received_at, offline, standing, "by")
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
           ON CONFLICT DO NOTHING`,
    values: [
      ...[row.ticketId, row.turn, row.id, row.showId, row.seatNo, row.generation, row.move, row.undoes],
      ...[row.gate, row.device, row.nonce, row.scannedAt, row.receivedAt, row.offline, row.standing, row.by],
    ],
  })
  return rowCount === 1
}

export const nextTurn = (rows: readonly ScanRow[]): number => (rows.at(-1)?.turn ?? 0) + 1

/** What still counts: without what was undone, and without the undoing. */
export function standingScans(rows: readonly ScanRow[]): (Scan & { row: ScanRow })[] {
  const undone = new Set(rows.map(({ undoes }) => undoes))
  return rows.flatMap((row) => {
    const { id, move, gate, device, nonce, scannedAt } = row
    if (move === 'undo' || undone.has(id)) return []
    return [{ id, move, gate, device, nonce, scannedAtMs: scannedAt.getTime(), row }]
  })
}
