/**
 * Writes the demo catalogue: two venues with their plans, prices and a season around today. What is there already is
 * left as it is, so running it again, also on a later day, keeps what people did with it.
 */
import type { Pool } from '../../platform/postgres.ts'
import { inTransaction } from '../../platform/transaction.ts'
import { instantOf, localTimeOf } from '../local-time.ts'
import type { PriceRules } from '../quote.ts'
import { searchText } from '../search-text.ts'
import { storePlan } from '../store-plan.ts'
import { arena } from './arena.ts'
import { type DemoEvent, type DemoShow, demoEvents } from './programme.ts'
import { theatre } from './theatre.ts'

interface DemoVenue {
  key: string
  name: string
  city: string
  timeZone: string
  currency: string
  /** Minor units by category. */
  prices: Record<string, number>
  rules: PriceRules
}

const venues: Record<DemoEvent['venue'], DemoVenue> = {
  theatre: {
    ...{ key: 'demo-lanternhof', name: 'Lanternhof Theatre', city: 'Hamburg', timeZone: 'Europe/Berlin' },
    currency: 'EUR',
    rules: { fees: [], tax: { name: 'MwSt', ratePpm: 70_000, included: true } },
    prices: { premium: 8900, first: 6900, second: 4900, third: 2400, box: 9900, access: 2400 },
  },
  arena: {
    ...{ key: 'demo-meridian', name: 'Meridian Arena', city: 'London', timeZone: 'Europe/London' },
    currency: 'GBP',
    rules: {
      fees: [
        { name: 'Service fee', per: 'ticket', amountMinor: 0, basisPoints: 400 },
        { name: 'Order fee', per: 'booking', amountMinor: 150, basisPoints: 0 },
      ],
      tax: { name: 'VAT', ratePpm: 200_000, included: true },
    },
    prices: { floor: 5500, premium: 9500, lower: 6500, upper: 4500, top: 3000 },
  },
}

/** Returns the ids of the demo's shows. */
export async function createDemo(pool: Pool, now: Date): Promise<number[]> {
  const places = {
    theatre: await createVenue(pool, venues.theatre, theatre()),
    arena: await createVenue(pool, venues.arena, arena()),
  }
  await pool.query(
    `INSERT INTO promotion (code, basis_points, uses_per_buyer_max) VALUES ('WELCOME10', 1000, 1)
     ON CONFLICT (code) DO NOTHING`,
  )
  const showIds: number[] = []
  for (const event of demoEvents) showIds.push(...(await createEvent(pool, event, places[event.venue], now)))
  return showIds
}

interface Place {
  venueId: number
  planVersionId: number
}

async function createVenue(pool: Pool, venue: DemoVenue, draft: ReturnType<typeof theatre>): Promise<Place> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO venue (key, name, city, time_zone) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id`,
    [venue.key, venue.name, venue.city, venue.timeZone],
  )
  const venueId = rows[0]?.id ?? 0
  const { planVersionId } = await storePlan(pool, { key: venue.key, draft, venueId })
  return { venueId, planVersionId }
}

function createEvent(pool: Pool, event: DemoEvent, place: Place, now: Date): Promise<number[]> {
  const venue = venues[event.venue]
  return inTransaction(pool, async (tx) => {
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO event (key, title, description, organiser, search_text) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (key) DO UPDATE SET title = excluded.title RETURNING id`,
      [
        ...[event.key, event.title, event.description, event.organiser],
        searchText(event.title, event.description, event.organiser, venue.name, venue.city),
      ],
    )
    const showIds: number[] = []
    for (const [index, show] of event.shows.entries()) {
      const key = `${event.key}-${index + 1}`
      const existing = await tx.query<{ id: number }>('SELECT id FROM show WHERE key = $1', [key])
      const found = existing.rows[0]
      if (found) {
        showIds.push(found.id)
        continue
      }
      const priceList = await tx.query<{ id: number }>(
        'INSERT INTO price_list (currency, prices, rules) VALUES ($1, $2, $3) RETURNING id',
        [venue.currency, JSON.stringify(pricesOf(venue, event)), JSON.stringify(venue.rules)],
      )
      const created = await tx.query<{ id: number }>(
        `INSERT INTO show (key, event_id, venue_id, plan_version_id, price_list_id, starts_at)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
        [
          ...[key, rows[0]?.id, place.venueId, place.planVersionId, priceList.rows[0]?.id],
          startOf(show, now, venue.timeZone),
        ],
      )
      if (created.rows[0]) showIds.push(created.rows[0].id)
    }
    return showIds
  })
}

const pricesOf = (venue: DemoVenue, event: DemoEvent) =>
  Object.fromEntries(
    Object.entries(venue.prices).map(([category, price]) => [
      category,
      Math.round((price * event.pricePercent) / 100),
    ]),
  )

function startOf({ day, at: [hour, minute] }: DemoShow, now: Date, timeZone: string): Date {
  const date = localTimeOf(new Date(now.getTime() + day * 86_400_000), timeZone)
  return instantOf({ ...date, hour, minute }, timeZone)
}
