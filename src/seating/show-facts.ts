/**
 * What a taking must know of its show, remembered for a second. The fence inside the claim's transaction has the
 * last word, so a second of old knowledge cannot sell anything.
 */
import type { Pool } from '../platform/postgres.ts'
import type { SaleStatus } from './claims.ts'

export interface ShowFact {
  status: SaleStatus
  seatCount: number
  seatsPerBuyerMax: number
}

export interface ShowFacts {
  /** null: the show is unknown, or is not sold by seat. */
  of(showId: number): Promise<ShowFact | null>
  forget(showId: number): void
}

export function rememberShowFacts(
  pool: Pool,
  nowMs: () => number,
  limits: { showFactsTtlMs: number; showFactsMax: number },
): ShowFacts {
  const known = new Map<number, { fact: Promise<ShowFact | null>; until: number }>()
  return {
    of(showId) {
      const hit = known.get(showId)
      if (hit && hit.until > nowMs()) return hit.fact
      known.delete(showId)
      if (known.size >= limits.showFactsMax) {
        const [oldest] = known.keys()
        if (oldest !== undefined) known.delete(oldest)
      }
      const fact = readFact(pool, showId)
      known.set(showId, { fact, until: nowMs() + limits.showFactsTtlMs })
      fact.catch(() => known.delete(showId))
      return fact
    },
    forget: (showId) => void known.delete(showId),
  }
}

async function readFact(pool: Pool, showId: number): Promise<ShowFact | null> {
  const { rows } = await pool.query({
    name: 'show_fact',
    text: 'SELECT status, seat_count, seats_per_buyer_max FROM show_ledger WHERE show_id = $1',
    values: [showId],
  })
  const [row] = rows
  return row
    ? { status: row.status, seatCount: row.seat_count, seatsPerBuyerMax: row.seats_per_buyer_max }
    : null
}
