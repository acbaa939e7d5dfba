/** Amounts and local times as people read them. */
import { expect, test } from 'vitest'
import { printLocalTime } from '../../src/graphql/local-time.ts'
import { decimalsOf, printAmount } from '../../src/platform/currency.ts'

test.each([
  ['EUR', 4500, 2, '€45.00'],
  ['JPY', 4500, 0, '¥4,500'],
  ['KWD', 4500, 3, 'KWD 4.500'],
  ['USD', 5, 2, '$0.05'],
  ['EUR', 0, 2, '€0.00'],
])('%s %i has %i decimals and reads %s', (currency, amountMinor, decimals, text) => {
  expect(decimalsOf(currency)).toBe(decimals)
  expect(printAmount({ amountMinor, currency }).replace(/\u00a0/g, ' ')).toBe(text)
})

test.each([
  ['2026-11-23T18:30:00Z', 'Europe/Berlin', '2026-11-23T19:30:00'],
  ['2026-07-01T18:30:00Z', 'Europe/Berlin', '2026-07-01T20:30:00'],
  ['2026-11-23T23:00:00Z', 'Europe/Berlin', '2026-11-24T00:00:00'],
  ['2026-11-23T00:30:00Z', 'America/New_York', '2026-11-22T19:30:00'],
])('%s on the clock of %s is %s', (instant, zone, local) => {
  expect(printLocalTime(new Date(instant), zone)).toBe(local)
})
