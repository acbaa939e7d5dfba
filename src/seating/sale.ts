/**
 * Opening and closing: a show's sale, and single seats. Both write PostgreSQL first, through the fence; a seat off
 * sale is a claim too, so the same key guards it.
 */
import type { Pool } from '../platform/postgres.ts'
import { inTransaction } from '../platform/transaction.ts'
import { lockFence } from './claims.ts'
import { SeatsUnavailable, ShowNotOnSale } from './refusals.ts'
import type { Room } from './room.ts'
import { recordSeatSync, syncSeats } from './sync-seats.ts'

export interface OpenSale {
  showId: number
  /** Length of the status string: the plan's seat registry. */
  seatCount: number
  seatsPerBuyerMax: number
  /** Seat numbers of the registry that the show's plan version does not have, or that are kept back. */
  notForSale: number[]
}

/** Puts a show on sale. Repeating it reopens a closed sale and changes nothing else. */
export async function openSale(pool: Pool, sale: OpenSale): Promise<void> {
  await inTransaction(pool, async (tx) => {
    const { rows } = await tx.query(
      `INSERT INTO show_ledger AS old (show_id, seat_count, seats_per_buyer_max) VALUES ($1, $2, $3)
       ON CONFLICT (show_id) DO UPDATE SET status = 'on_sale' WHERE old.status = 'closed'
       RETURNING xmax = 0 AS created`,
      [sale.showId, sale.seatCount, sale.seatsPerBuyerMax],
    )
    if (!rows[0]?.created) return
    await tx.query(
      `INSERT INTO seat_claim (show_id, seat_no, state)
       SELECT $1, seat, 'closed' FROM unnest($2::int[]) AS seat ORDER BY seat`,
      [sale.showId, sale.notForSale],
    )
  })
}

/** No new locks from the commit on: it waits for takings in flight and later ones are refused by the fence. */
export async function closeSale(
  room: Room,
  { showId, status }: { showId: number; status: 'closed' | 'cancelled' },
) {
  await room.pool.query(`UPDATE show_ledger SET status = $2 WHERE show_id = $1 AND status <> 'cancelled'`, [
    showId,
    status,
  ])
  room.facts.forget(showId)
}

/** Takes free seats off sale, all or none. */
export async function closeSeats(
  room: Room,
  { showId, seats }: { showId: number; seats: number[] },
): Promise<void> {
  const outboxId = await inTransaction(room.pool, async (tx) => {
    if (!(await lockFence(tx, showId))) throw new ShowNotOnSale('not_on_sale')
    const { rows } = await tx.query<{ seat_no: number }>(
      `INSERT INTO seat_claim AS old (show_id, seat_no, state)
       SELECT $1, seat, 'closed' FROM unnest($2::int[]) AS seat ORDER BY seat
       ON CONFLICT (show_id, seat_no) DO UPDATE SET state = 'closed' WHERE old.state = 'closed'
       RETURNING seat_no`,
      [showId, seats],
    )
    const closed = new Set(rows.map((row) => row.seat_no))
    const taken = seats.filter((seatNo) => !closed.has(seatNo))
    if (taken.length > 0)
      throw new SeatsUnavailable(
        taken.map((seatNo) => ({ seatNo, status: 'l' })),
        [],
      )
    return await recordSeatSync(tx, { showId, lockId: null, seats }, room.limits.relayAfterMs)
  })
  await syncSeats(room, { showId, lockId: null, seats, outboxId })
}

/** Puts seats back on sale. Seats that are not off sale are left alone. */
export async function openSeats(
  room: Room,
  { showId, seats }: { showId: number; seats: number[] },
): Promise<void> {
  const outboxId = await inTransaction(room.pool, async (tx) => {
    if (!(await lockFence(tx, showId))) throw new ShowNotOnSale('not_on_sale')
    await tx.query(
      `WITH mine AS (
         SELECT seat_no FROM seat_claim WHERE show_id = $1 AND seat_no = ANY ($2) AND state = 'closed'
          ORDER BY seat_no FOR UPDATE
       )
       DELETE FROM seat_claim c USING mine WHERE c.show_id = $1 AND c.seat_no = mine.seat_no`,
      [showId, seats],
    )
    return await recordSeatSync(tx, { showId, lockId: null, seats }, room.limits.relayAfterMs)
  })
  await syncSeats(room, { showId, lockId: null, seats, outboxId })
}
