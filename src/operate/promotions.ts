/** Promotion codes: adding one, and seeing what became of them. */
import { isCurrency, minorUnitsOf } from '../platform/currency.ts'
import type { Pool } from '../platform/postgres.ts'
import { NotSaleable } from './not-saleable.ts'
import { basisPointsOf } from './read-price-rules.ts'

export interface AddPromotion {
  code: string
  /** `10` of each ticket, or `5.00` with a currency. */
  percent: string | undefined
  amount: string | undefined
  currency: string | undefined
  categories: string[]
  /** Key of the one event it holds for. */
  event: string | undefined
  from: string | undefined
  until: string | undefined
  uses: string | undefined
  usesPerBuyer: string | undefined
}

export async function addPromotion(pool: Pool, request: AddPromotion): Promise<void> {
  const code = request.code.toUpperCase()
  if (!/^[A-Z0-9_-]{3,40}$/.test(code)) {
    throw new NotSaleable(`Expected a code of 3 to 40 letters, digits, - or _; got ${request.code}.`)
  }
  const eventId = request.event === undefined ? null : await eventOf(pool, request.event)
  const { rowCount } = await pool.query(
    `INSERT INTO promotion (code, basis_points, amount_minor, currency, categories, event_id, starts_at, ends_at,
                            uses_max, uses_per_buyer_max)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (code) DO NOTHING`,
    [
      ...[code, ...takesOff(request)],
      request.categories.length > 0 ? JSON.stringify(request.categories) : null,
      ...[eventId, instantOf('--from', request.from), instantOf('--until', request.until)],
      ...[countOf('--uses', request.uses), countOf('--uses-per-buyer', request.usesPerBuyer)],
    ],
  )
  if (rowCount === 0)
    throw new NotSaleable(`There is a promotion ${code} already; codes are not given twice.`)
}

function takesOff({ percent, amount, currency }: AddPromotion): [number, number, string | null] {
  const expected = 'Expected --percent 0.01 to 100, or --amount AMOUNT --currency CODE; got'
  if (percent !== undefined && amount === undefined && currency === undefined) {
    const basisPoints = basisPointsOf(percent)
    if (basisPoints) return [basisPoints, 0, null]
    throw new NotSaleable(`${expected} ${percent} percent.`)
  }
  if (amount !== undefined && currency !== undefined && percent === undefined) {
    const amountMinor = isCurrency(currency) ? minorUnitsOf(amount, currency) : null
    if (amountMinor) return [0, amountMinor, currency]
    throw new NotSaleable(`${expected} ${amount} ${currency}.`)
  }
  throw new NotSaleable(`${expected} neither, or both.`)
}

async function eventOf(pool: Pool, key: string): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('SELECT id FROM event WHERE key = $1', [key])
  if (!rows[0])
    throw new NotSaleable(`There is no event ${key}; an event's key is its shows' key without the last part.`)
  return rows[0].id
}

function instantOf(option: string, text: string | undefined): Date | null {
  if (text === undefined) return null
  const at = new Date(text)
  if (Number.isNaN(at.getTime()) || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    throw new NotSaleable(`Expected ${option} as an instant like 2026-12-24T18:00:00Z; got ${text}.`)
  }
  return at
}

function countOf(option: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > 10_000_000) {
    throw new NotSaleable(`Expected ${option} from 1 to 10000000; got ${text}.`)
  }
  return count
}

export interface ListedPromotion {
  code: string
  basisPoints: number
  amountMinor: number
  currency: string | null
  event: string | null
  startsAt: Date | null
  endsAt: Date | null
  used: number
  usesMax: number | null
}

export async function listPromotions(pool: Pool): Promise<ListedPromotion[]> {
  const { rows } = await pool.query<ListedPromotion>(
    `SELECT p.code, p.basis_points AS "basisPoints", p.amount_minor AS "amountMinor", p.currency, e.title AS event,
            p.starts_at AS "startsAt", p.ends_at AS "endsAt", p.uses_max AS "usesMax",
            (SELECT count(*)::int FROM booking b
              WHERE b.promotion_id = p.id AND b.state NOT IN ('FAILED', 'CANCELLED')) AS used
       FROM promotion p LEFT JOIN event e ON e.id = p.event_id ORDER BY p.code`,
  )
  return rows
}
