/** One set of limits: what is refused over HTTP is refused over the socket, with the same code. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { type HttpWorld, httpWorld } from './http-world.ts'

let world: HttpWorld
beforeAll(async () => {
  world = await httpWorld()
})
afterAll(() => world.close())

const showId = printId('Show', 1)

interface GraphqlErrors {
  errors?: { extensions: { code: string } }[]
}

async function overHttp(selection: string, variables: object = { x: showId }): Promise<string | undefined> {
  const response = await world.post({
    query: `query($x:ID!){show(id:$x)${selection}}`,
    variables,
  })
  return ((await response.json()) as GraphqlErrors).errors?.[0]?.extensions.code
}

async function overSocket(selection: string, variables: object = { x: showId }): Promise<string | undefined> {
  const viewer = world.socket()
  await viewer.init()
  viewer.subscribe('1', `subscription($x:ID!){seatStatusChanged(showId:$x)${selection}}`, variables)
  const { payload } = await viewer.next()
  viewer.close()
  const errors = Array.isArray(payload) ? payload : ((payload as GraphqlErrors).errors ?? [])
  return (errors[0] as { extensions?: { code?: string } } | undefined)?.extensions?.code
}

const repeat = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')

test.each([
  ['tokens', `{${repeat(1_001, () => '__typename')}}`, 'TOO_MANY_TOKENS'],
  ['aliases', `{${repeat(16, (index) => `a${index}:__typename`)}}`, 'TOO_MANY_ALIASES'],
  ['directives', `{__typename ${repeat(6, () => '@include(if:true)')}}`, 'TOO_MANY_DIRECTIVES'],
])('too many %s', async (_what, selection, code) => {
  expect(await overHttp(selection)).toBe(code)
  expect(await overSocket(selection)).toBe(code)
})

test('values that are too deep', async () => {
  const variables = { x: JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) }
  expect(await overHttp('{id}', variables)).toBe('VARIABLES_TOO_DEEP')
  expect(await overSocket('{seq}', variables)).toBe('VARIABLES_TOO_DEEP')
})

test('introspection, where it is off', async () => {
  const schema = '{__schema{types{name}}}'
  const response = await world.post({ query: schema })
  const http = ((await response.json()) as GraphqlErrors).errors?.[0]?.extensions.code
  expect(http).toBe('GRAPHQL_VALIDATION_FAILED')
})
