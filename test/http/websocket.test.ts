/** Subscriptions on the wire: who may watch, how much, until when, and what is never told. */
import { afterEach, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { closeCodes } from '../../src/http/index.ts'
import { frameSource, type HttpWorld, type HttpWorldOptions, httpWorld, innerSecret } from './http-world.ts'

const watch = 'subscription($id:ID!){seatStatusChanged(showId:$id){epoch after seq changes}}'
const showId = printId('Show', 1)

let world: HttpWorld
afterEach(() => world.close())

async function open(options: HttpWorldOptions = {}) {
  const source = frameSource()
  world = await httpWorld({
    ...options,
    deps: {
      catalog: { findShows: async () => [{ id: 1, planVersionId: 1, priceListId: 1 }] } as never,
      seating: {
        readMap: async () => ({ showId: 1, epoch: 1, seq: 0, statuses: 'a', stale: false }),
      } as never,
      live: { watch: () => source.iterator },
      ...options.deps,
    },
  })
  return source
}

async function eventually(condition: () => boolean) {
  await expect.poll(condition, { timeout: 5_000, interval: 5 }).toBe(true)
}

test('a frame reaches the viewer as it is', async () => {
  const source = await open()
  const viewer = world.socket()
  expect(await viewer.init()).toEqual({ type: 'connection_ack' })
  viewer.subscribe('1', watch, { id: showId })
  await eventually(source.isWatched)
  source.push({
    epoch: 3,
    after: 4,
    seq: 5,
    changes: new Map([
      [12, 'l'],
      [13, 'a'],
    ] as const),
  })
  expect(await viewer.next()).toEqual({
    type: 'next',
    id: '1',
    payload: { data: { seatStatusChanged: { epoch: 3, after: 4, seq: 5, changes: '12l13a' } } },
  })
})

test('a viewer who leaves ends the watch, by completing as by vanishing', async () => {
  const first = await open()
  const viewer = world.socket()
  await viewer.init()
  viewer.subscribe('1', watch, { id: showId })
  await eventually(first.isWatched)
  viewer.send({ type: 'complete', id: '1' })
  await eventually(first.isEnded)
  await world.close()

  const second = await open()
  const vanishing = world.socket()
  await vanishing.init()
  vanishing.subscribe('1', watch, { id: showId })
  await eventually(second.isWatched)
  vanishing.socket.terminate()
  await eventually(second.isEnded)
})

test('queries and mutations are refused on the socket', async () => {
  await open()
  const viewer = world.socket()
  await viewer.init()
  for (const query of ['{viewer{kind}}', 'mutation{startGuestSession{__typename}}']) {
    viewer.subscribe('q', query)
    const answer = await viewer.next()
    expect(answer.type).toBe('error')
    expect(JSON.stringify(answer.payload)).toContain('SUBSCRIPTIONS_ONLY')
  }
})

test('faults are masked on every path, and a bad id is told', async () => {
  const source = await open()
  const viewer = world.socket()
  await viewer.init()
  viewer.subscribe('bad-id', watch, { id: 'nonsense' })
  expect(JSON.stringify(await viewer.next())).toContain('BAD_ID')
  expect((await viewer.next()).type).toBe('complete')
  viewer.subscribe('invalid', 'subscription{nothing}')
  expect((await viewer.next()).type).toBe('error')
  viewer.subscribe('syntax', 'subscription{')
  expect((await viewer.next()).type).toBe('error')
  viewer.subscribe('1', watch, { id: showId })
  await eventually(source.isWatched)
  source.fail(new Error(innerSecret))
  const failed = JSON.stringify(await viewer.next())
  expect(failed).toContain('"error"')
  expect(failed).not.toContain(innerSecret)
  expect(world.logged()).toContain(innerSecret)
})

test('a fault while subscribing is masked', async () => {
  await open({
    deps: {
      live: {
        watch: () => {
          throw new Error(innerSecret)
        },
      },
    },
  })
  const viewer = world.socket()
  await viewer.init()
  viewer.subscribe('1', watch, { id: showId })
  const failed = JSON.stringify(await viewer.next())
  expect(failed).toContain('requestId')
  expect(failed).not.toContain(innerSecret)
})

test('only the protocol’s current name is spoken', async () => {
  await open()
  const viewer = world.socket({ protocol: 'graphql-ws' })
  viewer.socket.on('error', () => {})
  expect((await viewer.closed).code).not.toBe(1000)
})

test('pages of other origins are turned away, our own and allowed ones are not', async () => {
  await open()
  expect(await world.socket({ headers: { origin: 'https://evil.example' } }).refused).toBe(403)
  expect(await world.socket({ headers: { origin: 'null' } }).refused).toBe(403)
  for (const origin of ['https://shop.example', world.url]) {
    expect((await world.socket({ headers: { origin } }).init()).type).toBe('connection_ack')
  }
})

test('a bad token is refused with its own code, whichever way it is sent', async () => {
  await open()
  for (const payload of [{ authorization: 'Bearer nonsense' }, { token: 'nonsense' }]) {
    const viewer = world.socket()
    await viewer.opened()
    viewer.send({ type: 'connection_init', payload })
    expect((await viewer.closed).code).toBe(closeCodes.badToken)
  }
})

test('a socket ends with its token', async () => {
  await open()
  const viewer = world.socket()
  await viewer.init({ authorization: 'Bearer expires-100' })
  expect((await viewer.closed).code).toBe(closeCodes.tokenExpired)
})

test('who does not introduce himself in time is closed', async () => {
  await open({ limits: { socketInitMsMax: 50 } })
  expect((await world.socket().closed).code).toBe(4408)
})

test('a message beyond 64 kB, a malformed one, and a flood end the socket', async () => {
  await open({ limits: { messagesPerWindowMax: 10 } })
  const large = world.socket()
  await large.init()
  large.send({ type: 'ping', payload: { x: 'x'.repeat(70_000) } })
  expect((await large.closed).code).toBe(1009)

  const malformed = world.socket()
  await malformed.init()
  malformed.send('{{{')
  expect((await malformed.closed).code).toBe(closeCodes.badMessage)

  const flood = world.socket()
  await flood.init()
  for (let i = 0; i < 20; i++) flood.send({ type: 'ping' })
  expect((await flood.closed).code).toBe(closeCodes.tooManyMessages)
})

test('a socket carries 20 subscriptions and refuses the next, and an id is short', async () => {
  const source = await open()
  const viewer = world.socket()
  await viewer.init()
  for (let i = 0; i < 20; i++) viewer.subscribe(`${i}`, watch, { id: showId })
  await eventually(source.isWatched)
  viewer.subscribe('one-too-many', watch, { id: showId })
  const refused = await viewer.next()
  expect(refused).toMatchObject({ type: 'error', id: 'one-too-many' })
  expect(JSON.stringify(refused)).toContain('TOO_MANY_SUBSCRIPTIONS')
  viewer.subscribe('x'.repeat(65), watch, { id: showId })
  expect((await viewer.closed).code).toBe(closeCodes.badMessage)
})

test('sockets per address and per account are bounded, and closed ones are given back', async () => {
  await open({ limits: { socketsPerAddressMax: 3, socketsPerAccountMax: 1 } })
  const first = world.socket()
  await first.init({ token: 'account-ada' })
  const second = world.socket()
  await second.opened()
  second.send({ type: 'connection_init', payload: { token: 'account-ada' } })
  expect((await second.closed).code).toBe(closeCodes.tooManySockets)
  const guests = [world.socket(), world.socket()]
  for (const guest of guests) await guest.init()
  expect(await world.socket().refused).toBe(429)
  first.close()
  await first.closed
  await expect
    .poll(async () => {
      const again = world.socket()
      return Promise.race([
        again.init({ token: 'account-ada' }).then(({ type }) => type),
        again.refused,
        again.closed,
      ])
    })
    .toBe('connection_ack')
})

test('a shutdown tells viewers to come back, each at another moment, and turns newcomers away', async () => {
  await open()
  const viewers = [world.socket(), world.socket()]
  for (const viewer of viewers) await viewer.init()
  const closing = world.close()
  for (const viewer of viewers) {
    const { code, reason } = await viewer.closed
    expect(code).toBe(closeCodes.goingAway)
    expect(JSON.parse(reason).retryAfterMs).toBeGreaterThanOrEqual(0)
  }
  await closing
})

test('paths other than /graphql have no socket', async () => {
  await open()
  const { WebSocket } = await import('ws')
  const status = await new Promise((resolve) => {
    new WebSocket(`ws://127.0.0.1:${world.port}/other`, 'graphql-transport-ws')
      .on('unexpected-response', (_request, response) => resolve(response.statusCode))
      .on('error', () => {})
  })
  expect(status).toBe(404)
})
