/** Amounts: minor units plus currency, with the currency's own number of decimals, so yen have none. */
import { builder } from './builder.ts'

export interface Amount {
  amountMinor: number
  currency: string
}

const formatsMax = 200
const formats = new Map<string, Intl.NumberFormat>()

function formatOf(currency: string): Intl.NumberFormat {
  let format = formats.get(currency)
  if (!format) {
    if (formats.size >= formatsMax) formats.clear()
    format = new Intl.NumberFormat('en', { style: 'currency', currency })
    formats.set(currency, format)
  }
  return format
}

export function decimalsOf(currency: string): number {
  return formatOf(currency).resolvedOptions().maximumFractionDigits ?? 2
}

export function printAmount({ amountMinor, currency }: Amount): string {
  return formatOf(currency).format(amountMinor / 10 ** decimalsOf(currency))
}

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
