/**
 * Our minor units in Stripe's, and back. The two differ: Stripe counts forints, Colombian pesos and krónur in
 * hundredths, which we do not have. An amount that does not come out exactly is no amount: it is refused rather than
 * rounded.
 */
import { decimalsOf } from '../../platform/currency.ts'

/** Taken as they are, without decimals. */
const wholeAtStripe = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))
/** Counted in thousandths, of which the last digit must be 0. */
const thousandthsAtStripe = new Set('BHD JOD KWD OMR TND'.split(' '))
/** Counted in hundredths for the sake of old callers, of which both must be 0. */
const wholeHundredthsAtStripe = new Set(['ISK', 'UGX'])

/** Null when Stripe cannot charge this amount. */
export function toStripeAmount(amountMinor: number, currency: string): number | null {
  const amount = scaled(amountMinor, stripeDecimalsOf(currency) - decimalsOf(currency))
  return amount !== null && amount % stepOf(currency) === 0 ? amount : null
}

/** Null when we cannot count this amount. */
export function fromStripeAmount(amount: number, currency: string): number | null {
  const code = currency.toUpperCase()
  return scaled(amount, decimalsOf(code) - stripeDecimalsOf(code))
}

function stripeDecimalsOf(currency: string): number {
  if (wholeAtStripe.has(currency)) return 0
  return thousandthsAtStripe.has(currency) ? 3 : 2
}

function stepOf(currency: string): number {
  if (thousandthsAtStripe.has(currency)) return 10
  return wholeHundredthsAtStripe.has(currency) ? 100 : 1
}

function scaled(amount: number, decimals: number): number | null {
  const result = decimals < 0 ? amount / 10 ** -decimals : amount * 10 ** decimals
  return Number.isSafeInteger(result) ? result : null
}
