/** Promise 3 under attack: dead connections, silent sources, readers that are slow or leave at the wrong moment. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { liveLimits } from '../../src/live/index.ts'
import type { SeatFrame } from '../../src/seating/index.ts'
import { cutProxy } from '../seating/cut-proxy.ts'
import { until } from '../seating/seating-world.ts'
import { channel, type HubWorld, hubWorld, nextWhere } from './hub-world.ts'

let world: HubWorld

beforeAll(async () => {
  world = await hubWorld()
})
afterAll(() => world.close())
afterEach(() => world.reset())

const changed = ({ changes }: SeatFrame) => changes.size > 0

/** Ids that the server gives to the connections of hubs. */
async function connections(): Promise<string[]> {
  const clients = String(await world.client.client('LIST'))
  return [...clients.matchAll(/^id=(\d+) .*name=rowlock-live/gm)].map((match) => match[1] ?? '')
}

/** Nothing but messages: no heartbeat comes by while a test lasts. */
const noHeartbeat = { heartbeatMs: 3_600_000 }

describe('the connection to Redis', () => {
  test('killed with its server, is followed again by messages and not only by heartbeats', async () => {
    const frames = world.hub(noHeartbeat).watch(1)
    await nextWhere(frames, () => true)
    await world.server.restart()
    await until('the hub to hear the channel again', async () => {
      const heard = await world.client.spublish(channel(1), '1 0 1 3b').catch(() => 0)
      return Number(heard) === 1
    })
    expect([...(await nextWhere(frames, changed)).changes]).toEqual([[3, 'b']])
  })

  test('dead without a word, is noticed by what the source counts, and made anew', async () => {
    const proxy = await cutProxy(world.server.url)
    const frames = world.hub({ heartbeatMs: 50 }, { redisUrl: proxy.url }).watch(2)
    await nextWhere(frames, () => true)
    proxy.silence()
    let seq = 0
    const changing = setInterval(() => void world.change(2, ++seq, `${seq}l`).catch(() => {}), 20)
    // While it is dead every viewer learns where the source stands; then the changes themselves come again.
    await nextWhere(frames, (frame) => frame.seq > 0 && !changed(frame))
    await nextWhere(frames, changed)
    clearInterval(changing)
    await proxy.close()
  })

  test('quiet because nothing happens, is left alone', async () => {
    const frames = world.hub({ heartbeatMs: 20 }).watch(3)
    await nextWhere(frames, () => true)
    const before = await connections()
    for (let beat = 0; beat < 10; beat++) await nextWhere(frames, () => true)
    expect(await connections()).toEqual(before)
    await world.change(3, 1, '1l')
    expect(await nextWhere(frames, changed)).toMatchObject({ after: 0, seq: 1 })
  })
})

describe('a source that is silent', () => {
  test('is asked one question at a time, and nothing is said meanwhile', async () => {
    let asked = 0
    const one = world.hub(
      { heartbeatMs: 10 },
      {
        positions(showIds) {
          asked += 1
          return asked === 1 ? world.source.positions(showIds) : new Promise(() => {})
        },
      },
    )
    const frames = one.watch(4)
    await nextWhere(frames, () => true)
    let said = 0
    void (async () => {
      for await (const _frame of frames) said += 1
    })()
    await until('several heartbeats to have passed', async () => asked >= 2)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(asked).toBeLessThanOrEqual(3)
    expect(said).toBeLessThanOrEqual(1)
  })
})

describe('a reader', () => {
  test('that leaves in the middle of a round takes nothing from the others', async () => {
    const one = world.hub(noHeartbeat)
    const watching = Array.from({ length: 20 }, () => one.watch(5))
    for (const frames of watching) await nextWhere(frames, () => true)
    const readers = watching.map(async (frames, n) => {
      const seen: number[] = []
      for await (const frame of frames) {
        seen.push(...frame.changes.keys())
        // Every second reader leaves at its first frame, and takes its neighbour along.
        if (n % 2 === 0) await watching[n + 2 < 20 && n % 4 === 0 ? n + 2 : n]?.return?.()
        if (n % 2 === 0 || seen.includes(9)) break
      }
      return seen
    })
    for (let seq = 1; seq <= 9; seq++) {
      await world.change(5, seq, `${seq}l`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const seen = await Promise.all(readers)
    for (const [n, seats] of seen.entries())
      if (n % 2 === 1) expect(seats.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    await until('all to have left', async () => one.stats().watchers === 0)
    expect(one.stats()).toMatchObject({ shows: 0, watchers: 0 })
  })

  test('that leaves and comes back again and again still hears', async () => {
    const one = world.hub(noHeartbeat)
    for (let n = 0; n < 50; n++) {
      const frames = one.watch(6)
      if (n % 3 === 0) void frames.next()
      await frames.return?.()
    }
    const frames = one.watch(6)
    await nextWhere(frames, () => true)
    await world.change(6, 1, '4l')
    expect([...(await nextWhere(frames, changed)).changes]).toEqual([[4, 'l']])
    expect(one.stats()).toMatchObject({ shows: 1, watchers: 1 })
  })

  test('that never reads costs one frame of bounded size, and is told to take a snapshot', async () => {
    const one = world.hub(noHeartbeat)
    const [slow, quick] = [one.watch(7), one.watch(7)]
    for (const frames of [slow, quick]) await nextWhere(frames, () => true)
    const seats = 3 * liveLimits.pendingSeatsMax
    const perChange = 500
    for (let seq = 1; seq <= seats / perChange; seq++) {
      const names = Array.from({ length: perChange }, (_, n) => `${(seq - 1) * perChange + n}l`)
      await world.change(7, seq, names.join(''))
      await nextWhere(quick, (frame) => frame.seq >= seq)
    }
    const { value } = await slow.next()
    const { after, seq, changes } = value as SeatFrame
    // It stood at 0: a frame that follows something later makes it take a snapshot.
    expect(after).toBeGreaterThan(0)
    expect(seq).toBe(seats / perChange)
    expect(changes.size).toBeLessThanOrEqual(liveLimits.pendingSeatsMax)
    // Once it reads, it hears changes again.
    const next = nextWhere(slow, changed)
    await world.change(7, seats / perChange + 1, '1a')
    expect([...(await next).changes]).toEqual([[1, 'a']])
  })

  test('whose hub closes ends, and nothing runs on', async () => {
    const one = world.hub({ tickMs: 50 })
    const frames = one.watch(8)
    await nextWhere(frames, () => true)
    const pending = nextWhere(frames, () => false).catch((error: unknown) => String(error))
    await world.change(8, 1, '1l')
    await one.close()
    expect(await pending).toContain('ended')
    expect(one.stats()).toMatchObject({ shows: 0, watchers: 0 })
    expect(() => one.watch(8)).toThrow()
  })
})
