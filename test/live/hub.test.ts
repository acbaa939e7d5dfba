import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Live, type LiveLimits, liveLimits, openHub, TooManyWatchers } from '../../src/live/index.ts'
import type { SeatFrame } from '../../src/seating/index.ts'
import { freshRedis } from '../world/redis.ts'

type FreshRedis = Awaited<ReturnType<typeof freshRedis>>

let server: FreshRedis
let client: Redis
let hubs: Live[]

beforeAll(async () => {
  server = await freshRedis()
})
afterAll(() => server.stop())

beforeEach(async () => {
  client = new Redis(server.url)
  client.on('error', () => {})
  await client.flushall()
  hubs = []
})
afterEach(async () => {
  for (const hub of hubs) await hub.close()
  client.disconnect()
})

const channel = (showId: number) => `{${showId}}:frames`

/** A source that keeps positions in plain keys of the same Redis. */
function hub(limits: Partial<LiveLimits> = {}): Live {
  const opened = openHub({
    redisUrl: server.url,
    source: {
      framesChannel: channel,
      async positions(showIds) {
        const texts = await Promise.all(showIds.map((showId) => client.get(`position:${showId}`)))
        return new Map(
          showIds.map((showId, index) => {
            const [epoch = 0, seq = 0] = (texts[index] ?? '1 0').split(' ').map(Number)
            return [showId, { epoch, seq }]
          }),
        )
      },
    },
    limits: { ...liveLimits, heartbeatMs: 100, catchUpMs: 20, ...limits },
    nowMs: () => performance.now(),
    onError() {},
  })
  hubs.push(opened)
  return opened
}

async function change(showId: number, seq: number, changes: string, { lost = false } = {}) {
  await client.set(`position:${showId}`, `1 ${seq}`)
  if (!lost) await client.spublish(channel(showId), `1 ${seq - 1} ${seq} ${changes}`)
}

async function nextWhere(
  frames: AsyncIterator<SeatFrame>,
  wanted: (frame: SeatFrame) => boolean,
): Promise<SeatFrame> {
  for (;;) {
    const { value } = await frames.next()
    if (value && wanted(value)) return value
  }
}

test('a watch begins with where the show stands, and two hubs show each other`s changes', async () => {
  await change(7, 3, '1l', { lost: true })
  const [a, b] = [hub().watch(7), hub().watch(7)]
  for (const frames of [a, b])
    expect(await nextWhere(frames, () => true)).toMatchObject({ epoch: 1, after: 3, seq: 3 })
  await change(7, 4, '5l')
  for (const frames of [a, b]) {
    const frame = await nextWhere(frames, ({ changes }) => changes.size > 0)
    expect(frame).toMatchObject({ epoch: 1, after: 3, seq: 4 })
    expect([...frame.changes]).toEqual([[5, 'l']])
  }
})

test('changes of one tick arrive as one frame with the last status of each seat', async () => {
  const frames = hub({ tickMs: 150 }).watch(8)
  await nextWhere(frames, () => true)
  for (let seq = 1; seq <= 20; seq++) await change(8, seq, `${seq % 2}${seq < 19 ? 'l' : 'a'}`)
  const frame = await nextWhere(frames, ({ changes }) => changes.size > 0)
  expect(frame).toMatchObject({ after: 0, seq: 20 })
  expect([...frame.changes].sort()).toEqual([
    [0, 'a'],
    [1, 'a'],
  ])
})

test('when the very last message is lost, the heartbeat from the source tells', async () => {
  const frames = hub().watch(9)
  await nextWhere(frames, () => true)
  await change(9, 1, '1l')
  await nextWhere(frames, ({ seq }) => seq === 1)
  await change(9, 2, '2l', { lost: true })
  const told = await nextWhere(frames, ({ seq }) => seq === 2)
  expect(told).toMatchObject({ after: 2, seq: 2 })
  expect(told.changes.size).toBe(0)
})

test('a Redis that is killed and comes back is followed again', async () => {
  const frames = hub().watch(10)
  await nextWhere(frames, () => true)
  await server.restart()
  await client.set('position:10', '2 0')
  expect(await nextWhere(frames, ({ epoch }) => epoch === 2)).toMatchObject({ after: 0, seq: 0 })
  await client.set('position:10', '2 1')
  // Subscribed again: the message itself arrives, not only the heartbeat.
  const heard = nextWhere(frames, ({ changes }) => changes.size > 0)
  const publishing = setInterval(() => void client.spublish(channel(10), '2 0 1 3b').catch(() => {}), 50)
  await Promise.race([heard, nextWhere(frames, ({ seq }) => seq === 1)])
  clearInterval(publishing)
})

test('a thousand watchers leave nothing behind, and more than the bound are refused', async () => {
  const one = hub({ watchersMax: 1_000 })
  const watching = Array.from({ length: 1_000 }, (_, n) => one.watch(n % 5))
  expect(() => one.watch(1)).toThrow(TooManyWatchers)
  expect(one.stats()).toMatchObject({ shows: 5, watchers: 1_000 })
  const pending = watching.map((frames) => frames.next())
  for (const frames of watching) await frames.return?.()
  await Promise.all(pending)
  expect(one.stats()).toMatchObject({ shows: 0, watchers: 0 })
})
