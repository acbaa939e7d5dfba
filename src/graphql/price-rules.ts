/** What comes with the prices of a show: fees and tax. */
import type { Fee, Tax } from '../catalog/index.ts'
import { builder } from './builder.ts'
import { Money } from './money.ts'

export interface FeeShape extends Fee {
  currency: string
}

export const FeeRef = builder.objectRef<FeeShape>('Fee').implement({
  description: 'Something paid besides the price. A ticket that costs nothing has no fees.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    perBooking: t.boolean({
      description: 'Whether it is paid once per booking, and not for each ticket.',
      resolve: ({ per }) => per === 'booking',
    }),
    amount: t.field({
      type: Money,
      description: 'The fixed part.',
      resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    percent: t.float({
      description: 'The part that follows the price of the ticket, in percent of it.',
      resolve: ({ basisPoints }) => basisPoints / 100,
    }),
  }),
})

export const TaxRef = builder.objectRef<Tax>('Tax').implement({
  description: 'The tax on prices and fees.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What it is called.' }),
    percent: t.float({
      description: 'Its rate in percent.',
      resolve: ({ ratePpm }) => ratePpm / 10_000,
    }),
    included: t.exposeBoolean('included', {
      description: 'true: prices and fees contain it. false: it comes on top of them.',
    }),
  }),
})
