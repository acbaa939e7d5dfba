import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromStripeAmount, toStripeAmount } from '../../src/payment/stripe/stripe-amounts.ts'
import { decimalsOf } from '../../src/platform/currency.ts'

/** What is charged, in our minor units, and what Stripe must be told to charge it. */
const table: [charged: string, currency: string, amountMinor: number, stripes: number][] = [
  ['45.50 euros', 'EUR', 4_550, 4_550],
  ['45.50 dollars', 'USD', 4_550, 4_550],
  ['500 yen', 'JPY', 500, 500],
  ['12000 won', 'KRW', 12_000, 12_000],
  ['9000 Chilean pesos', 'CLP', 9_000, 9_000],
  ['655 CFA francs', 'XOF', 655, 655],
  ['4500 ariary', 'MGA', 4_500, 4_500],
  ['5 kronur, which Stripe counts in hundredths', 'ISK', 5, 500],
  ['5 shillings, which Stripe counts in hundredths', 'UGX', 5, 500],
  ['9900 forints, which have no minor unit here', 'HUF', 9_900, 990_000],
  ['80000 Colombian pesos, which have no minor unit here', 'COP', 80_000, 8_000_000],
  ['150000 rupiah, which have no minor unit here', 'IDR', 150_000, 15_000_000],
  ['800.45 Taiwan dollars', 'TWD', 80_045, 80_045],
  ['5.120 Kuwaiti dinars', 'KWD', 5_120, 5_120],
  ['10.500 Jordanian dinars', 'JOD', 10_500, 10_500],
  ['10.500 Tunisian dinars', 'TND', 10_500, 10_500],
]

test.each(table)('%s', (_, currency, amountMinor, stripes) => {
  expect(toStripeAmount(amountMinor, currency)).toBe(stripes)
  expect(fromStripeAmount(stripes, currency.toLowerCase())).toBe(amountMinor)
})

describe('what Stripe cannot charge exactly is not rounded', () => {
  test.each([
    ['KWD', 5_124],
    ['BHD', 1_001],
    ['OMR', 999],
  ])('%s %i', (currency, amountMinor) => {
    expect(toStripeAmount(amountMinor, currency)).toBeNull()
  })

  test.each([
    ['huf', 990_050],
    ['isk', 501],
    ['ugx', 12_345],
  ])('Stripe tells %s %i', (currency, amount) => {
    expect(fromStripeAmount(amount, currency)).toBeNull()
  })
})

test('in every currency that there is, what is told comes back as it was', () => {
  const currency = fc.constantFrom(...Intl.supportedValuesOf('currency'))
  fc.assert(
    fc.property(currency, fc.integer({ min: 1, max: 100_000_000 }), (code, amountMinor) => {
      const stripes = toStripeAmount(amountMinor, code)
      return stripes === null || fromStripeAmount(stripes, code) === amountMinor
    }),
  )
})

test('our minor units are those that the prices were written in, whatever Node is updated to', () => {
  const without = Intl.supportedValuesOf('currency').filter((code) => decimalsOf(code) === 0)
  expect(without).toEqual(
    (
      'AFN ALL BIF CLP COP DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK PKR PYG RWF SLL SOS SYP ' +
      'UGX VND VUV XAF XOF XPF YER'
    ).split(' '),
  )
  const thousandths = Intl.supportedValuesOf('currency').filter((code) => decimalsOf(code) === 3)
  expect(thousandths).toEqual('BHD JOD KWD LYD OMR TND'.split(' '))
})
