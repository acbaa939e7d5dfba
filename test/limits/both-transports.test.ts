import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpWorld, httpWorld } from './http-world.ts'
import { codesOf, prepare } from './limits-world.ts'

/** What is refused, as the selection set of a query and of a subscription. */
interface Case {
  what: string
  code: string
  query: string
  subscription: string
  variables?: Record<string, unknown>
}

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ')
const nest = (levels: number) => `${'next { '.repeat(levels)}id${' }'.repeat(levels)}`
const names = (count: number) => Array.from({ length: count }, (_, at) => `S${at}`)
const deepValue = (levels: number): unknown => (levels === 0 ? {} : { inner: deepValue(levels - 1) })

const cases: Case[] = [
  {
    what: 'more than 1,000 tokens',
    code: 'TOO_MANY_TOKENS',
    query: `{ ${times(1_000, () => 'dear')} }`,
    subscription: `subscription { seat { ${times(1_000, () => 'name')} } }`,
  },
  {
    what: 'more than 8 levels',
    code: 'TOO_DEEP',
    query: `{ show(id: 1) { ${nest(7)} } }`,
    subscription: `subscription { seat { show { ${nest(6)} } } }`,
  },
  {
    what: 'more than 8 levels, hidden in fragments',
    code: 'TOO_DEEP',
    query: `{ show(id: 1) { ...A } } fragment A on Show { ${'next { '.repeat(4)}...B${' }'.repeat(4)} }
      fragment B on Show { ${nest(4)} }`,
    subscription: `subscription { seat { show { ...A } } } fragment A on Show { ${'next { '.repeat(4)}...B${' }'.repeat(4)} }
      fragment B on Show { ${nest(4)} }`,
  },
  {
    what: 'more than 15 aliases',
    code: 'TOO_MANY_ALIASES',
    query: `{ show(id: 1) { ${times(16, (at) => `a${at}: id`)} } }`,
    subscription: `subscription { seat { ${times(16, (at) => `a${at}: name`)} } }`,
  },
  {
    what: 'more than 5 directives',
    code: 'TOO_MANY_DIRECTIVES',
    query: `{ show(id: 1) { ${times(6, () => 'id @include(if: true)')} } }`,
    subscription: `subscription { seat { ${times(6, () => 'name @include(if: true)')} } }`,
  },
  {
    what: 'a page of more than 100',
    code: 'BAD_PAGE',
    query: '{ shows(first: 101) { pageInfo { hasNextPage } } }',
    subscription: 'subscription { seat { shows(last: 101) { pageInfo { hasNextPage } } } }',
  },
  {
    what: 'a page of less than none, by a variable',
    code: 'BAD_PAGE',
    query: 'query ($n: Int) { shows(first: $n) { pageInfo { hasNextPage } } }',
    subscription: 'subscription ($n: Int) { seat { shows(first: $n) { pageInfo { hasNextPage } } } }',
    variables: { n: -1 },
  },
  {
    what: 'a list of more than 100 items',
    code: 'LIST_TOO_LONG',
    query: `{ seats(names: ${JSON.stringify(names(101))}) { name } }`,
    subscription: `subscription { seat(names: ${JSON.stringify(names(101))}) { name } }`,
  },
  {
    what: 'a list of more than 100 items in a variable',
    code: 'LIST_TOO_LONG',
    query: 'query ($names: [String!]) { seats(names: $names) { name } }',
    subscription: 'subscription ($names: [String!]) { seat(names: $names) { name } }',
    variables: { names: names(101) },
  },
  {
    what: 'a list of more than 100 items inside an input object',
    code: 'LIST_TOO_LONG',
    query: 'query ($filter: Filter) { seats(filter: $filter) { name } }',
    subscription: 'subscription ($names: [String!]) { seat(filter: { inner: { names: $names } }) { name } }',
    variables: { names: names(101), filter: { inner: { names: names(101) } } },
  },
  {
    what: 'a variable of more than 10 levels',
    code: 'VARIABLES_TOO_DEEP',
    query: 'query ($filter: Filter) { seats(filter: $filter) { name } }',
    subscription: 'subscription ($filter: Filter) { seat(filter: $filter) { name } }',
    variables: { filter: deepValue(10) },
  },
  {
    what: 'more than 5,000 points',
    code: 'TOO_COSTLY',
    query: '{ shows(first: 100) { edges { node { seats { name show { id title next { id } } } } } } }',
    subscription:
      'subscription { seat { shows(first: 100) { edges { node { seats { name show { id title } } rows { name } } } } } }',
  },
  {
    what: 'a variable of the wrong type',
    code: 'BAD_USER_INPUT',
    query: 'query ($n: Int) { shows(first: $n) { pageInfo { hasNextPage } } }',
    subscription: 'subscription ($n: Int) { seat(shows: $n) { name } }',
    variables: { n: 'many' },
  },
  {
    what: 'an unknown field',
    code: 'GRAPHQL_VALIDATION_FAILED',
    query: '{ nothing }',
    subscription: 'subscription { nothing }',
  },
  {
    what: 'a text that is no GraphQL',
    code: 'GRAPHQL_PARSE_FAILED',
    query: '{ show(',
    subscription: 'subscription {',
  },
]

let http: HttpWorld
beforeAll(async () => {
  http = await httpWorld()
})
afterAll(() => http.stop())

describe.each(cases)('$what', ({ code, query, subscription, variables = {} }) => {
  test(`is refused over HTTP with ${code}`, async () => {
    const { errors, status } = await http.ask({ query, variables })
    expect([...new Set(errors.map(({ extensions }) => extensions?.code))]).toEqual([code])
    expect(status).toBe(400)
  })

  test(`is refused on the socket with ${code}`, () => {
    expect(codesOf(prepare(subscription, variables))).toEqual([code])
  })
})

test('more than 10 root fields are refused', async () => {
  const { errors } = await http.ask({ query: `{ ${times(11, () => 'dear')} }` })
  expect(errors[0]?.extensions).toEqual({ code: 'TOO_MANY_ROOT_FIELDS', limit: 10, came: 11 })
})

test('an argument that answers long lists itself gets them', async () => {
  const ask = (count: number) =>
    http.ask({
      query: 'query ($many: [String!]) { seats(many: $many) { name } }',
      variables: { many: names(count) },
    })
  expect((await ask(200)).text).not.toContain('LIST_TOO_LONG')
  expect((await ask(201)).errors[0]?.extensions?.code).toBe('LIST_TOO_LONG')
})

test('no more than ten problems with variables are told', async () => {
  const variables = { names: Array.from({ length: 60 }, () => 7) }
  const { errors } = await http.ask({
    query: 'query ($names: [String!]) { seats(names: $names) { name } }',
    variables,
  })
  expect(errors.length).toBe(11)
  const socket = prepare('subscription ($names: [String!]) { seat(names: $names) { name } }', variables)
  expect('document' in socket ? 0 : socket.length).toBe(11)
})

test('requests cannot be sent in batches', async () => {
  const { status } = await http.ask([{ query: '{ dear }' }, { query: '{ dear }' }])
  expect(status).toBe(400)
})

test('subscriptions run on the socket only, everything else over HTTP only', async () => {
  const { errors } = await http.ask({ query: 'subscription { seat { name } }' })
  expect(errors[0]?.extensions?.code).toBe('USE_WEBSOCKET')
  expect(codesOf(prepare('{ dear }'))).toEqual(['SUBSCRIPTIONS_ONLY'])
})

test('the cost of an operation that may run is taken off the caller’s budget, once', async () => {
  const before = http.spent.length
  await http.ask({ query: '{ show(id: 1) { id } }' })
  await http.ask({ query: '{ nothing }' })
  expect(http.spent.slice(before)).toEqual([2])
})

test('a caller whose budget is used up is told when to come back', async () => {
  http.budget.points = 1
  const { status, errors, headers } = await http.ask({ query: '{ show(id: 1) { id } }' })
  http.budget.points = Number.POSITIVE_INFINITY
  expect(status).toBe(429)
  expect(headers.get('retry-after')).toBe('2')
  expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterMs: 1_500 })
})

test('the standard introspection query passes where introspection is on', async () => {
  const query = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  })
  const { errors, status } = await http.ask({ query })
  expect(errors).toEqual([])
  expect(status).toBe(200)
})

describe('where introspection is off', () => {
  let closed: HttpWorld
  beforeAll(async () => {
    closed = await httpWorld(false)
  })
  afterAll(() => closed.stop())

  test('the schema is not told, on either transport', async () => {
    const { errors } = await closed.ask({ query: '{ __schema { types { name } } }' })
    expect(errors[0]?.message).toContain('introspection has been disabled')
    expect(codesOf(prepare('subscription { __schema { types { name } } }', {}, false))).toContain(
      'GRAPHQL_VALIDATION_FAILED',
    )
  })

  test('the schema is not guessed by suggestions, on either transport', async () => {
    const { text } = await closed.ask({ query: '{ sow(id: 1) { id } }' })
    expect(text).not.toContain('Did you mean')
    const wrongVariable = await closed.ask({
      query: 'query ($f: Filter) { seats(filter: $f) { name } }',
      variables: { f: { nams: [] } },
    })
    expect(wrongVariable.errors.length).toBeGreaterThan(0)
    expect(wrongVariable.text).not.toContain('Did you mean')
    const socket = prepare('subscription { sea { name } }', {}, false)
    expect(JSON.stringify(socket)).not.toContain('Did you mean')
    const socketVariable = prepare(
      'subscription ($f: Filter) { seat(filter: $f) { name } }',
      { f: { nams: [] } },
      false,
    )
    expect(codesOf(socketVariable)).toEqual(['BAD_USER_INPUT'])
    expect(JSON.stringify(socketVariable)).not.toContain('Did you mean')
  })
})
