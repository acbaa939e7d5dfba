import { expect, test } from 'vitest'
import { NotSaleable } from '../../src/operate/index.ts'
import { readPriceRules } from '../../src/operate/read-price-rules.ts'

test('fees and tax as an operator writes them', () => {
  const fees = ['Service=1.50+2.5%', 'Order=1.99/booking', 'Card=3%', 'Print=1']
  expect(readPriceRules(fees, 'Sales tax=8.875%/on-top', 'USD')).toEqual({
    fees: [
      { name: 'Service', per: 'ticket', amountMinor: 150, basisPoints: 250 },
      { name: 'Order', per: 'booking', amountMinor: 199, basisPoints: 0 },
      { name: 'Card', per: 'ticket', amountMinor: 0, basisPoints: 300 },
      { name: 'Print', per: 'ticket', amountMinor: 100, basisPoints: 0 },
    ],
    tax: { name: 'Sales tax', ratePpm: 88_750, included: false },
  })
  expect(readPriceRules(['手数料=220'], '消費税=10%', 'JPY')).toEqual({
    fees: [{ name: '手数料', per: 'ticket', amountMinor: 220, basisPoints: 0 }],
    tax: { name: '消費税', ratePpm: 100_000, included: true },
  })
})

test.each([
  'Service',
  'Service=',
  '=1',
  'Service=1.999',
  'Service=-1',
  'Service=1+2',
  'Service=101%',
  'Service=1%/booking',
  'Service=1+1%+1%',
])('the fee %j is refused with what was expected', (fee) =>
  expect(() => readPriceRules([fee], undefined, 'EUR')).toThrow(NotSaleable),
)

test.each(['VAT', 'VAT=7', 'VAT=100%', '=7%', 'VAT=7%/sometimes'])('the tax %j is refused', (tax) =>
  expect(() => readPriceRules([], tax, 'EUR')).toThrow(NotSaleable),
)
