/** Repeats the ledger steps that a process committed to and did not live to do. */
import { LedgerAway } from './refusals.ts'
import type { Room } from './room.ts'
import { type SeatSync, seatSyncTopic, syncSeats } from './sync-seats.ts'

/** One round; returns how many rows were done. Rows are leased for a while, so processes do not share them. */
export async function relaySeatSyncs(room: Room): Promise<number> {
  const { rows } = await room.pool.query<{ id: string; payload: SeatSync }>(
    `UPDATE outbox SET due_at = now() + $1 * interval '1 ms'
      WHERE id IN (SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= now() AND topic = $2
                    ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
      RETURNING id, payload`,
    [room.limits.relayAfterMs, seatSyncTopic, room.limits.relayRowsMax],
  )
  let done = 0
  for (const row of rows) {
    try {
      await syncSeats(room, { ...row.payload, outboxId: BigInt(row.id) })
      done += 1
    } catch (error) {
      // Redis is away, and the rows that follow would each wait for it; the next round has them all.
      if (error instanceof LedgerAway) break
      room.log.warn({ outboxId: row.id, error }, 'A seat_sync could not be relayed; it will be tried again')
    }
  }
  return done
}
