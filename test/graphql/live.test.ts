/** The map as a viewer follows it: a snapshot, frames that continue it, and what is told while something is away. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { printId } from '../../src/graphql/index.ts'
import { talk } from '../http/http-world.ts'
import { type ApiWorld, apiWorld, pick } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.close())

const lockSeats = `mutation($showId:ID!,$seats:[String!]!,$key:String!){lockSeats(showId:$showId,seats:$seats,idempotencyKey:$key){
  __typename ...on LockSeatsOk{epoch seq} ...on TryAgain{code retryAfterMs}}}`

const watch =
  'subscription($id:ID!){seatStatusChanged(showId:$id){showId epoch after seq changes seats{seatNo status}}}'

const socket = () => talk(new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'))

test('the first frame says where the map stands, and the next continue it', async () => {
  const showId = printId('Show', world.hall.shows.onSale)
  const viewer = socket()
  await viewer.init()
  viewer.subscribe('1', watch, { id: showId })
  const first = pick(await viewer.next(), 'payload.data.seatStatusChanged')
  expect(first).toMatchObject({ showId, changes: '', seats: [] })
  expect(pick(first, 'after')).toBe(pick(first, 'seq'))

  const buyer = await world.guest()
  const locked = await buyer.ask(lockSeats, {
    showId,
    seats: ['stalls-A-2', 'stalls-A-3'],
    key: randomUUID(),
  })
  let frame: unknown
  do frame = pick(await viewer.next(), 'payload.data.seatStatusChanged')
  while (pick(frame, 'changes') === '')
  expect(frame).toEqual({
    showId,
    epoch: pick(first, 'epoch'),
    after: pick(first, 'seq'),
    seq: pick(locked.data, 'lockSeats.seq'),
    changes: '1l2l',
    seats: [
      { seatNo: 1, status: 'LOCKED' },
      { seatNo: 2, status: 'LOCKED' },
    ],
  })
  viewer.close()
})

test('a show that is not there, or not sold by seat, cannot be watched', async () => {
  const viewer = socket()
  await viewer.init()
  for (const show of [999_999, world.hall.shows.listed, world.hall.shows.unopened]) {
    viewer.subscribe('1', watch, { id: printId('Show', show) })
    expect(pick(await viewer.next(), 'payload.errors.0.extensions')).toEqual({ code: 'SHOW_NOT_FOUND' })
    expect((await viewer.next()).type).toBe('complete')
  }
  viewer.close()
})

test('with Redis away maps are stale, locks ask to try again, and everything else goes on', async () => {
  const showId = printId('Show', world.hall.shows.inYen)
  const buyer = await world.guest()
  await world.redisServer.kill()
  try {
    const { data, errors } = await world.anonymous(
      'query($id:ID!){seatMap(showId:$id){stale statuses} show(id:$id){startsAt}}',
      {
        id: showId,
      },
    )
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({ seatMap: { stale: true }, show: { startsAt: '2026-12-03T00:30:00.000Z' } })
    const answer = await buyer.ask(lockSeats, { showId, seats: ['stalls-A-2'], key: randomUUID() })
    expect(answer).toMatchObject({
      data: { lockSeats: { __typename: 'TryAgain', code: 'TRY_AGAIN', retryAfterMs: 1000 } },
    })
    const route = await fetch(`${world.url}/v1/shows/${encodeURIComponent(showId)}/seats`)
    expect(await route.json()).toMatchObject({ stale: true })
  } finally {
    await world.redisServer.start()
  }
  await expect
    .poll(
      async () => (await buyer.ask(lockSeats, { showId, seats: ['stalls-A-2'], key: randomUUID() })).data,
      { timeout: 30_000 },
    )
    .toMatchObject({ lockSeats: { __typename: 'LockSeatsOk' } })
})

test('with PostgreSQL away queries and mutations say so and say when to try again', async () => {
  const lonely = await apiWorld()
  const buyer = await lonely.guest()
  const show = printId('Show', lonely.hall.shows.onSale)
  await lonely.cutDatabase()
  try {
    const { errors } = await lonely.anonymous('query($id:ID!){show(id:$id){id} seatMap(showId:$id){seq}}', {
      id: show,
    })
    expect(errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'DATABASE_AWAY', retryAfterMs: 1000 },
      { code: 'DATABASE_AWAY', retryAfterMs: 1000 },
    ])
    const answer = await buyer.ask(lockSeats, { showId: show, seats: ['stalls-A-2'], key: randomUUID() })
    expect(answer).toMatchObject({ data: { lockSeats: { __typename: 'TryAgain' } } })
    const route = await fetch(`${lonely.url}/v1/shows/${encodeURIComponent(show)}/seats`)
    expect(route.status).toBe(503)
    expect(route.headers.get('retry-after')).toBe('1')
  } finally {
    await lonely.close()
  }
})
