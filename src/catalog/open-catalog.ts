/** The reading side of the catalogue. Plans and price lists never change, so they are kept once read, within bounds. */
import type { Pool } from '../platform/postgres.ts'
import { type EventPage, type EventSearch, findEvents } from './find-events.ts'
import { openPlan, type Plan, type StoredPlan } from './plan.ts'
import type { PriceRules } from './quote.ts'

export interface ShowFacts {
  id: number
  planVersionId: number | null
  priceListId: number | null
}

export interface PriceList {
  id: number
  currency: string
  /** Category key -> minor units. */
  prices: Record<string, number>
  rules: PriceRules
}

export type Catalog = ReturnType<typeof openCatalog>

const plansKeptMax = 64
const priceListsKeptMax = 5_000

/** Batches answer in the order of the ids asked for, null for what is not there. */
export function openCatalog(pool: Pool) {
  const plans = new Kept<number, Plan>(plansKeptMax)
  const priceLists = new Kept<number, PriceList>(priceListsKeptMax)

  async function readPlans(where: string, value: unknown): Promise<Plan[]> {
    const { rows } = await pool.query<StoredPlan>(
      `SELECT id, version, content_hash AS "contentHash", seat_count AS "seatCount", layout
         FROM plan_version WHERE ${where}`,
      [value],
    )
    return rows.map((row) => plans.keep(row.id, openPlan(row)))
  }

  return {
    findEvents: (search: EventSearch, page: EventPage) => findEvents(pool, search, page),

    async findShows(ids: readonly number[]): Promise<(ShowFacts | null)[]> {
      const { rows } = await pool.query<ShowFacts>(
        `SELECT id, plan_version_id AS "planVersionId", price_list_id AS "priceListId" FROM show WHERE id = ANY ($1)`,
        [ids],
      )
      return inOrder(ids, rows)
    },

    async findPlans(ids: readonly number[]): Promise<(Plan | null)[]> {
      const known = plans.getAll(ids)
      const missing = ids.filter((id) => !known.has(id))
      if (missing.length > 0)
        for (const plan of await readPlans('id = ANY ($1)', missing)) known.set(plan.id, plan)
      return ids.map((id) => known.get(id) ?? null)
    },

    async findPlanByHash(contentHash: string): Promise<Plan | null> {
      const [plan] = await readPlans('content_hash = $1 ORDER BY id DESC LIMIT 1', contentHash)
      return plan ?? null
    },

    async findPriceLists(ids: readonly number[]): Promise<(PriceList | null)[]> {
      const known = priceLists.getAll(ids)
      const missing = ids.filter((id) => !known.has(id))
      if (missing.length > 0) {
        const { rows } = await pool.query<PriceList>(
          'SELECT id, currency, prices, rules FROM price_list WHERE id = ANY ($1)',
          [missing],
        )
        for (const row of rows) known.set(row.id, priceLists.keep(row.id, row))
      }
      return ids.map((id) => known.get(id) ?? null)
    },
  }
}

function inOrder<Row extends { id: number }>(ids: readonly number[], rows: Row[]): (Row | null)[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id) ?? null)
}

/** Keeps the most recently used entries. */
class Kept<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #countMax: number

  constructor(countMax: number) {
    this.#countMax = countMax
  }

  /** Those that are kept, which thereby count as used. */
  getAll(keys: readonly Key[]): Map<Key, Value> {
    const found = new Map<Key, Value>()
    for (const key of keys) {
      const value = this.#entries.get(key)
      if (value === undefined) continue
      this.#entries.delete(key)
      this.#entries.set(key, value)
      found.set(key, value)
    }
    return found
  }

  keep(key: Key, value: Value): Value {
    this.#entries.set(key, value)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#countMax && oldest !== undefined) this.#entries.delete(oldest)
    return value
  }
}
