/** Gives a show its plan and its prices, and puts it on sale. All of it or nothing. */
import type { PlanLayout, PriceRules } from '../catalog/index.ts'
import { isCurrency, minorUnitsOf, printAmount } from '../platform/currency.ts'
import type { Pool } from '../platform/postgres.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { NotSaleable } from './not-saleable.ts'
import { putOnSale } from './put-on-sale.ts'
import { readPriceRules } from './read-price-rules.ts'

export interface SellShow {
  showKey: string
  planKey: string
  currency: string
  /** `Category=12.50`, one for each category that has seats; a category's key or name. */
  prices: string[]
  /** `Service=1.50+2.5%`, `Order=1.99/booking`. */
  fees: string[]
  /** `VAT=7%`, `Sales tax=8.875%/on-top`. */
  tax: string | undefined
  seatsPerBuyerMax: number
}

export interface SoldShow {
  showId: number
  planVersion: number
  seatCount: number
}

interface Plan {
  id: number
  version: number
  layout: PlanLayout
}

export async function sellShow(pool: Pool, request: SellShow): Promise<SoldShow> {
  const plan = await latestPlan(pool, request.planKey)
  const prices = readPrices(request, plan.layout)
  const rules = readPriceRules(request.fees, request.tax, request.currency)
  const showId = await inTransaction(pool, (tx) =>
    equip(tx, request, { planVersionId: plan.id, prices, rules }),
  )
  await putOnSale(pool, { showId, seatsPerBuyerMax: request.seatsPerBuyerMax })
  const places = plan.layout.areas.flatMap((area) => area.places.map(([from, to]) => to - from))
  const seatCount = places.reduce((sum, count) => sum + count, plan.layout.seats.length)
  return { showId, planVersion: plan.version, seatCount }
}

async function latestPlan(pool: Pool, key: string): Promise<Plan> {
  const { rows } = await pool.query<Plan>(
    `SELECT v.id, v.version, v.layout FROM plan_version v JOIN seating_plan p ON p.id = v.plan_id
      WHERE p.key = $1 ORDER BY v.version DESC LIMIT 1`,
    [key],
  )
  if (rows[0]) return rows[0]
  const known = await pool.query<{ key: string }>('SELECT key FROM seating_plan ORDER BY key LIMIT 20')
  const keys = known.rows.map((row) => row.key).join(', ') || 'none yet'
  throw new NotSaleable(
    `There is no seating plan ${key}. Known: ${keys}. \`import plan FILE\` brings another.`,
  )
}

/** Category key -> minor units, for every category that has seats, and no other. */
function readPrices({ prices, currency }: SellShow, layout: PlanLayout): Record<string, number> {
  if (!isCurrency(currency)) {
    throw new NotSaleable(`Expected a currency by its ISO 4217 code, like EUR; got ${currency}.`)
  }
  const used = new Set([...layout.seats, ...layout.areas].map((place) => place.category))
  const needed = layout.categories.filter((category) => used.has(category.key))
  const found: Record<string, number> = {}
  for (const given of prices) {
    const at = given.lastIndexOf('=')
    const name = given.slice(0, Math.max(at, 0))
    const category = needed.find((one) => one.key === name || one.name === name)
    const amountMinor = minorUnitsOf(given.slice(at + 1), currency)
    if (!category || amountMinor === null) {
      const names = needed.map((one) => one.key).join(', ')
      const example = printAmount({ amountMinor: 4500, currency })
      throw new NotSaleable(
        `Expected --price CATEGORY=AMOUNT with one of the categories ${names} and an amount of that currency ` +
          `(${example} is ${needed[0]?.key}=${exampleAmount(currency)}); got ${given}.`,
      )
    }
    found[category.key] = amountMinor
  }
  const missing = needed.filter((category) => found[category.key] === undefined).map(({ key }) => key)
  if (missing.length > 0)
    throw new NotSaleable(`Every category needs a price; missing: ${missing.join(', ')}.`)
  return found
}

const exampleAmount = (currency: string) =>
  ['45', '45.00', '4500'].find((text) => minorUnitsOf(text, currency) === 4500) ?? '4.500'

interface Equipment {
  planVersionId: number
  prices: Record<string, number>
  rules: PriceRules
}

async function equip(
  tx: Tx,
  { showKey, currency }: SellShow,
  { planVersionId, prices, rules }: Equipment,
): Promise<number> {
  const { rows } = await tx.query<{ id: number; started: boolean; status: string | null }>(
    `SELECT s.id, s.starts_at <= now() AS started, l.status FROM show s LEFT JOIN show_ledger l ON l.show_id = s.id
      WHERE s.key = $1 FOR UPDATE OF s`,
    [showKey],
  )
  const [show] = rows
  if (!show) throw new NotSaleable(`There is no show ${showKey}. \`show list\` tells the keys of all.`)
  if (show.started) throw new NotSaleable(`Show ${showKey} has begun.`)
  // Seats may be locked and sold on the plan and prices it has: replacing those under a sale is not this command.
  if (show.status) {
    throw new NotSaleable(
      `Show ${showKey} has been put on sale before (it is ${show.status.replace('_', ' ')}); its plan stays.`,
    )
  }
  const list = await tx.query<{ id: number }>(
    'INSERT INTO price_list (currency, prices, rules) VALUES ($1, $2, $3) RETURNING id',
    [currency, JSON.stringify(prices), JSON.stringify(rules)],
  )
  await tx.query('UPDATE show SET plan_version_id = $2, price_list_id = $3 WHERE id = $1', [
    ...[show.id, planVersionId, list.rows[0]?.id],
  ])
  return show.id
}
