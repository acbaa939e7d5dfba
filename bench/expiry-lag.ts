/**
 * `npm run bench -- expiry`: how late the seats of locks that ran out are free again, as a viewer's frames tell it. Many
 * locks on many shows that run out over a minute, then many of one show within a second.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Redis } from 'ioredis'
import { addFigure, openReport, percentile, printReport } from '../src/operate/index.ts'
import { openRedis, redisDefaults } from '../src/platform/redis.ts'
import { openSeating, parseFrame } from '../src/seating/index.ts'
import type { LoadJob } from './rig/load.ts'
import { type Buyer, openRig, type Rig } from './rig/open-rig.ts'
import { runLoad } from './rig/run-load.ts'
import { spawnServer } from './rig/spawn-server.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    locks: { type: 'string', default: '100000' },
    shows: { type: 'string', default: '100' },
    together: { type: 'string', default: '2000' },
  },
})
const [locks, shows, together] = [values.locks, values.shows, values.together].map(Number) as [
  number,
  number,
  number,
]

const report = openReport('expiry lag')
const rig = await openRig()
try {
  // Placing takes as long as it takes, at some thousand a second; locks run out in the same order and at the same pace.
  const spread = await measure(rig, { count: locks, shows, ttlMs: 20_000 + 1.5 * locks, connections: 64 })
  tell(`${locks} locks on ${shows} shows`, spread)
  const burst = await measure(rig, { count: together, shows: 1, ttlMs: 15_000, connections: 64 })
  tell(`${together} locks on one show`, burst)
} finally {
  await rig.close()
}
report.notes.push(
  'Lag: from the end that the lock was answered with to the frame that frees its seat, on one machine.',
)
printReport(report, values.json)
process.exit(0)

interface Wave {
  count: number
  shows: number
  ttlMs: number
  connections: number
}

interface Lags {
  /** Ascending, in milliseconds. */
  lags: number[]
  placedInSeconds: number
}

async function measure(on: Rig, { count, shows: showCount, ttlMs, connections }: Wave): Promise<Lags> {
  const server = await spawnServer(resolve(import.meta.dirname, 'rig/bare-lock-server.ts'), {
    ...on.env,
    LOCK_TTL_MS: String(ttlMs),
  })
  on.onClose(server.stop)
  const showIds = await Promise.all(Array.from({ length: showCount }, () => on.show()))
  const buyers = await on.buyers(Math.ceil(count / 50))
  const requests: LoadJob['requests'] = Array.from({ length: count }, (_, n) => ({
    headers: {},
    body: JSON.stringify({
      ...{
        showId: showIds[n % showCount],
        seats: [Math.floor(n / showCount)],
        areas: [],
        idempotencyKey: `k${n}`,
      },
      buyerId: (buyers[Math.floor(n / 50)] as Buyer).buyerId,
    }),
  }))
  const freed = await listen(on, showIds)
  const load = await runLoad({
    ...{ url: server.url, path: '/', requests, connections, rate: null, msMax: ttlMs * 0.9 },
    expected: '"expiresAt"',
  })
  if (load.good < count)
    throw new Error(`${count - load.good} locks were not placed in time: ${load.bad.join('\n')}`)
  const { rows } = await on.pool.query<{ show_id: number; seat_no: number; expires_at: Date }>(
    `SELECT show_id, seat_no, expires_at FROM seat_claim WHERE show_id = ANY ($1::int[])`,
    [showIds],
  )
  const endOf = new Map(rows.map((row) => [`${row.show_id} ${row.seat_no}`, row.expires_at.getTime()]))
  const lags = (await freed.all(count, ttlMs + 120_000)).map(
    ({ seat, atMs }) => atMs - (endOf.get(seat) ?? Number.NaN),
  )
  await freed.close()
  await server.stop()
  return { lags: lags.sort((a, b) => a - b), placedInSeconds: load.seconds }
}

/** Hears the frames of shows, and notes when which seat was free again. */
async function listen(on: Rig, showIds: number[]) {
  const connection = openRedis({ ...redisDefaults, url: on.redisUrl, name: 'expiry-lag' }, () => {})
  await connection.whenReady(10_000)
  const seating = openSeating({
    ...{ pool: on.pool, redis: connection, keyPrefix: on.env.REDIS_KEY_PREFIX, idSecret: on.env.ID_SECRET },
    ...{ processId: 'listener', nowMs: () => performance.now(), log: { info() {}, warn() {} } },
  })
  const freed: { seat: string; atMs: number }[] = []
  const showOf = new Map(showIds.map((showId) => [seating.framesChannel(showId), showId]))
  await seating.close()
  await connection.close()
  const subscriber = new Redis(on.redisUrl)
  subscriber.on('smessage', (channel: string, text: string) => {
    const atMs = Date.now()
    for (const [seatNo, letter] of parseFrame(text).changes) {
      if (letter === 'a') freed.push({ seat: `${showOf.get(channel)} ${seatNo}`, atMs })
    }
  })
  for (const channel of showOf.keys()) await subscriber.ssubscribe(channel)
  return {
    async all(count: number, msMax: number) {
      const until = performance.now() + msMax
      while (freed.length < count) {
        if (performance.now() > until)
          throw new Error(`${count - freed.length} of ${count} seats were never freed`)
        await new Promise((later) => setTimeout(later, 100))
      }
      return freed
    },
    async close() {
      subscriber.disconnect()
    },
  }
}

function tell(what: string, { lags, placedInSeconds }: Lags): void {
  addFigure(report, `${what}: placed, and run out, within`, placedInSeconds, 's')
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
  ] as const) {
    addFigure(report, `${what}: lag, ${name}`, percentile(lags, share), 'ms', name === 'p99' ? 150 : null)
  }
}
