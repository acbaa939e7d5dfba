/** Card numbers, wherever a client puts them: refused, sent back by nobody, and not in the log at its most talkative. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { talk } from '../http/http-world.ts'
import { lockOne, operations } from './attack-operations.ts'
import { type AttackWorld, attackWorld, toldCode } from './attack-world.ts'

let world: AttackWorld
beforeAll(async () => {
  world = await attackWorld()
})
afterAll(() => world.close())

const spellings = [
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  'pay 378282246310005 please',
]
const digits = /4242[ -]?4242|3782[ -]?822463/

test.each([
  ['a search', 'query($x:String){events(search:$x){edges{cursor}}}'],
  ['an id', 'query($x:ID!){show(id:$x){id}}'],
  ['a category', 'query($x:String){seatMap(showId:"U2hvdzox"){seats(category:$x){edges{cursor}}}}'],
  ['a cursor', 'query($x:String){events(after:$x){edges{cursor}}}'],
  [
    'a seat',
    'mutation($x:String!){lockSeats(showId:"U2hvdzox",seats:[$x],idempotencyKey:"k"){...on UnknownSeats{seatIds}}}',
  ],
  [
    'an area',
    'mutation($x:String!){lockSeats(showId:"U2hvdzox",areas:[{area:$x,count:1}],idempotencyKey:"k"){...on UnknownSeats{areaKeys}}}',
  ],
  [
    'a key',
    'mutation($x:String!){lockSeats(showId:"U2hvdzox",seats:["A"],idempotencyKey:$x){...on Refusal{message}}}',
  ],
  [
    'a promotion code',
    'mutation($x:String!){createBooking(lockId:"x",paymentMethod:"t",promotionCode:$x,idempotencyKey:"k"){...on Refusal{message}}}',
  ],
])('as %s, by a variable or written out', async (_what, query) => {
  const { ask } = await world.guest()
  for (const number of spellings) {
    const written = query.replace(/\(\$x:\w+!?\)/, '').replace('$x', JSON.stringify(number))
    for (const answer of [await ask(query, { x: number }), await ask(written)]) {
      expect(toldCode(answer), answer.text).toBe('CARD_NUMBER_REFUSED')
      expect(answer.errors[0]?.message).toMatch(/argument "\w+" holds .* token of the payment gateway/)
      expect(answer.text).not.toMatch(digits)
    }
  }
})

test('as a number, in an object in a list, and as the payment method itself', async () => {
  const { ask } = await world.guest()
  expect(toldCode(await ask('{show(id:4242424242424242){id}}'))).toBe('CARD_NUMBER_REFUSED')
  const areas = await ask(operations.lockSeats, {
    ...{ showId: world.showId(), key: 'k', areas: [{ area: '4242424242424242', count: 1 }] },
  })
  expect(toldCode(areas)).toBe('CARD_NUMBER_REFUSED')
  const lockId = await lockOne(ask, world.showId(), 'stalls-A-1')
  const paid = await ask(operations.createBooking, {
    lockId,
    method: '4242 4242 4242 4242',
    key: randomUUID(),
  })
  expect(toldCode(paid)).toBe('PAYMENT_METHOD_REFUSED')
  expect(paid.text).not.toMatch(digits)
})

test('where nobody asked for a value: names, paths, headers, tokens, broken bodies', async () => {
  const number = '4242424242424242'
  const post = (body: unknown, headers?: Record<string, string>) =>
    world.post(typeof body === 'string' ? body : JSON.stringify(body), headers)
  const answers = await Promise.all([
    post({ query: '{__typename}', operationName: number }),
    post({ query: `query($x:Int){events(first:$x){edges{cursor}}}`, variables: { x: number } }),
    post({ query: `{${number}}` }),
    post({ query: '{__typename}', variables: { [number]: number } }),
    post({ query: '{__typename}', extensions: { card: number } }),
    post(`{"query": "${number}`),
    post({ query: '{viewer{kind}}' }, { authorization: `Bearer ${number}` }),
    post({ query: '{viewer{kind}}' }, { 'x-request-id': number }),
    fetch(`${world.url}/v1/shows/${number}/seats`),
    fetch(`${world.url}/v1/plans/${number}`),
    fetch(`${world.url}/dev/token/${number}`),
    fetch(`${world.url}/nothing/${number}.json?card=${number}`),
  ])
  for (const answer of answers) {
    expect(await answer.text()).not.toMatch(digits)
    expect([...answer.headers.values()].join()).not.toMatch(digits)
  }
})

test('over the WebSocket', async () => {
  const viewer = talk(new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'))
  await viewer.init()
  viewer.subscribe('1', 'subscription($x:ID!){seatStatusChanged(showId:$x){seq}}', {
    x: '4242 4242 4242 4242',
  })
  const refused = JSON.stringify(await viewer.next())
  expect(refused).toContain('CARD_NUMBER_REFUSED')
  expect(refused).not.toMatch(digits)
  viewer.close()
  const other = talk(new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'))
  await other.opened()
  other.send({ type: 'connection_init', payload: { authorization: 'Bearer 4242424242424242' } })
  expect((await other.closed).code).toBe(4401)
})

test('what only looks long is taken: clocks beside a letter, uuids, ids, dates', async () => {
  const { ask } = await world.guest()
  for (const search of ['order 12345', 't1732363200000', randomUUID(), '2026-11-23 19:30 2026-11-24']) {
    const { errors } = await ask('query($x:String){events(search:$x){edges{cursor}}}', { x: search })
    expect(errors).toEqual([])
  }
})

test('none of it is in the log, and nothing failed', async () => {
  expect(world.server.output()).not.toMatch(digits)
  expect(world.server.output()).toContain('DEBUG')
  expect(world.faults()).toEqual([])
})
