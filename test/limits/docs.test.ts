import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callRates, graphqlLimits } from '../../src/graphql/limits.ts'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/graphql-limits.md'), 'utf8')

test('every code of a limit is on the page, and the page has none extra', () => {
  const source = readFileSync(join(root, 'src/graphql/limits/limit-error.ts'), 'utf8')
  const union = source.slice(source.indexOf('export type LimitCode'), source.indexOf('export function'))
  const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code]) => code)
  const rows = [...page.matchAll(/^\|.*\| `(\w+)` \|$/gm)].map(([, code]) => code)
  expect(new Set(rows)).toEqual(new Set([...codes, 'BAD_USER_INPUT']))
})

test('the numbers on the page are the ones that are kept', () => {
  const { tokensMax, depthMax, introspectionDepthMax, aliasesMax, directivesMax, rootFieldsMax } =
    graphqlLimits
  const { costMax, pageSizeMax, listItemsMax, variablesDepthMax, objectKeysMax, coercionErrorsMax } =
    graphqlLimits
  const kept = [
    ...[tokensMax, depthMax, introspectionDepthMax, aliasesMax, directivesMax, rootFieldsMax],
    ...[costMax, pageSizeMax, listItemsMax, variablesDepthMax, objectKeysMax, coercionErrorsMax],
    ...Object.values(callRates).map(({ points }) => points),
  ].map((number) => number.toLocaleString('en'))
  const told = [...page.matchAll(/^\|.*\| ([\d,]+)(?: a minute \|$| \| `)/gm)].map(([, number]) => number)
  expect(told).toEqual(kept)
})

test('the operations document’s rates per user are kept', () => {
  expect(callRates.seat_selection).toEqual({ points: 60, windowS: 60 })
  expect(callRates.booking).toEqual({ points: 30, windowS: 60 })
})
