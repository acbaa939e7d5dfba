/** WebSockets used for what they are not for, too often, or in an order nobody expects. Nothing may be left of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type AttackWorld, attackWorld, expectNothingInner } from '../graphql/attack-world.ts'
import { talk } from './http-world.ts'

let world: AttackWorld
beforeAll(async () => {
  world = await attackWorld({ ALLOWED_ORIGINS: 'https://shop.example' })
})
afterAll(() => world.close())

const open = (headers: Record<string, string> = {}, protocol = 'graphql-transport-ws') =>
  talk(new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, protocol, { headers }))
const watch = 'subscription($id:ID!){seatStatusChanged(showId:$id){seq}}'

/** A figure of the process: what it still holds. */
async function figure(name: string): Promise<number> {
  const page = await (await fetch(`${world.url}/metrics`)).text()
  return Number(new RegExp(`^rowlock_${name} (\\S+)$`, 'm').exec(page)?.[1])
}

const nothingIsLeft = async () => {
  await expect.poll(() => figure('websockets'), { timeout: 30_000 }).toBe(0)
  await expect.poll(() => figure('websocket_subscriptions'), { timeout: 30_000 }).toBe(0)
}

test.each([
  ['a query', '{viewer{kind}}', 'SUBSCRIPTIONS_ONLY'],
  ['a mutation', 'mutation{startGuestSession{__typename}}', 'SUBSCRIPTIONS_ONLY'],
  [
    'two operations and no name',
    'subscription A{seatStatusChanged(showId:"x"){seq}} subscription B{seatStatusChanged(showId:"x"){seq}}',
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'two roots',
    'subscription{a:seatStatusChanged(showId:"x"){seq} b:seatStatusChanged(showId:"x"){seq}}',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'a fragment in a circle',
    'subscription{...a} fragment a on Subscription{...a}',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['nothing', '', 'GRAPHQL_PARSE_FAILED'],
])('%s is refused in an error of its own, and the socket lives on', async (_what, query, code) => {
  const viewer = open()
  await viewer.init()
  viewer.subscribe('1', query)
  const refused = JSON.stringify(await viewer.next())
  expect(refused).toContain(code)
  expectNothingInner(refused)
  viewer.subscribe('2', watch, { id: world.showId() })
  expect(await viewer.next()).toMatchObject({ type: 'next', id: '2' })
  viewer.close()
  await nothingIsLeft()
})

test.each([
  ['an id of another kind', 'VmVudWU6MQ=='],
  ['an id beyond int4', Buffer.from('Show:9999999999').toString('base64')],
  ['a NUL', '\0'],
  ['half a character', '\ud800'],
  ['a show that is not there', Buffer.from('Show:2000000000').toString('base64')],
])('watching %s ends with what is wrong', async (_what, id) => {
  const viewer = open()
  await viewer.init()
  viewer.subscribe('1', watch, { id })
  const refused = JSON.stringify(await viewer.next())
  expect(refused).toMatch(/BAD_ID|SHOW_NOT_FOUND/)
  expectNothingInner(refused)
  viewer.close()
  await nothingIsLeft()
})

describe('a socket that', () => {
  test.each([
    ['says nothing sensible', 'x', 4400],
    ['sends an unknown message', { type: 'drop' }, 4400],
    ['sends a list', [], 4400],
    ['subscribes without an id', { type: 'subscribe', payload: { query: '{x}' } }, 4400],
    ['subscribes with a number for an id', { type: 'subscribe', id: 1, payload: { query: '{x}' } }, 4400],
    ['subscribes without a query', { type: 'subscribe', id: '1', payload: {} }, 4400],
    ['introduces itself twice', { type: 'connection_init' }, 4429],
    ['sends 70 kB', { type: 'ping', payload: { x: 'x'.repeat(70_000) } }, 1009],
    [
      'introduces itself twice, in 9,000 brackets',
      `{"type":"connection_init","payload":${'{"x":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
      4429,
    ],
  ])('%s is ended', async (_what, message, code) => {
    const viewer = open()
    await viewer.init()
    viewer.send(message)
    expect((await viewer.closed).code).toBe(code)
  })

  test('sends 9,000 brackets in a ping, or in its variables, is answered', async () => {
    const viewer = open()
    await viewer.init()
    const deep = `${'{"x":'.repeat(9_000)}1${'}'.repeat(9_000)}`
    viewer.send(`{"type":"ping","payload":${deep}}`)
    expect(await viewer.next()).toEqual({ type: 'pong' })
    const payload = `{"query":"subscription($id:ID!){seatStatusChanged(showId:$id){seq}}","variables":${deep}}`
    viewer.send(`{"type":"subscribe","id":"1","payload":${payload}}`)
    expect(JSON.stringify(await viewer.next())).toContain('VARIABLES_TOO_DEEP')
    viewer.close()
    await nothingIsLeft()
  })

  test('subscribes before it introduced itself is ended', async () => {
    const viewer = open()
    await viewer.opened()
    viewer.subscribe('1', watch, { id: world.showId() })
    expect((await viewer.closed).code).toBe(4401)
  })

  test('speaks another protocol, or comes from a page that may not, gets nowhere', async () => {
    for (const origin of ['https://evil.example', 'null', 'https://shop.example.evil.example', 'file://']) {
      expect(await open({ origin }).refused).toBe(403)
    }
    const old = open({}, 'graphql-ws')
    expect((await old.closed).code).not.toBe(1000)
  })
})

test('an id in use is not given twice, not even between complete and the end of what it named', async () => {
  const viewer = open()
  await viewer.init()
  viewer.subscribe('1', watch, { id: world.showId() })
  expect((await viewer.next()).type).toBe('next')
  viewer.subscribe('1', watch, { id: world.showId() })
  expect((await viewer.closed).code).toBe(4409)

  const racer = open()
  await racer.init()
  racer.subscribe('1', watch, { id: world.showId() })
  racer.send({ type: 'complete', id: '1' })
  racer.subscribe('1', watch, { id: world.showId() })
  expect((await racer.closed).code).toBe(4409)
  await nothingIsLeft()
})

test('completing what just began, over and over, leaves nothing running', async () => {
  const racers = Array.from({ length: 10 }, () => open())
  for (const racer of racers) {
    await racer.init()
    for (let i = 0; i < 30; i++) {
      racer.subscribe(`${i}`, watch, { id: world.showId() })
      racer.send({ type: 'complete', id: `${i}` })
    }
  }
  // Closed while some still begin, and some by hanging up.
  for (const [index, racer] of racers.entries()) {
    if (index % 2) racer.close()
    else racer.socket.terminate()
  }
  await nothingIsLeft()
})

test('21 subscriptions are one too many, and those before it go on', async () => {
  const viewer = open()
  await viewer.init()
  for (let i = 0; i <= 20; i++) viewer.subscribe(`${i}`, watch, { id: world.showId() })
  const got = []
  for (let i = 0; i <= 20; i++) got.push(await viewer.next())
  expect(got.filter(({ type }) => type === 'next')).toHaveLength(20)
  expect(JSON.stringify(got.filter(({ type }) => type === 'error'))).toContain('TOO_MANY_SUBSCRIPTIONS')
  viewer.send({ type: 'complete', id: '0' })
  await expect.poll(() => figure('websocket_subscriptions')).toBe(19)
  viewer.subscribe('again', watch, { id: world.showId() })
  expect(await viewer.next()).toMatchObject({ type: 'next', id: 'again' })
  viewer.close()
  await nothingIsLeft()
})

test('a token that ends takes its socket and what it watched with it', async () => {
  const token = await world.shortToken()
  const viewer = open()
  expect(await viewer.init({ authorization: `Bearer ${token}` })).toMatchObject({ type: 'connection_ack' })
  viewer.subscribe('1', watch, { id: world.showId() })
  expect((await viewer.next()).type).toBe('next')
  expect((await viewer.closed).code).toBe(4403)
  await nothingIsLeft()
  const again = open()
  await again.opened()
  again.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })
  // Within the five seconds by which clocks may differ it is known to have ended; after them it is none.
  expect([4401, 4403]).toContain((await again.closed).code)
})

test('all of this left the process alive and without a fault', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
})
