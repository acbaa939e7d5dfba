/** A Redis, and as many hubs on it as a test wants. The source keeps positions in plain keys of the same Redis. */
import { Redis } from 'ioredis'
import { type Live, type LiveLimits, liveLimits, openHub, type PositionSource } from '../../src/live/index.ts'
import type { SeatFrame } from '../../src/seating/index.ts'
import { freshRedis } from '../world/redis.ts'

export const channel = (showId: number) => `{${showId}}:frames`

export async function hubWorld() {
  const server = await freshRedis()
  const client = new Redis(server.url)
  client.on('error', () => {})
  let hubs: Live[] = []

  const source: PositionSource = {
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
  }

  function hub(
    limits: Partial<LiveLimits> = {},
    other: { redisUrl?: string; positions?: PositionSource['positions'] } = {},
  ): Live {
    const opened = openHub({
      redisUrl: other.redisUrl ?? server.url,
      source: { ...source, positions: other.positions ?? source.positions },
      limits: { ...liveLimits, heartbeatMs: 100, catchUpMs: 20, ...limits },
      nowMs: () => performance.now(),
      onError() {},
    })
    hubs.push(opened)
    return opened
  }

  /** What a script of the ledger does: the position moves, and a message says how. */
  async function change(showId: number, seq: number, changes: string, { lost = false } = {}) {
    await client.set(`position:${showId}`, `1 ${seq}`)
    if (!lost) await client.spublish(channel(showId), `1 ${seq - 1} ${seq} ${changes}`)
  }

  return {
    server,
    client,
    source,
    hub,
    change,
    /** Between tests. */
    async reset() {
      for (const each of hubs) await each.close()
      hubs = []
      await client.flushall().catch(() => {})
    },
    async close() {
      for (const each of hubs) await each.close()
      client.disconnect()
      await server.stop()
    },
  }
}

export type HubWorld = Awaited<ReturnType<typeof hubWorld>>

export async function nextWhere(
  frames: AsyncIterator<SeatFrame>,
  wanted: (frame: SeatFrame) => boolean,
): Promise<SeatFrame> {
  for (;;) {
    const { value, done } = await frames.next()
    if (done) throw new Error('The hub ended the subscription')
    if (wanted(value)) return value
  }
}
