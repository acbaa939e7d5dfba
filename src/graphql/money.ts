/** Amounts of money as clients see them. */
import { type Amount, decimalsOf, printAmount } from '../platform/currency.ts'
import { builder } from './builder.ts'

export const Money = builder.objectRef<Amount>('Money').implement({
  description: 'An amount of money.',
  fields: (t) => ({
    amountMinor: t.exposeInt('amountMinor', {
      description: 'The amount in minor units of the currency: cents for EUR, yen for JPY.',
    }),
    currency: t.exposeString('currency', { description: 'ISO 4217 code.' }),
    decimals: t.int({
      description: 'How many decimals the currency has: amountMinor / 10^decimals is the amount.',
      resolve: (amount) => decimalsOf(amount.currency),
    }),
    text: t.string({
      description: 'The amount as English text, for example "€45.00".',
      resolve: printAmount,
    }),
  }),
})
