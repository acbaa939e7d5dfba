/**
 * Removes the ledgers of shows that are long over: Redis holds what is being sold, PostgreSQL keeps the history. From
 * then on the map comes from the claims, and no ledger is built again (rebuild.ts).
 */
import type { Room } from './room.ts'

/** Returns how many shows were over. Repeating it costs one small script call a show. */
export async function removeLedgers(room: Room): Promise<number> {
  const { ledgerKeptMs, removedSeatsPerCallMax, removedShowsPerPageMax: pageMax } = room.limits
  let after = 0
  for (let removed = 0; ; ) {
    const { rows } = await room.pool.query<{ show_id: number }>(
      `SELECT l.show_id FROM show_ledger l JOIN show s ON s.id = l.show_id
        WHERE s.starts_at <= now() - $1 * interval '1 ms' AND l.show_id > $2 ORDER BY l.show_id LIMIT $3`,
      [ledgerKeptMs, after, pageMax],
    )
    for (const { show_id: showId } of rows) {
      await room.ledger.remove(showId, removedSeatsPerCallMax)
      after = showId
      removed += 1
    }
    if (rows.length < pageMax) return removed
  }
}
