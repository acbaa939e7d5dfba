/** What a lock would cost, everything included, before anyone pays. */
import type { Priced, PricedLine } from '../booking/index.ts'
import { builder } from './builder.ts'
import { Money } from './money.ts'
import { PricedSeat, type PricedSeatShape } from './priced-seat.ts'

const QuoteLine = builder.objectRef<PricedSeatShape>('QuoteLine').implement({
  description: 'A locked seat and what it would cost.',
  interfaces: [PricedSeat],
})

interface QuoteShape extends Priced {
  showId: number
}

export const Quote = builder.objectRef<QuoteShape>('Quote').implement({
  description: 'What a lock would cost if it were paid now.',
  fields: (t) => ({
    lines: t.field({
      type: [QuoteLine],
      description: 'Its seats, by seatNo.',
      resolve: ({ lines, currency, showId }) => lines.map((line) => ({ ...line, currency, showId })),
    }),
    discount: t.field({
      type: Money,
      description: 'What a promotion takes off in all.',
      resolve: (quote) => sum(quote, 'discountMinor'),
    }),
    fees: t.field({ type: Money, description: 'Fees in all.', resolve: (quote) => sum(quote, 'feeMinor') }),
    tax: t.field({ type: Money, description: 'Tax in all.', resolve: (quote) => sum(quote, 'taxMinor') }),
    total: t.field({
      type: Money,
      description: 'What is paid, everything included.',
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
  }),
})

const sum = ({ lines, currency }: Priced, part: 'discountMinor' | 'feeMinor' | 'taxMinor') => ({
  amountMinor: lines.reduce((total, line: PricedLine) => total + line[part], 0),
  currency,
})
