import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { checkOperation } from '../../src/graphql/limits/check-operation.ts'
import { costOf } from '../../src/graphql/limits/cost.ts'
import { schema } from './limits-world.ts'

function cost(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return costOf({ schema, document, operation, variables })
}

test('a field costs one point, __typename none', () => {
  expect(cost('{ show(id: 1) { __typename id title } }')).toBe(3)
})

test('a field that names its own cost costs that', () => {
  expect(cost('{ dear }')).toBe(4_999)
})

test('a connection multiplies what is in its lists by the page size, and nothing else', () => {
  // shows + edges + pageInfo + hasNextPage, and node + title for each of 7
  expect(cost('{ shows(first: 7) { edges { node { title } } pageInfo { hasNextPage } } }')).toBe(4 + 7 * 2)
  expect(cost('{ shows(last: 7) { edges { node { title } } } }')).toBe(2 + 7 * 2)
})

test('a page size given by a variable counts as if it were written out', () => {
  const query = 'query ($n: Int) { shows(first: $n) { edges { cursor } } }'
  expect(cost(query, { n: 50 })).toBe(52)
})

test('a connection without a page size costs its default page', () => {
  expect(cost('{ shows { edges { cursor } } }')).toBe(22)
  expect(cost('{ show(id: 1) { shows { edges { cursor } } } }')).toBe(1 + 2 + 5)
})

test('other lists count by their hint, else by the assumed length, and lists of lists by both', () => {
  expect(cost('{ seats { name } }')).toBe(1 + 30)
  expect(cost('{ show(id: 1) { seats { name } } }')).toBe(2 + 10)
  expect(cost('{ show(id: 1) { rows { name } } }')).toBe(2 + 100)
})

test('a fragment costs at each of its spreads what it would cost written out there', () => {
  const written = '{ a: shows(first: 3) { edges { cursor } } b: shows(first: 8) { edges { cursor } } }'
  const spread =
    '{ a: shows(first: 3) { ...E } b: shows(first: 8) { ...E } } fragment E on ShowConnection { edges { cursor } }'
  expect(cost(spread)).toBe(cost(written))
})

test('aliases are paid for one by one', () => {
  expect(cost('{ a: show(id: 1) { id } b: show(id: 1) { id } c: show(id: 1) { id } }')).toBe(6)
})

test('a document whose fragments run in circles is costed without running in circles', () => {
  expect(cost('{ show(id: 1) { ...A } } fragment A on Show { id next { ...A } }')).toBeGreaterThan(0)
})

test('a negative page size cannot make the rest cheaper', () => {
  const query = '{ dear shows(first: -5000) { edges { cursor } } }'
  expect(cost(query)).toBeGreaterThan(4_999)
})

test('what costs more than 5,000 points is refused, with the limit, what came and what to do', () => {
  const document = parse(
    '{ shows(first: 100) { edges { node { shows(first: 100) { edges { cursor } } } } } }',
  )
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  const { errors } = checkOperation({ schema, document, operation, variables: {}, suggestions: true })
  expect(errors?.[0]?.message).toBe(
    'An operation costs at most 5,000 points; this one costs 10,302. A field is one point, times the items of the ' +
      'lists around it: ask for smaller pages or fewer fields.',
  )
  expect(errors?.[0]?.extensions).toEqual({ code: 'TOO_COSTLY', limit: 5_000, came: 10_302 })
})
