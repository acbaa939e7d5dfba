/**
 * The claims: one row per taken seat, whose primary key is promise 1. Every statement here that writes claims
 * locks the show's fence first, touches seats in ascending order, and names the owner it expects.
 */
import type { Pool } from '../platform/postgres.ts'
import type { Tx } from '../platform/transaction.ts'
import { ClaimsLost, ShowNotOnSale } from './refusals.ts'

export type ClaimState = 'locked' | 'paying' | 'sold' | 'closed'

export interface Claim {
  seatNo: number
  state: ClaimState
  lockId: string | null
  buyerId: string | null
  bookingId: string | null
  priceListId: number | null
  decidedAt: Date | null
  expiresAt: Date | null
  extended: boolean
}

export interface OwnedSeats {
  showId: number
  lockId: string
  seats: number[]
}

export type SaleStatus = 'on_sale' | 'closed' | 'cancelled'

export interface Fence {
  epoch: number
  status: SaleStatus
}

/** Locks the fence for the rest of the transaction; null when the show is not sold by seat. */
export async function lockFence(tx: Tx, showId: number): Promise<Fence | null> {
  const { rows } = await tx.query({
    name: 'fence',
    text: 'SELECT epoch, status FROM show_ledger WHERE show_id = $1 FOR SHARE',
    values: [showId],
  })
  return rows[0] ? { epoch: Number(rows[0].epoch), status: rows[0].status } : null
}

async function requireFence(tx: Tx, showId: number): Promise<Fence> {
  const fence = await lockFence(tx, showId)
  if (!fence) throw new Error(`Show ${showId} has no ledger row`)
  return fence
}

const claimColumns =
  'seat_no, state, lock_id, buyer_id, booking_id, price_list_id, decided_at, expires_at, extended'

interface ClaimRow {
  seat_no: number
  state: ClaimState
  lock_id: string | null
  buyer_id: string | null
  booking_id: string | null
  price_list_id: number | null
  decided_at: Date | null
  expires_at: Date | null
  extended: boolean
}

const toClaim = (row: ClaimRow): Claim => ({
  seatNo: row.seat_no,
  state: row.state,
  lockId: row.lock_id,
  buyerId: row.buyer_id,
  bookingId: row.booking_id,
  priceListId: row.price_list_id,
  decidedAt: row.decided_at,
  expiresAt: row.expires_at,
  extended: row.extended,
})

/** Ascending by seat. `only` restricts to some seats, to one buyer's, or to locks that ended by then (Redis' clock). */
export async function readClaims(
  db: Pool | Tx,
  showId: number,
  only: { seats?: number[]; buyerId?: string; endedBy?: Date; forShare?: boolean } = {},
): Promise<Claim[]> {
  // Only the conditions that are asked for, each combination under a name of its own: PostgreSQL then keeps a plan for it.
  const conditions = [
    { name: 'seats', value: only.seats, sql: 'seat_no = ANY' },
    { name: 'buyer', value: only.buyerId, sql: 'buyer_id =' },
    { name: 'ended', value: only.endedBy, sql: `state = 'locked' AND expires_at <=` },
  ].filter(({ value }) => value !== undefined)
  const where = conditions.map(({ sql }, index) => ` AND ${sql} ($${index + 2})`).join('')
  const { rows } = await db.query<ClaimRow>({
    name: ['read_claims', ...conditions.map(({ name }) => name), only.forShare ? 'share' : ''].join('_'),
    text: `SELECT ${claimColumns} FROM seat_claim WHERE show_id = $1${where}
            ORDER BY seat_no${only.forShare ? ' FOR SHARE' : ''}`,
    values: [showId, ...conditions.map(({ value }) => value)],
  })
  return rows.map(toClaim)
}

/**
 * Begins the payment of a lock's seats. `heldFence`: the show's, where this transaction has locked it already. All of them must still be this lock's; the booking that already has them
 * may ask again. Throws ClaimsLost otherwise, and the transaction must be rolled back.
 */
export async function claimsToPaying(
  tx: Tx,
  { showId, lockId, seats, bookingId }: OwnedSeats & { bookingId: string },
  heldFence: Fence | null = null,
): Promise<Fence & { seats: { seatNo: number; priceListId: number | null }[] }> {
  const fence = heldFence ?? (await requireFence(tx, showId))
  // A closed sale lets locks that were placed in time become bookings; a cancelled show takes no more money.
  if (fence.status === 'cancelled') throw new ShowNotOnSale('cancelled')
  const { rows } = await tx.query<ClaimRow>({
    name: 'claims_to_paying',
    text: `WITH mine AS (
             SELECT seat_no FROM seat_claim
              WHERE show_id = $1 AND seat_no = ANY ($2) AND lock_id = $3
                AND (state = 'locked' OR state = 'paying' AND booking_id = $4)
              ORDER BY seat_no FOR UPDATE
           )
           UPDATE seat_claim c SET state = 'paying', booking_id = $4
             FROM mine WHERE c.show_id = $1 AND c.seat_no = mine.seat_no
           RETURNING c.seat_no, c.price_list_id`,
    values: [showId, seats, lockId, bookingId],
  })
  requireAll(rows.length, seats, `lock ${lockId} for payment`)
  const paying = rows.map((row) => ({ seatNo: row.seat_no, priceListId: row.price_list_id }))
  return { ...fence, seats: paying.sort((a, b) => a.seatNo - b.seatNo) }
}

/** Ends the payment well. Throws ClaimsLost when a seat is not this booking's any more. */
export async function claimsToSold(
  tx: Tx,
  { showId, lockId, seats, bookingId }: OwnedSeats & { bookingId: string },
  heldFence: Fence | null = null,
): Promise<Fence> {
  const fence = heldFence ?? (await requireFence(tx, showId))
  const { rowCount } = await tx.query({
    name: 'claims_to_sold',
    text: `WITH mine AS (
             SELECT seat_no FROM seat_claim
              WHERE show_id = $1 AND seat_no = ANY ($2) AND lock_id = $3 AND booking_id = $4
                AND state IN ('paying', 'sold')
              ORDER BY seat_no FOR UPDATE
           )
           UPDATE seat_claim c SET state = 'sold'
             FROM mine WHERE c.show_id = $1 AND c.seat_no = mine.seat_no`,
    values: [showId, seats, lockId, bookingId],
  })
  requireAll(rowCount ?? 0, seats, `booking ${bookingId}`)
  return fence
}

/**
 * Gives seats back: deletes the claims that are this lock's and this booking's (none: still merely locked).
 * Seats that are not are left alone and not named in the answer, so it may be repeated.
 */
export async function freeClaims(
  tx: Tx,
  { showId, lockId, seats, bookingId = null, expiredBefore = null }: OwnedSeats & FreeOnly,
): Promise<Fence & { freed: number[] }> {
  const fence = await requireFence(tx, showId)
  const { rows } = await tx.query<ClaimRow>({
    name: 'free_claims',
    text: `WITH mine AS (
             SELECT seat_no FROM seat_claim
              WHERE show_id = $1 AND seat_no = ANY ($2) AND lock_id = $3 AND booking_id IS NOT DISTINCT FROM $4::uuid
                AND ($5::timestamptz IS NULL OR expires_at <= $5)
              ORDER BY seat_no FOR UPDATE
           )
           DELETE FROM seat_claim c USING mine WHERE c.show_id = $1 AND c.seat_no = mine.seat_no
           RETURNING c.seat_no`,
    values: [showId, seats, lockId, bookingId, expiredBefore],
  })
  return { ...fence, freed: rows.map((row) => row.seat_no).sort((a, b) => a - b) }
}

interface FreeOnly {
  bookingId?: string | null
  /** Only claims whose lock ended by then (Redis' clock). */
  expiredBefore?: Date | null
}

/**
 * Writes a lock's one extension down. 'stale': it was decided under an epoch that a rebuild has ended, and the ledger of
 * now does not know it. Throws ClaimsLost when a seat is not this lock's any more.
 */
export async function extendClaims(
  tx: Tx,
  { showId, lockId, seats, expiresAt, epoch }: OwnedSeats & { expiresAt: Date; epoch: number },
): Promise<'extended' | 'stale'> {
  const fence = await requireFence(tx, showId)
  if (fence.epoch !== epoch) return 'stale'
  const { rowCount } = await tx.query({
    name: 'extend_claims',
    text: `WITH mine AS (
             SELECT seat_no FROM seat_claim
              WHERE show_id = $1 AND seat_no = ANY ($2) AND lock_id = $3 AND state = 'locked'
              ORDER BY seat_no FOR UPDATE
           )
           UPDATE seat_claim c SET expires_at = greatest(c.expires_at, $4), extended = true
             FROM mine WHERE c.show_id = $1 AND c.seat_no = mine.seat_no`,
    values: [showId, seats, lockId, expiresAt],
  })
  requireAll(rowCount ?? 0, seats, `lock ${lockId} to extend`)
  return 'extended'
}

function requireAll(found: number, seats: number[], what: string): void {
  if (found !== seats.length)
    throw new ClaimsLost(`Expected ${seats.length} claims of ${what}, found ${found}`)
}

/**
 * Takes seats for a booking that was paid after it had lost them: all of them, or none and false. They must be
 * nobody's. `fence`: the show's, locked by this transaction.
 */
export async function takeSold(
  tx: Tx,
  { showId, lockId, buyerId, bookingId, seats }: OwnedSeats & { buyerId: string; bookingId: string },
  fence: Fence,
): Promise<boolean> {
  if (fence.status === 'cancelled') return false
  const { rowCount } = await tx.query({
    name: 'take_sold',
    text: `INSERT INTO seat_claim (show_id, seat_no, state, lock_id, buyer_id, booking_id, decided_at, expires_at)
           SELECT $1, seat_no, 'sold', $3, $4, $5, now(), now() FROM unnest($2::int[]) AS seat_no ORDER BY seat_no
           ON CONFLICT DO NOTHING`,
    values: [showId, seats, lockId, buyerId, bookingId],
  })
  return rowCount === seats.length
}
