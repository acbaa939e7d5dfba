/**
 * Batches of one request for what Prisma's selections cannot reach: facts that hang on a number inside a lock or
 * a plan. Each loader asks the catalog once per tick, whatever the number of parents.
 */
import DataLoader from 'dataloader'
import type { Plan, PriceList, ShowFacts } from '../catalog/index.ts'
import type { GraphqlDeps } from './context.ts'

export interface Loaders {
  shows: DataLoader<number, ShowFacts | null>
  plans: DataLoader<number, Plan | null>
  priceLists: DataLoader<number, PriceList | null>
  /** By ticket id; null for a ticket that has none. */
  ticketCodes: DataLoader<string, string | null>
}

export function createLoaders({ catalog, ticketing }: Pick<GraphqlDeps, 'catalog' | 'ticketing'>): Loaders {
  return {
    shows: new DataLoader((ids) => catalog.findShows(ids)),
    plans: new DataLoader((ids) => catalog.findPlans(ids)),
    priceLists: new DataLoader((ids) => catalog.findPriceLists(ids)),
    ticketCodes: new DataLoader(async (ids) => {
      const codes = await ticketing.codesOf(ids)
      return ids.map((id) => codes.get(id) ?? null)
    }),
  }
}
