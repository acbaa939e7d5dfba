/**
 * The first two steps of a booking: the ledger turns the lock into a checkout, then one commit writes the booking with
 * its price, claims the seats for payment, and stores the gateway key. Claim before charge: after this commit, and not
 * before, money may be asked for.
 */
import type { PriceList } from '../catalog/index.ts'
import { Refusal } from '../platform/failures.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import {
  ClaimsLost,
  claimsToPaying,
  freeClaims,
  KeyReused,
  LockNotFound,
  lockFence,
  readClaims,
  recordSeatSync,
} from '../seating/index.ts'
import type { Lease } from './attend.ts'
import { readBooking } from './booking-row.ts'
import { sealEmail } from './buyer-email.ts'
import { sealMethod } from './payment-method.ts'
import { type Priced, priceLines, type SeatNames } from './price-lines.ts'
import { requireSomethingOff } from './quote-lock.ts'
import type { Room } from './room.ts'
import { lookAtPromotion, type Promotion, takePromotion } from './take-promotion.ts'
import { tellLedger } from './tell-ledger.ts'

export interface BeginBooking {
  bookingId: string
  paymentId: string
  requestHash: string
  showId: number
  lockId: string
  buyerId: string
  paymentMethod: string
  returnUrl: string | null
  promotionCode: string | null
  email: string | null
}

/** The lease of the booking that was begun; null when it was there already. */
export async function beginBooking(room: Room, request: BeginBooking): Promise<Lease | null> {
  if (await isRepeat(room, request)) return null
  const { showId, lockId, buyerId, bookingId, promotionCode } = request
  // A code that does not hold must not cost the buyer the lock, which a checkout ties to this booking.
  if (promotionCode !== null)
    await lookAtPromotion(room.pool, { code: promotionCode, showId, buyerId, bookingId })
  try {
    const plan = await planOf(room, showId)
    const lock = await room.seating.beginCheckout({ showId, lockId, buyerId, bookingId })
    await room.faultPoint('booking: checkout begun')
    const seats = lock.seats.map((seat) => seat.seatNo)
    return await begin(room, request, seats, plan)
  } catch (error) {
    // The same request may have come twice at once, and the other one may even be at its end by now.
    if (error instanceof LockNotFound && (await isRepeat(room, request))) return null
    throw error
  }
}

async function begin(
  room: Room,
  request: BeginBooking,
  seats: number[],
  plan: SeatNames,
): Promise<Lease | null> {
  try {
    const lease = await inTransaction(room.pool, (tx) => writeBooking(room, tx, request, seats, plan))
    await room.faultPoint('booking: begun')
    if (lease) {
      room.events.started()
      room.events.changed(request.bookingId)
    } else await isRepeat(room, request)
    return lease
  } catch (error) {
    if (error instanceof Refusal) await letGoOfLock(room, request)
    if (!(error instanceof ClaimsLost)) throw error
    await endLock(room, request, seats)
    throw new LockNotFound()
  }
}

/** Refused before it was written, for example because somebody else had the last use of a promotion code. */
async function letGoOfLock(room: Room, request: BeginBooking): Promise<void> {
  try {
    // The same request may have come twice, and the other one was not refused.
    if (!(await isRepeat(room, request))) await room.seating.leaveCheckout(request)
  } catch (error) {
    room.log.warn({ bookingId: request.bookingId, error }, 'A refused booking keeps its lock until the sweep')
  }
}

async function isRepeat(room: Room, { bookingId, requestHash }: BeginBooking): Promise<boolean> {
  const booking = await readBooking(room.pool, bookingId)
  if (booking && booking.requestHash !== requestHash) throw new KeyReused()
  return booking !== null
}

/** Read before the transaction, which must not wait for a second connection. */
async function planOf({ catalog }: Room, showId: number): Promise<SeatNames> {
  const [show] = await catalog.findShows([showId])
  // Whoever has a lock has a show; a lock of no show is nobody's.
  if (!show || show.planVersionId === null) throw new LockNotFound()
  const [plan] = await catalog.findPlans([show.planVersionId])
  if (!plan) throw new Error(`Show ${showId} has no plan`)
  return plan
}

/**
 * The lock order is fence, promotion, booking, claims, also here where the claims know the price: they are read first, without a
 * lock, and must be the same when they are locked. The other way round, a repeat that holds the claims would wait for
 * the booking's row while the sale, which holds the row, waits for the claims.
 */
async function writeBooking(
  room: Room,
  tx: Tx,
  request: BeginBooking,
  seats: number[],
  plan: SeatNames,
): Promise<Lease | null> {
  const { showId, lockId, buyerId, bookingId, promotionCode } = request
  const fence = await lockFence(tx, showId)
  const promotion =
    promotionCode === null
      ? null
      : await takePromotion(tx, { code: promotionCode, showId, buyerId, bookingId })
  const claims = await readClaims(tx, showId, { seats })
  const mine = claims.filter((claim) => claim.lockId === lockId)
  if (mine.length !== seats.length)
    throw new ClaimsLost(`Expected ${seats.length} claims, found ${mine.length}`)
  const priced = priceLines(mine, plan, await readPriceLists(tx, mine), promotion)
  if (promotion) requireSomethingOff(promotion, priced)
  const lease = await insertBooking(room, tx, request, priced, promotion)
  if (!lease) return null
  const paying = await claimsToPaying(tx, { showId, lockId, bookingId, seats }, fence)
  if (!haveSamePrices(mine, paying.seats)) throw new ClaimsLost('The claims changed while they were read')
  return lease
}

function haveSamePrices(read: ClaimPrice[], locked: ClaimPrice[]): boolean {
  const lists = new Map(locked.map((claim) => [claim.seatNo, claim.priceListId]))
  return read.every((claim) => lists.get(claim.seatNo) === claim.priceListId)
}

interface ClaimPrice {
  seatNo: number
  priceListId: number | null
}

async function readPriceLists(tx: Tx, seats: { priceListId: number | null }[]) {
  const ids = [...new Set(seats.map((seat) => seat.priceListId))]
  const { rows } = await tx.query<PriceList>({
    name: 'read_price_lists',
    text: 'SELECT id, currency, prices, rules FROM price_list WHERE id = ANY ($1::int[])',
    values: [ids],
  })
  return new Map(rows.map((row) => [row.id, row]))
}

/** null: a booking of this id is there, which only the same buyer and key can have written. */
async function insertBooking(
  room: Room,
  tx: Tx,
  request: BeginBooking,
  { lines, currency, totalMinor }: Priced,
  promotion: Promotion | null,
): Promise<Lease | null> {
  const { bookingId, paymentId, showId, buyerId, lockId, requestHash, returnUrl } = request
  const { rows } = await tx.query<{ attended_until: Date }>({
    name: 'insert_booking',
    text: `WITH begun AS (
             INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor,
                                  promotion_id, email, attended_until, next_look_at)
             VALUES ($1, $2, $3, $4, 'PENDING', $5, $6, $7, $18, $23,
                     now() + $8 * interval '1 ms', now() + $8 * interval '1 ms')
             ON CONFLICT (id) DO NOTHING RETURNING id, attended_until
           ), lines AS (
             INSERT INTO booking_line (booking_id, seat_no, seat_id, category, amount_minor, price_minor,
                                       discount_minor, fee_minor, tax_minor)
             SELECT begun.id, l.*
               FROM begun, unnest($9::int[], $10::text[], $11::text[], $12::int[], $19::int[], $20::int[], $21::int[],
                                  $22::int[]) AS l
           ), change AS (
             INSERT INTO booking_change (booking_id, to_state, reason) SELECT id, 'PENDING', 'begun' FROM begun
           ), charge AS (
             INSERT INTO payment (id, booking_id, state, gateway, gateway_key, method, return_url,
                                  currency, amount_minor)
             SELECT $13, begun.id, 'OPENING', $14, $15, $16, $17, $6, $7 FROM begun WHERE $7 > 0 RETURNING id
           ), charge_change AS (
             INSERT INTO payment_change (payment_id, to_state) SELECT id, 'OPENING' FROM charge
           )
           SELECT attended_until FROM begun`,
    values: [
      ...[bookingId, showId, buyerId, lockId, requestHash, currency, totalMinor, room.limits.attendMs],
      ...[lines.map((line) => line.seatNo), lines.map((line) => line.seatId)],
      ...[lines.map((line) => line.category), lines.map((line) => line.totalMinor)],
      ...[paymentId, room.gateway.name, `payment_${paymentId}`, sealMethod(room, request), returnUrl],
      ...[
        promotion?.id ?? null,
        lines.map((line) => line.priceMinor),
        lines.map((line) => line.discountMinor),
      ],
      ...[lines.map((line) => line.feeMinor), lines.map((line) => line.taxMinor)],
      sealEmail(room, request),
    ],
  })
  return rows[0] ? { bookingId, until: rows[0].attended_until } : null
}

/**
 * Claims of the lock are lost, which takes a Redis that lost writes. The lock ends whole: what is left of it must not
 * be sold to a buyer who wanted all of it.
 */
async function endLock(
  room: Room,
  { showId, lockId, bookingId }: BeginBooking,
  seats: number[],
): Promise<void> {
  const owned = { showId, lockId, seats }
  const outboxId = await inTransaction(room.pool, async (tx) => {
    await lockFence(tx, showId)
    await freeClaims(tx, owned)
    return await recordSeatSync(tx, owned)
  })
  await tellLedger(room, { ...owned, id: bookingId }, outboxId)
}
