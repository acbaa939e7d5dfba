/**
 * PostgreSQL away, Redis away, both away, gone or silent: every operation is answered in time by something that says
 * when to try again, nothing is half done, and afterwards everything goes on by itself.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { pick } from '../graphql/api-world.ts'
import { book, lockOne, operations } from '../graphql/attack-operations.ts'
import {
  type Answer,
  type Ask,
  type AttackWorld,
  attackWorld,
  client,
  readAnswer,
} from '../graphql/attack-world.ts'
import type { ApiProcess } from '../world/rowlock.ts'
import { gatedProxy } from './gated-proxy.ts'
import { talk } from './http-world.ts'

let world: AttackWorld
let postgres: Awaited<ReturnType<typeof gatedProxy>>
let redis: Awaited<ReturnType<typeof gatedProxy>>
let api: ApiProcess
let buyer: Ask
let lockId: string
let bookingId: string
beforeAll(async () => {
  world = await attackWorld()
  postgres = await gatedProxy(world.env.DATABASE_URL)
  redis = await gatedProxy(world.env.REDIS_URL)
  api = await world.api({ DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_LEVEL: 'debug' })
  buyer = client(api, (await world.guest()).token)
  bookingId = await book(buyer, await lockOne(buyer, world.showId(), 'stalls-A-1'))
  lockId = await lockOne(buyer, world.showId(), 'stalls-A-2')
})
afterAll(async () => {
  await world.close()
  await Promise.all([postgres.close(), redis.close()])
})

/** The deadline of every request, and what a busy machine needs. */
const answerMsMax = 17_000

async function inTime(question: Promise<Answer>): Promise<Answer> {
  const begunMs = performance.now()
  const answer = await question
  expect(performance.now() - begunMs, answer.text).toBeLessThan(answerMsMax)
  return answer
}

const show = () => world.showId()

const mutations: [string, () => Promise<Answer>][] = [
  [
    'lockSeats',
    () => buyer(operations.lockSeats, { showId: show(), seats: ['stalls-A-3'], key: randomUUID() }),
  ],
  [
    'growing a lock',
    () => buyer(operations.lockSeats, { showId: show(), seats: ['stalls-A-4'], lockId, key: randomUUID() }),
  ],
  ['extendLock', () => buyer(operations.extendLock, { lockId, key: randomUUID() })],
  ['releaseLock', () => buyer(operations.releaseLock, { lockId, seats: ['stalls-A-2'] })],
  ['createBooking', () => buyer(operations.createBooking, { lockId, method: 'tok_ok', key: randomUUID() })],
  ['cancelBooking', () => buyer(operations.cancelBooking, { id: bookingId })],
]
const queries: [string, () => Promise<Answer>][] = [
  ['events', () => buyer('{events{edges{node{title shows{edges{node{id}}}}}}}')],
  ['venues', () => buyer('{venues{edges{node{name}}}}')],
  ['show', () => buyer('query($id:ID!){show(id:$id){id prices{price{text}}}}', { id: show() })],
  ['seatMap', () => buyer('query($id:ID!){seatMap(showId:$id){seq stale statuses}}', { id: show() })],
  ['lock', () => buyer('query($id:ID!){lock(id:$id){id seats{seatId}}}', { id: lockId })],
  [
    'quote',
    () => buyer('query($id:ID!){lock(id:$id){quote(promotionCode:"HALF"){__typename}}}', { id: lockId }),
  ],
  ['node', () => buyer('query($id:ID!){node(id:$id){...on Booking{state}}}', { id: bookingId })],
  ['bookings', () => buyer('{viewer{bookings{edges{node{state tickets{id}}}}}}')],
  ['locks', () => buyer('query($id:ID!){viewer{locks(showId:$id){id}}}', { id: show() })],
]

/** Told to try again, as a member of the result or as an error; or answered after all. */
function expectPatience({ data, errors, text }: Answer, isMutation: boolean): void {
  expect(text).not.toContain('INTERNAL')
  for (const { extensions } of errors) {
    expect(extensions.code, text).toMatch(/_AWAY$|^RATE_LIMITED$|^DEADLINE_EXCEEDED$/)
    expect(extensions.retryAfterMs, text).toBeGreaterThan(0)
  }
  const [result] = Object.values(data ?? {})
  const told = (result as { __typename?: string } | null)?.__typename
  if (isMutation && errors.length === 0)
    expect(told, text).toMatch(/^(TryAgain|\w+Ok|LockNotFound|LockInCheckout|AlreadyExtended)$/)
}

const outages: [string, () => Promise<void>][] = [
  ['PostgreSQL is gone', () => postgres.shut()],
  ['Redis is gone', () => redis.shut()],
  ['both are gone', async () => void (await Promise.all([postgres.shut(), redis.shut()]))],
  ['PostgreSQL is silent', async () => postgres.silence()],
  ['Redis is silent', async () => redis.silence()],
]

describe.each(outages)('while %s', (what, begin) => {
  const postgresIsAway = !what.startsWith('Redis')
  const counted = async () =>
    (
      await world.query(
        `SELECT (SELECT count(*)::int FROM booking) AS bookings, (SELECT count(*)::int FROM payment) AS payments,
                (SELECT count(*)::int FROM ticket WHERE state = 'valid') AS tickets`,
      )
    ).rows[0]

  test('everything is answered in time, patiently, and nothing is done by half', {
    timeout: 60_000,
  }, async () => {
    await begin()
    const before = await counted()
    await Promise.all([
      ...mutations.map(async ([name, ask]) => {
        if (!postgresIsAway && /Booking/.test(name)) return
        const answer = await inTime(ask())
        expectPatience(answer, true)
        if (postgresIsAway) expect(answer.text, name).not.toMatch(/"(LockSeats|CreateBooking)Ok"/)
      }),
      ...queries.map(async ([, ask]) => expectPatience(await inTime(ask()), false)),
      guestsAreKnown(),
      routesSaySo(),
      watchersAreServed(),
    ])
    expect(await counted()).toEqual(before)
    await Promise.all([postgres.open(), redis.open()])
    const isReady = async () => (await fetch(`${api.url}/readyz`)).status
    await expect.poll(isReady, { timeout: 20_000, interval: 200 }).toBe(200)
  })
})

async function guestsAreKnown(): Promise<void> {
  const started = await inTime(client(api)('mutation{startGuestSession{...on StartGuestSessionOk{token}}}'))
  const token = String(pick(started.data, 'startGuestSession.token'))
  expect((await client(api, token)('{viewer{kind}}')).data).toEqual({ viewer: { kind: 'GUEST' } })
}

async function routesSaySo(): Promise<void> {
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200)
  expect((await fetch(`${api.url}/readyz`)).status).toBe(503)
  const seats = await fetch(`${api.url}/v1/shows/${show()}/seats`)
  if (seats.status === 200) return
  expect(seats.status).toBe(503)
  expect(Number(seats.headers.get('retry-after'))).toBeGreaterThan(0)
  expectPatience(await readAnswer(seats), false)
}

/** A watcher is served, told to come back, or waits for the next sign of life. */
async function watchersAreServed(): Promise<void> {
  const viewer = talk(new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'))
  expect((await viewer.init()).type).toBe('connection_ack')
  viewer.subscribe('1', 'subscription($id:ID!){seatStatusChanged(showId:$id){seq}}', { id: show() })
  const waited = AbortSignal.timeout(3_000)
  const silence = new Promise<string>((resolve) =>
    waited.addEventListener('abort', () => resolve('nothing yet')),
  )
  const said = await Promise.race([viewer.next().then((message) => JSON.stringify(message)), silence])
  expect(said).toMatch(/"seq":\d|_AWAY|nothing yet/)
  viewer.close()
}

test('after all of it the same buyer goes on where they stood', async () => {
  // The first statements meet connections that ended meanwhile, and say to try again.
  const found = async () =>
    (
      await buyer(
        'query($id:ID!,$show:ID!){node(id:$id){...on Booking{state}} viewer{locks(showId:$show){id}}}',
        {
          ...{ id: bookingId, show: show() },
        },
      )
    ).errors
  await expect.poll(found, { timeout: 30_000 }).toEqual([])
  const one = await world.guest()
  const ask = client(api, one.token)
  // A breaker that opened meanwhile says to try again too, until it lets the first one through.
  let lock = ''
  const locked = async () => {
    lock = await lockOne(ask, show(), 'stalls-B-9').catch(() => '')
    return lock
  }
  await expect.poll(locked, { timeout: 30_000 }).not.toBe('')
  await book(ask, lock)
})

test('no outage was taken for a fault, and none ended the process', async () => {
  const faults = api
    .output()
    .split('\n')
    .filter((line) => /ERROR|FATAL|nhandled/.test(line))
  expect(faults).toEqual([])
  expect((await fetch(`${api.url}/healthz`)).ok).toBe(true)
})
