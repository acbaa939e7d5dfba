import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Discount, type PriceRules, quote, type SeatToPrice } from '../../src/catalog/quote.ts'

const plain: PriceRules = { fees: [], tax: null }
const seats = (prices: number[], rules = plain): SeatToPrice[] =>
  prices.map((priceMinor, seatNo) => ({ seatNo, category: seatNo % 2 ? 'odd' : 'even', priceMinor, rules }))
const off = (basisPoints: number, amountMinor = 0, categories: string[] | null = null): Discount => ({
  ...{ basisPoints, amountMinor, categories },
})

const fee = fc.record({
  name: fc.constant('Fee'),
  per: fc.constantFrom('ticket' as const, 'booking' as const),
  amountMinor: fc.nat(2_000),
  basisPoints: fc.nat(2_000),
})
const tax = fc.option(
  fc.record({ name: fc.constant('Tax'), ratePpm: fc.nat(300_000), included: fc.boolean() }),
)
const rules = fc.record({ fees: fc.array(fee, { maxLength: 3 }), tax })
const discount = fc.option(
  fc.record({
    basisPoints: fc.nat(10_000),
    amountMinor: fc.nat(5_000),
    categories: fc.option(fc.constant<string[]>(['odd'])),
  }),
)

test('the lines add up to the total, nothing is negative, and nothing is a fraction', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 20 }),
      rules,
      discount,
      (prices, r, d) => {
        const { lines, totalMinor } = quote(seats(prices, r), r, d)
        expect(lines.reduce((sum, line) => sum + line.totalMinor, 0)).toBe(totalMinor)
        for (const line of lines) {
          const onTop = r.tax && !r.tax.included ? line.taxMinor : 0
          expect(line.totalMinor).toBe(line.priceMinor - line.discountMinor + line.feeMinor + onTop)
          for (const amount of [line.discountMinor, line.feeMinor, line.taxMinor, line.totalMinor]) {
            expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true)
          }
          expect(line.discountMinor).toBeLessThanOrEqual(line.priceMinor)
        }
      },
    ),
  )
})

test('what is paid per booking is paid once, whatever it is divided by', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 20 }),
      fc.nat(999),
      (prices, amountMinor) => {
        const r: PriceRules = {
          fees: [{ name: 'Order', per: 'booking', amountMinor, basisPoints: 0 }],
          tax: null,
        }
        const { lines } = quote(seats(prices, r), r, null)
        expect(lines.reduce((sum, line) => sum + line.feeMinor, 0)).toBe(amountMinor)
      },
    ),
  )
})

test.each<[what: string, prices: number[], r: PriceRules, d: Discount | null, totals: number[]]>([
  ['prices alone', [4500, 3000], plain, null, [4500, 3000]],
  [
    'a fee per ticket',
    [4500],
    { fees: [{ name: 'Service', per: 'ticket', amountMinor: 150, basisPoints: 250 }], tax: null },
    null,
    [4500 + 150 + 113],
  ],
  ['ten percent off', [4500, 3333], plain, off(1_000), [4050, 3000]],
  ['a category alone', [4500, 3000], plain, off(5_000, 0, ['odd']), [4500, 1500]],
  ['no more off than it costs', [500], plain, off(0, 900), [0]],
  [
    'tax on top',
    [1000],
    { fees: [], tax: { name: 'Sales tax', ratePpm: 88_750, included: false } },
    null,
    [1089],
  ],
  ['tax within', [1070], { fees: [], tax: { name: 'MwSt', ratePpm: 70_000, included: true } }, null, [1070]],
  [
    'no fee on what is free',
    [1000, 0],
    {
      fees: [
        { name: 'Order', per: 'booking', amountMinor: 199, basisPoints: 0 },
        { name: 'Service', per: 'ticket', amountMinor: 100, basisPoints: 0 },
      ],
      tax: null,
    },
    null,
    [1299, 0],
  ],
])('%s', (_what, prices, r, d, totals) => {
  expect(quote(seats(prices, r), r, d).lines.map((line) => line.totalMinor)).toEqual(totals)
})

test('the tax within a price is told', () => {
  const r: PriceRules = { fees: [], tax: { name: 'MwSt', ratePpm: 70_000, included: true } }
  expect(quote(seats([1070], r), r, null).lines[0]?.taxMinor).toBe(70)
})
