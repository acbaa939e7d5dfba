/** Fees and tax as an operator writes them: `Service=1.50+2.5%`, `Order=1.99/booking`, `VAT=7%`, `Sales tax=8.875%/on-top`. */
import type { Fee, PriceRules, Tax } from '../catalog/index.ts'
import { minorUnitsOf } from '../platform/currency.ts'
import { NotSaleable } from './not-saleable.ts'

export function readPriceRules(fees: string[], tax: string | undefined, currency: string): PriceRules {
  return { fees: fees.map((text) => readFee(text, currency)), tax: tax === undefined ? null : readTax(tax) }
}

function readFee(text: string, currency: string): Fee {
  const [, name = '', value = '', booking] = /^([^=]{1,60})=(.+?)(\/booking)?$/.exec(text) ?? []
  const parts = value.split('+')
  const percents = parts.filter((part) => part.endsWith('%')).map((part) => basisPointsOf(part.slice(0, -1)))
  const amounts = parts.filter((part) => !part.endsWith('%')).map((part) => minorUnitsOf(part, currency))
  const [amountMinor = 0] = amounts
  const [basisPoints = 0] = percents
  const readable = name !== '' && amounts.length < 2 && percents.length < 2
  if (!readable || amountMinor === null || basisPoints === null || (booking && percents.length > 0)) {
    throw new NotSaleable(
      `Expected --fee NAME=AMOUNT, NAME=PERCENT%, NAME=AMOUNT+PERCENT% for each ticket, or NAME=AMOUNT/booking, ` +
        `with an amount of ${currency}; got ${text}.`,
    )
  }
  return { name, per: booking ? 'booking' : 'ticket', amountMinor, basisPoints }
}

function readTax(text: string): Tax {
  const [, name = '', percent = '', onTop] =
    /^([^=]{1,60})=(\d{1,2}(?:\.\d{1,4})?)%(\/on-top)?$/.exec(text) ?? []
  if (!name) {
    throw new NotSaleable(
      `Expected --tax NAME=PERCENT% when prices contain it, or NAME=PERCENT%/on-top; got ${text}.`,
    )
  }
  return { name, ratePpm: Math.round(Number(percent) * 10_000), included: !onTop }
}

/** Hundredths of a percent, up to 100 %; null when it is not. */
export function basisPointsOf(percent: string): number | null {
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(percent)) return null
  const basisPoints = Math.round(Number(percent) * 100)
  return basisPoints <= 10_000 ? basisPoints : null
}
