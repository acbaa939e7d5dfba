/** What the show's page asks for before the live map takes over. */
import type { ShowForSaleQuery } from '../../generated/graphql.ts'
import { graphql } from '../../generated/index.ts'

export const showForSale = graphql(`
  query ShowForSale($id: ID!) {
    show(id: $id) {
      id
      startsAt
      startsAtLocal
      saleStatus
      seatsPerBuyerMax
      event { id title organiser }
      venue { name city timeZone }
      prices { category { key name color } price { text } }
      seatMap { plan { contentHash url } }
    }
  }
`)

export type ShowForPage = NonNullable<ShowForSaleQuery['show']>
