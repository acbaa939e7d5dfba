/** What a seat costs, taken apart: the same for a booked seat and for one whose price is only asked. */
import type { PricedLine } from '../booking/index.ts'
import { builder } from './builder.ts'
import { Money } from './money.ts'
import { seatLabel } from './seat-label.ts'

export interface PricedSeatShape extends PricedLine {
  showId: number
  currency: string
}

export const PricedSeat = builder.interfaceRef<PricedSeatShape>('PricedSeat').implement({
  description: 'A seat and what it costs. `total` is what is paid; the other amounts say what it is made of.',
  fields: (t) => ({
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.exposeString('seatId', { description: 'Name of the seat.' }),
    label: t.field(seatLabel),
    category: t.exposeString('category', { description: 'Key of its price category.' }),
    price: t.field({
      type: Money,
      description: 'Its price, fixed at the lock.',
      resolve: ({ priceMinor, currency }) => ({ amountMinor: priceMinor, currency }),
    }),
    discount: t.field({
      type: Money,
      description: 'What a promotion takes off the price.',
      resolve: ({ discountMinor, currency }) => ({ amountMinor: discountMinor, currency }),
    }),
    fee: t.field({
      type: Money,
      description: 'Fees, with its part of what is paid once per booking.',
      resolve: ({ feeMinor, currency }) => ({ amountMinor: feeMinor, currency }),
    }),
    tax: t.field({
      type: Money,
      description: 'Tax: contained in price and fee, or on top of them, as `Show.tax` says.',
      resolve: ({ taxMinor, currency }) => ({ amountMinor: taxMinor, currency }),
    }),
    total: t.field({
      type: Money,
      description: 'What is paid for this seat, everything included.',
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
  }),
})
