import { getIntrospectionQuery } from 'graphql'
import { expect, test } from 'vitest'
import { codesOf, prepare } from './limits-world.ts'

const cpuMsMax = 50
const bodyBytesMax = 100_000

/** CPU of the quickest of five tries: the machine's other work and the compiler's first look do not count. */
function cpuMsOf(run: () => void): number {
  const tries = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...tries)
}

const times = (count: number, text: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => text(at)).join(' ')
const nest = (levels: number) => `${'next{'.repeat(levels)}id${'}'.repeat(levels)}`
const show = (inner: string) => `subscription{seat{show{${inner}}}}`
const asArray = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

const attacks: Record<string, { query: string; variables?: Record<string, unknown>; code: string }> = {
  'a field under 330 aliases': { query: show(times(330, (at) => `a${at}:id`)), code: 'TOO_MANY_ALIASES' },
  'a field 990 times': {
    query: show(times(990, () => 'id')),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'the same object 240 times': { query: show(times(240, () => 'next{id}')), code: 'none' },
  'fragments that double 50 times over': {
    query: `${show('...F0')} ${times(50, (at) => `fragment F${at} on Show{a${at}:id ...F${at + 1} ...F${at + 1}}`)}
      fragment F50 on Show{next{id}}`,
    code: 'TOO_MANY_ALIASES',
  },
  'fragments that double through objects': {
    query: `${show('...F0')} ${times(60, (at) => `fragment F${at} on Show{next{...F${at + 1}} next{...F${at + 1}}}`)}
      fragment F60 on Show{id}`,
    code: 'TOO_DEEP',
  },
  'fragments in a circle': {
    query: `${show('...F0')} fragment F0 on Show{next{...F1}} fragment F1 on Show{next{...F0}}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'fourteen fragments that all name each other': {
    query: `${show(times(14, (at) => `...F${at}`))} ${times(14, (at) => `fragment F${at} on Show{id ${times(14, (other) => `...F${other}`)}}`)}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'objects in objects, 300 deep': { query: show(nest(300)), code: 'TOO_DEEP' },
  'a directive 490 times on a field': {
    query: show(`id${times(490, () => '@skip')}`),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  '100 directives on 100 fields': {
    query: show(times(100, () => 'id@include(if:true)')),
    code: 'TOO_MANY_DIRECTIVES',
  },
  'pages in pages': {
    query: show('shows(first:100){edges{node{shows(first:100){edges{cursor}}}}}'),
    code: 'TOO_COSTLY',
  },
  'a list of 45,000 numbers where strings belong': {
    query: 'subscription($n:[String!]){seat(names:$n){name}}',
    variables: { n: Array.from({ length: 45_000 }, () => 1) },
    code: 'BAD_USER_INPUT',
  },
  'a list of 24,000 strings': {
    query: 'subscription($n:[String!]){seat(names:$n){name}}',
    variables: { n: Array.from({ length: 24_000 }, () => 's') },
    code: 'LIST_TOO_LONG',
  },
  'a value of 49,000 brackets': {
    query: 'subscription($n:[String!]){seat(names:$n){name}}',
    variables: { n: asArray(49_000) },
    code: 'VARIABLES_TOO_DEEP',
  },
  'an object of 10,000 unknown keys': {
    query: 'subscription($f:Filter){seat(filter:$f){name}}',
    variables: { f: Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`k${at}`, 1])) },
    code: 'VARIABLES_TOO_WIDE',
  },
  'introspection through types of types': {
    query: `{__schema{types{fields{type{fields{type{fields{name}}}}}}}}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'introspection through 60 possible types': {
    query: `{__schema{types{${'ofType{'.repeat(60)}name${'}'.repeat(60)}}}}`,
    code: 'TOO_DEEP',
  },
  'a text of 100 kB without an end': { query: '{id '.repeat(bodyBytesMax / 4), code: 'TOO_MANY_TOKENS' },
  'a text of 100 kB in one name': {
    query: `{${'a'.repeat(bodyBytesMax - 2)}}`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'a text of 100 kB of comments': {
    query: `${'#\n'.repeat(bodyBytesMax / 2 - 2)}{id}`,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  '90 names that are nearly right': {
    query: show(times(90, (at) => `titl${at}`)),
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
}

for (const [what, { query, variables, code }] of Object.entries(attacks)) {
  test(`${what}: ${code === 'none' ? 'harmless' : code}, below ${cpuMsMax} ms`, () => {
    expect(query.length).toBeLessThanOrEqual(bodyBytesMax)
    const codes = codesOf(prepare(query, variables))
    if (code === 'none') expect(codes).toEqual([])
    else expect(codes).toContain(code)
    expect(cpuMsOf(() => prepare(query, variables))).toBeLessThan(cpuMsMax)
  })
}

test('every refusal of an attack fits into 2 kB a piece and holds no infinity', () => {
  for (const { query, variables } of Object.values(attacks)) {
    const prepared = prepare(query, variables)
    if ('document' in prepared) continue
    for (const error of prepared) expect(JSON.stringify(error.extensions)).not.toContain('null')
  }
})

test('the introspection query is below every limit of time too', () => {
  expect(cpuMsOf(() => prepare(getIntrospectionQuery()))).toBeLessThan(cpuMsMax)
})
