/** A hall of one row, and a show in it on sale: small enough to fight over. */
import { openCatalog, storePlan, vanishedSeats } from '../../src/catalog/index.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openSale } from '../../src/seating/index.ts'

export interface Hall {
  showId: string
  showNo: number
  seatIds: string[]
}

export const priceMinor = 2500

export async function openHall(databaseUrl: string, seatCount: number, seatsPerBuyerMax = 10): Promise<Hall> {
  const postgres = openPostgres({ ...postgresDefaults, url: databaseUrl, connectionsMax: 2 }, () => {})
  const { pool } = postgres
  try {
    const key = `hall-${seatCount}-${performance.now()}`
    const seats = Array.from({ length: seatCount }, (_, index) => ({
      ...{ seatId: `A-${index + 1}`, zone: 'hall', row: 'A', number: String(index + 1), category: 'all' },
      ...{ x: index * 20, y: 100, radius: 8, traits: [] },
    }))
    const { planVersionId } = await storePlan(pool, {
      key,
      draft: {
        ...{ name: key, size: { width: seatCount * 20, height: 200 }, seats, areas: [], decorations: [] },
        categories: [{ key: 'all', name: 'All', color: '#336699' }],
        zones: [{ key: 'hall', name: 'Hall' }],
      },
    })
    const { rows } = await pool.query(
      `WITH v AS (INSERT INTO venue (key, name, city, time_zone) VALUES ($1, 'Hall', 'Town', 'Europe/Berlin') RETURNING id),
            e AS (INSERT INTO event (key, title, search_text) VALUES ($1, 'A play', 'a play') RETURNING id),
            p AS (INSERT INTO price_list (currency, prices) VALUES ('EUR', $2) RETURNING id)
       INSERT INTO show (key, event_id, venue_id, plan_version_id, price_list_id, starts_at)
       SELECT $1, e.id, v.id, $3, p.id, now() + interval '1 day' FROM v, e, p RETURNING id`,
      [key, JSON.stringify({ all: priceMinor }), planVersionId],
    )
    const showNo: number = rows[0].id
    const [plan] = await openCatalog(pool).findPlans([planVersionId])
    if (!plan) throw new Error('The plan was not stored')
    await openSale(pool, { showId: showNo, seatCount, seatsPerBuyerMax, notForSale: vanishedSeats(plan) })
    const showId = Buffer.from(`Show:${showNo}`).toString('base64')
    return { showId, showNo, seatIds: seats.map((seat) => seat.seatId) }
  } finally {
    await postgres.close()
  }
}
