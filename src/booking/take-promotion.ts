/**
 * Promotion codes. A use is a booking that stands, so a failed or cancelled one gives its use back by itself. For a
 * booking the promotion's row is locked before its uses are counted, in the same commit that writes the booking: of two
 * who want the last use, one waits and is refused.
 */
import type { Discount } from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Tx } from '../platform/transaction.ts'
import { PromotionRefused, type PromotionRefusedReason } from './refusals.ts'

export interface TakePromotion {
  /** As the buyer typed it. */
  code: string
  showId: number
  buyerId: string
  bookingId?: string
}

export interface Promotion extends Discount {
  id: number
  /** Null: a share, which holds in any currency. */
  currency: string | null
}

interface Columns extends Promotion {
  refused: PromotionRefusedReason | null
  usesMax: number | null
  usesPerBuyerMax: number | null
}

const codeCharsMax = 40

/** Codes are told apart by letters and digits, not by how they were typed. */
export const normalCode = (typed: string): string => typed.trim().toUpperCase()

/** For showing what it would cost: counts without locking, so the booking has the last word. */
export const lookAtPromotion = (pool: Pool, request: TakePromotion): Promise<Promotion> =>
  check(pool, request, '')

/** For the commit that writes the booking. */
export const takePromotion = (tx: Tx, request: TakePromotion): Promise<Promotion> =>
  check(tx, request, 'FOR UPDATE OF p')

async function check(db: Pool | Tx, request: TakePromotion, locking: string): Promise<Promotion> {
  const code = normalCode(request.code)
  if (code.length > codeCharsMax || !/^[A-Z0-9_-]+$/.test(code)) throw new PromotionRefused('unknown')
  const { rows } = await db.query<Columns>(
    `SELECT p.id, p.currency, p.categories, p.basis_points AS "basisPoints", p.amount_minor AS "amountMinor",
            p.uses_max AS "usesMax", p.uses_per_buyer_max AS "usesPerBuyerMax",
            CASE WHEN p.event_id <> s.event_id THEN 'unknown'
                 WHEN p.starts_at > now() THEN 'not_yet'
                 WHEN p.ends_at <= now() THEN 'over' END AS refused
       FROM promotion p, show s WHERE p.code = $1 AND s.id = $2 ${locking}`,
    [code, request.showId],
  )
  const [row] = rows
  if (!row) throw new PromotionRefused('unknown')
  if (row.refused) throw new PromotionRefused(row.refused)
  await requireUsesLeft(db, request, row)
  const { id, currency, categories, basisPoints, amountMinor } = row
  return { id, currency, categories, basisPoints, amountMinor }
}

async function requireUsesLeft(
  db: Pool | Tx,
  { buyerId, bookingId }: TakePromotion,
  { id, usesMax, usesPerBuyerMax }: Columns,
): Promise<void> {
  if (usesMax === null && usesPerBuyerMax === null) return
  // Counted only as far as it matters, and without the booking itself when it is repeated.
  const { rows } = await db.query<{ used: number; by_buyer: number }>(
    `WITH standing AS (
       SELECT buyer_id FROM booking
        WHERE promotion_id = $1 AND id IS DISTINCT FROM $2::uuid AND state NOT IN ('FAILED', 'CANCELLED')
     )
     SELECT (SELECT count(*)::int FROM (SELECT FROM standing LIMIT $4) AS counted) AS used,
            (SELECT count(*)::int FROM standing WHERE buyer_id = $3) AS by_buyer`,
    [id, bookingId ?? null, buyerId, usesMax ?? 0],
  )
  if (usesMax !== null && (rows[0]?.used ?? 0) >= usesMax) throw new PromotionRefused('used_up')
  if (usesPerBuyerMax !== null && (rows[0]?.by_buyer ?? 0) >= usesPerBuyerMax) {
    throw new PromotionRefused('used_by_you')
  }
}
