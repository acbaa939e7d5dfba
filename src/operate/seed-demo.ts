/** Fills the database with the demo and puts its shows on sale. Safe to repeat. */
import { createDemo } from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { putOnSale } from './put-on-sale.ts'

const seatsPerBuyerMax = 10

export async function seedDemo(pool: Pool, now: Date): Promise<void> {
  for (const showId of await createDemo(pool, now)) await putOnSale(pool, { showId, seatsPerBuyerMax })
}
