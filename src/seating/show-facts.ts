/**
 * What a taking must know of its show, remembered for a second. The fence inside the claim's transaction has the
 * last word, so a second of old knowledge cannot sell anything.
 */
import type { Pool } from '../platform/postgres.ts'
import type { SaleStatus } from './claims.ts'

export interface ShowFact {
  status: SaleStatus
  seatsPerBuyerMax: number
  /** The show is long over, and its ledger is not built any more. */
  removed: boolean
}

export interface ShowFacts {
  /** null: the show is unknown, or is not sold by seat. */
  of(showId: number): Promise<ShowFact | null>
  forget(showId: number): void
}

export function rememberShowFacts(
  pool: Pool,
  nowMs: () => number,
  limits: { showFactsTtlMs: number; showFactsMax: number; ledgerKeptMs: number },
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
      const fact = readFact(pool, showId, limits.ledgerKeptMs)
      known.set(showId, { fact, until: nowMs() + limits.showFactsTtlMs })
      fact.catch(() => known.delete(showId))
      return fact
    },
    forget: (showId) => void known.delete(showId),
  }
}

async function readFact(pool: Pool, showId: number, ledgerKeptMs: number): Promise<ShowFact | null> {
  const { rows } = await pool.query({
    name: 'show_fact',
    text: `SELECT l.status, l.seats_per_buyer_max, s.starts_at <= now() - $2 * interval '1 ms' AS removed
             FROM show_ledger l JOIN show s ON s.id = l.show_id WHERE l.show_id = $1`,
    values: [showId, ledgerKeptMs],
  })
  const [row] = rows
  return row ? { status: row.status, seatsPerBuyerMax: row.seats_per_buyer_max, removed: row.removed } : null
}
