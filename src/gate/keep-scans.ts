/**
 * Adds many scans at once. Every row takes the next turn of its ticket. Rows go in the order of their tickets, so that two
 * devices that sync the same tickets wait for each other and never both; a turn that another took meanwhile is tried again.
 */
import { inTransaction } from '../platform/transaction.ts'
import type { Room } from './room.ts'
import type { ScanRow } from './scan-rows.ts'

/** Rows that are there already are left as they are. */
export async function keepScans({ pool, limits }: Room, rows: readonly ScanRow[]): Promise<void> {
  let missing = [...rows].sort((one, other) => compare(one.ticketId, other.ticketId))
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === limits.turnTriesMax) throw new Error(`${missing.length} scans keep losing their turn`)
    const there = await inTransaction(pool, async (tx) => {
      await tx.query({
        name: 'keep_scans',
        text: `INSERT INTO gate_scan (ticket_id, turn, id, show_id, seat_no, generation, move, undoes, gate, device, nonce,
                                      scanned_at, received_at, offline, standing, "by")
               SELECT x.ticket_id,
                      (SELECT coalesce(max(g.turn), 0) FROM gate_scan g WHERE g.ticket_id = x.ticket_id)
                        + row_number() OVER (PARTITION BY x.ticket_id ORDER BY x.at),
                      x.id, x.show_id, x.seat_no, x.generation, x.move, x.undoes, x.gate, x.device, x.nonce,
                      x.scanned_at, x.received_at, x.offline, x.standing, x."by"
                 FROM jsonb_to_recordset($1) AS x (
                      at int, ticket_id uuid, id uuid, show_id int, seat_no int, generation int, move gate_move,
                      undoes uuid, gate text, device text, nonce text, scanned_at timestamptz,
                      received_at timestamptz, offline boolean, standing gate_standing, "by" text)
                WHERE NOT EXISTS (SELECT FROM gate_scan g WHERE g.id = x.id)
                ORDER BY x.ticket_id, x.at
               ON CONFLICT DO NOTHING`,
        values: [JSON.stringify(missing.map(asColumns))],
      })
      const { rows: found } = await tx.query<{ id: string }>(
        'SELECT id FROM gate_scan WHERE id = ANY ($1::uuid[])',
        [missing.map(({ id }) => id)],
      )
      return new Set(found.map(({ id }) => id))
    })
    missing = missing.filter(({ id }) => !there.has(id))
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

function asColumns(row: ScanRow, at: number) {
  return {
    ...{ at, ticket_id: row.ticketId, id: row.id, show_id: row.showId, seat_no: row.seatNo },
    ...{ generation: row.generation, move: row.move, undoes: row.undoes, gate: row.gate },
    ...{ device: row.device, nonce: row.nonce, scanned_at: row.scannedAt, received_at: row.receivedAt },
    ...{ offline: row.offline, standing: row.standing, by: row.by },
  }
}
