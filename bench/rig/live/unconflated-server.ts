/**
 * The product's transport without conflation: every transition of a show is a frame of its own, prepared once and written
 * to every viewer the moment it is heard. Transitions come over the same channel as the product's.
 */
import { Redis } from 'ioredis'
import { createHttp } from '../../../src/http/index.ts'
import { ShowFeed } from '../../../src/live/show-feed.ts'
import { Watcher } from '../../../src/live/watcher.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { createLogger } from '../../../src/platform/logging.ts'
import { createMetrics } from '../../../src/platform/metrics.ts'
import { parseFrame } from '../../../src/seating/index.ts'

const { REDIS_URL = '', CHANNEL = '', EPOCH = '', SEQ = '' } = process.env
const position = { epoch: Number(EPOCH), seq: Number(SEQ) }
const feed = new ShowFeed()
feed.hear(position)
feed.flush()
const subscriber = new Redis(REDIS_URL)
await subscriber.ssubscribe(CHANNEL)
subscriber.on('smessage', (_channel: string, text: string) => {
  feed.receive(parseFrame(text))
  feed.flush()
})
const desk = {
  leave: (watcher: Watcher) => (watcher.member ? feed.leave(watcher.member) : feed.watchers.delete(watcher)),
  share: (
    watcher: Watcher,
    operation: Parameters<ShowFeed['share']>[0],
    outlet: Parameters<ShowFeed['share']>[1],
  ) => {
    feed.watchers.delete(watcher)
    return feed.share(operation, outlet)
  },
  readAlone: () => false,
}
const parts: object = {
  catalog: {
    findShows: async (ids: number[]) => ids.map((id) => ({ id, planVersionId: 1, priceListId: 1 })),
  },
  seating: { readMap: async () => ({ showId: 1, epoch: 1, seq: 0, statuses: 'a', stale: false }) },
  ticketing: { codesOf: async () => new Map() },
  rateLimiter: { consume: async () => null },
  live: {
    watch() {
      const watcher = new Watcher(desk)
      feed.watchers.add(watcher)
      watcher.offer({ ...position, after: position.seq, changes: new Map() })
      return watcher
    },
  },
}
const http = await createHttp({
  deps: parts as Parameters<typeof createHttp>[0]['deps'],
  authenticate: async () => ({ kind: 'anonymous', buyerId: null, roles: [], expiresAt: null }),
  readiness: [],
  metrics: createMetrics('bench_'),
  log: createLogger({ level: 'warn', name: 'bench', production: true }),
  clock: systemClock,
  allowedOrigins: [],
  introspection: false,
  trustProxy: true,
  webDist: import.meta.dirname,
})
const { port } = await http.listen(0, '127.0.0.1')
console.log(JSON.stringify({ listening: port }))
process.on('SIGTERM', () => process.exit(0))
