/**
 * A whole show is cancelled. Asking for it is one row, which is the promise: from then on every process, also one that
 * starts later, carries the sweep on until nobody has a seat or an unreturned payment left. A round
 *
 *   1. closes the sale for good through the fence, so that no taking and no first commit of a booking comes after it;
 *   2. ends the locks that nobody pays for;
 *   3. cancels some of the bookings that stand, each like an organiser would, and owes their refunds;
 *   4. writes down how far it came.
 *
 * Every step may be repeated, and rounds of two processes at once do no harm. What waits for the gateway or a person is
 * asked again in later rounds.
 */
import type { Pool } from '../platform/postgres.ts'
import { inTransaction } from '../platform/transaction.ts'
import { freeClaims, readClaims, recordSeatSync } from '../seating/index.ts'
import { isAway } from './away.ts'
import { cancelBooking } from './cancel-booking.ts'
import { NotCancellable, PaymentUndecided } from './refusals.ts'
import type { Room } from './room.ts'
import { tellLedger } from './tell-ledger.ts'

export interface CancelShow {
  showId: number
  /** Shown to the buyers. */
  reason: string
  /** Who did it. */
  by: string
}

/** False: no such show, or it was never on sale. A repeat keeps the first one's reason. */
export async function askToCancelShow(pool: Pool, { showId, reason, by }: CancelShow): Promise<boolean> {
  const { rows } = await pool.query(
    `WITH asked AS (
       INSERT INTO show_cancellation (show_id, reason, by)
       SELECT show_id, $2, $3 FROM show_ledger WHERE show_id = $1 ON CONFLICT (show_id) DO NOTHING
     )
     SELECT FROM show_ledger WHERE show_id = $1`,
    [showId, reason, by],
  )
  return rows.length > 0
}

/** Carries on what is due, as far as one round goes; how many shows that were. */
export async function sweepCancelledShows(room: Room): Promise<number> {
  const { rows } = await room.pool.query<CancelShow>({
    name: 'due_cancellations',
    text: `UPDATE show_cancellation SET next_round_at = now() + $1 * interval '1 ms'
            WHERE show_id IN (SELECT show_id FROM show_cancellation WHERE next_round_at <= now()
                               ORDER BY next_round_at LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING show_id AS "showId", reason, by`,
    values: [room.limits.attendMs],
  })
  for (const row of rows) await sweepShow(room, row)
  return rows.length
}

async function sweepShow(room: Room, show: CancelShow): Promise<void> {
  await room.seating.closeSale({ showId: show.showId, status: 'cancelled' })
  await room.faultPoint('cancel show: closed')
  const locks = await endLocks(room, show.showId)
  const standing = await readStanding(room, show.showId)
  let refused = 0
  for (let at = 0; at < standing.length && !room.isClosing(); at += room.limits.cancelTogetherMax) {
    const some = standing.slice(at, at + room.limits.cancelTogetherMax)
    const went = await Promise.all(some.map((bookingId) => cancelOne(room, show, bookingId)))
    refused += went.filter((done) => !done).length
    await room.faultPoint('cancel show: some cancelled')
  }
  await noteRound(room, show.showId, { locks, isStuck: refused === standing.length })
}

/** Also those that still wait for their payment: they are cancelled like any other. */
async function readStanding({ pool, limits }: Room, showId: number): Promise<string[]> {
  // The ones that were looked at longest ago come first, so that some which stay do not keep the others waiting.
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM booking WHERE show_id = $1 AND state NOT IN ('FAILED', 'CANCELLED')
      ORDER BY state = 'NEEDS_OPERATOR', updated_at, id LIMIT $2`,
    [showId, limits.cancelPerRoundMax],
  )
  return rows.map((row) => row.id)
}

async function cancelOne(room: Room, { reason, by }: CancelShow, bookingId: string): Promise<boolean> {
  try {
    await cancelBooking(room, { bookingId, by, reason: `the show is cancelled: ${reason}` })
    return true
  } catch (error) {
    // It ended meanwhile, a person looks at it, or the gateway does not say: the next rounds ask again.
    if (error instanceof NotCancellable || error instanceof PaymentUndecided || isAway(error)) return false
    room.log.error({ bookingId, error }, 'A booking of a cancelled show could not be cancelled; trying again')
    return false
  }
}

/** How many. The fence refuses their bookings from now on, so what is merely locked is nobody's any more. */
async function endLocks(room: Room, showId: number): Promise<number> {
  const claims = await readClaims(room.pool, showId)
  const seatsOf = new Map<string, number[]>()
  for (const { state, lockId, seatNo } of claims) {
    if (state === 'locked' && lockId) seatsOf.set(lockId, [...(seatsOf.get(lockId) ?? []), seatNo])
  }
  for (const [lockId, seats] of seatsOf) {
    const owned = { showId, lockId, seats }
    const outboxId = await inTransaction(room.pool, async (tx) => {
      await freeClaims(tx, owned)
      return await recordSeatSync(tx, owned)
    })
    await tellLedger(room, { ...owned, id: lockId }, outboxId)
  }
  return seatsOf.size
}

async function noteRound(
  { pool, limits, log }: Room,
  showId: number,
  { locks, isStuck }: { locks: number; isStuck: boolean },
): Promise<void> {
  const { rows } = await pool.query<{ finished: boolean }>(
    `WITH left_over AS (
       SELECT count(*)::int AS waiting FROM booking WHERE show_id = $1 AND state NOT IN ('FAILED', 'CANCELLED')
     )
     UPDATE show_cancellation
        SET waiting = left_over.waiting, locks_ended = locks_ended + $2,
            bookings = (SELECT count(*) FROM booking_change c JOIN booking b ON b.id = c.booking_id
                         WHERE b.show_id = $1 AND c.to_state = 'CANCELLED' AND c.at >= started_at),
            finished_at = CASE WHEN left_over.waiting = 0 THEN now() END,
            next_round_at = CASE WHEN left_over.waiting > 0 THEN now() + $3 * interval '1 ms' END
       FROM left_over WHERE show_id = $1 RETURNING finished_at IS NOT NULL AS finished`,
    [showId, locks, isStuck ? limits.cancelPauseMs : 0],
  )
  if (rows[0]?.finished) log.info({ showId }, 'Every booking of a cancelled show is cancelled')
}

export interface ShowCancellation {
  reason: string
  by: string
  startedAt: Date
  finishedAt: Date | null
  /** Bookings that were cancelled since, and those that still stand. */
  cancelled: number
  waiting: number
  locksEnded: number
  /** Refunds that are not paid yet, and those that need a person. */
  refundsOwed: number
  refundsNeedOperator: number
}

/** How far it is. Null: nobody asked for it. */
export async function readShowCancellation(pool: Pool, showId: number): Promise<ShowCancellation | null> {
  const { rows } = await pool.query<ShowCancellation>(
    `SELECT c.reason, c.by, c.started_at AS "startedAt", c.finished_at AS "finishedAt", c.bookings AS cancelled,
            c.locks_ended AS "locksEnded",
            (SELECT count(*)::int FROM booking b
              WHERE b.show_id = c.show_id AND b.state NOT IN ('FAILED', 'CANCELLED')) AS waiting,
            count(r.id) FILTER (WHERE r.state = 'OWED')::int AS "refundsOwed",
            count(r.id) FILTER (WHERE r.state = 'NEEDS_OPERATOR')::int AS "refundsNeedOperator"
       FROM show_cancellation c
       LEFT JOIN booking b ON b.show_id = c.show_id LEFT JOIN refund r ON r.booking_id = b.id
      WHERE c.show_id = $1 GROUP BY c.show_id`,
    [showId],
  )
  return rows[0] ?? null
}
