/**
 * The reading side of the catalogue. Plans and price lists never change, so they are kept once read; what a show has is
 * known for a second. All of it within bounds.
 */
import type { Pool } from '../platform/postgres.ts'
import { type EventPage, type EventSearch, findEvents } from './find-events.ts'
import { openPlan, type Plan, type StoredPlan } from './plan.ts'
import type { PriceRules } from './quote.ts'
import { Remembered } from './remembered.ts'

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

const plansKept = { countMax: 64 }
const priceListsKept = { countMax: 5_000 }
/** Whoever decides by it locks the fence of the show, which has the last word. */
const showsKept = { countMax: 5_000, msMax: 1_000 }

/** Batches answer in the order of the ids asked for, null for what is not there. */
export function openCatalog(pool: Pool) {
  const plans = new Remembered<Plan>(plansKept, (ids) => readPlans('id = ANY ($1)', ids))
  const priceLists = new Remembered<PriceList>(priceListsKept, readPriceLists)
  const shows = new Remembered<ShowFacts>(showsKept, readShows)

  async function readPlans(where: string, value: unknown): Promise<Plan[]> {
    const { rows } = await pool.query<StoredPlan>(
      `SELECT id, version, content_hash AS "contentHash", seat_count AS "seatCount", layout
         FROM plan_version WHERE ${where}`,
      [value],
    )
    return rows.map(openPlan)
  }

  async function readShows(ids: readonly number[]): Promise<ShowFacts[]> {
    const text = `SELECT id, plan_version_id AS "planVersionId", price_list_id AS "priceListId"
                    FROM show WHERE id = ANY ($1)`
    return (await pool.query<ShowFacts>(text, [ids])).rows
  }

  async function readPriceLists(ids: readonly number[]): Promise<PriceList[]> {
    const text = 'SELECT id, currency, prices, rules FROM price_list WHERE id = ANY ($1)'
    return (await pool.query<PriceList>(text, [ids])).rows
  }

  return {
    findEvents: (search: EventSearch, page: EventPage) => findEvents(pool, search, page),

    findShows: (ids: readonly number[]): Promise<(ShowFacts | null)[]> => shows.find(ids),

    findPlans: (ids: readonly number[]): Promise<(Plan | null)[]> => plans.find(ids),

    async findPlanByHash(contentHash: string): Promise<Plan | null> {
      const [plan] = await readPlans('content_hash = $1 ORDER BY id DESC LIMIT 1', contentHash)
      return plan ?? null
    },

    findPriceLists: (ids: readonly number[]): Promise<(PriceList | null)[]> => priceLists.find(ids),
  }
}
