/**
 * A booking that was paid late, and whose seats are somebody else's by now, gets seats that equal them, if there are
 * some. What was paid for a seat was paid for the one that stands for it.
 */
import { equalBlock } from '../catalog/index.ts'
import type { Tx } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import type { Room } from './room.ts'

export interface MovedSeat {
  from: number
  to: number
  /** Public name of the seat it becomes. */
  seatId: string
}

/** Null: nothing that is free now equals them. */
export async function findBlock(
  { pool, catalog }: Pick<Room, 'pool' | 'catalog'>,
  { showId, seats }: BookingRow,
): Promise<MovedSeat[] | null> {
  const [show] = await catalog.findShows([showId])
  const [plan] = show?.planVersionId == null ? [] : await catalog.findPlans([show.planVersionId])
  if (!plan) return null
  const { rows } = await pool.query<{ seat_no: number }>({
    name: 'claimed_seats',
    text: 'SELECT seat_no FROM seat_claim WHERE show_id = $1',
    values: [showId],
  })
  const claimed = new Set(rows.map((row) => row.seat_no))
  const block = equalBlock(plan, seats, (seatNo) => !claimed.has(seatNo))
  return block && [...block].map(([from, to]) => ({ from, to, seatId: plan.seatIdOf(to) ?? '' }))
}

export async function moveLines(tx: Tx, { id }: BookingRow, moved: readonly MovedSeat[]): Promise<void> {
  // Out of the way first: the new seats may overlap the old ones.
  await tx.query('UPDATE booking_line SET seat_no = -1 - seat_no WHERE booking_id = $1', [id])
  await tx.query(
    `UPDATE booking_line l SET seat_no = moved.to_no, seat_id = moved.seat_id
       FROM unnest($2::int[], $3::int[], $4::text[]) AS moved (from_no, to_no, seat_id)
      WHERE l.booking_id = $1 AND l.seat_no = -1 - moved.from_no`,
    [id, moved.map(({ from }) => from), moved.map(({ to }) => to), moved.map(({ seatId }) => seatId)],
  )
}
