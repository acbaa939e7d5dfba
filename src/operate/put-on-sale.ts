/** Puts a show on sale with the seats of its plan version; numbers that the version does not have stay closed. */
import { openCatalog, vanishedSeats } from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { openSale } from '../seating/index.ts'
import { NotSaleable } from './not-saleable.ts'

export async function putOnSale(
  pool: Pool,
  sale: { showId: number; seatsPerBuyerMax: number },
): Promise<void> {
  const catalog = openCatalog(pool)
  const [show] = await catalog.findShows([sale.showId])
  if (!show) throw new NotSaleable(`There is no show ${sale.showId}.`)
  if (!show.planVersionId || !show.priceListId) {
    throw new NotSaleable(`Show ${sale.showId} needs a seating plan and prices before it can be sold.`)
  }
  const [plan] = await catalog.findPlans([show.planVersionId])
  if (!plan) throw new NotSaleable(`The seating plan of show ${sale.showId} is missing.`)
  await openSale(pool, { ...sale, seatCount: plan.seatCount, notForSale: vanishedSeats(plan) })
}
