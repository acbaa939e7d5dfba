/**
 * `npm run bench -- book`: createBooking through the whole product (GraphQL, tokens, limits, the gateway in its own
 * process), per CPU second of all servers and of each. Locks are placed beforehand and are not counted.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addFigure, openReport, percentile, printReport } from '../src/operate/index.ts'
import { lockedRequests } from './rig/locked-requests.ts'
import { openRig, type Rig } from './rig/open-rig.ts'
import { runLoad } from './rig/run-load.ts'
import { type SpawnedServer, spawnServer } from './rig/spawn-server.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    bookings: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '32' },
    seats: { type: 'string', default: '2' },
  },
})
const [bookings, connections, seatsPerLock] = [values.bookings, values.connections, values.seats].map(
  Number,
) as [number, number, number]

const report = openReport('createBooking')
const rig = await openRig()
try {
  const server = await spawnServer(resolve(import.meta.dirname, '../src/main.ts'), {
    ...rig.env,
    ...{ TRUST_PROXY: 'on', ROWLOCK_PROCESSES: '1', AUDIT_EVERY_SECONDS: '0', LOCK_TTL_SECONDS: '3600' },
    LOCK_AGE_SECONDS_MAX: '7200',
  })
  rig.onClose(server.stop)
  await oneRound(rig, server, 200, null)
  const closed = await oneRound(rig, server, bookings, null)
  tell('closed loop', closed)
  const rate = Math.floor((0.7 * closed.bookings) / closed.seconds)
  const open = await oneRound(rig, server, Math.floor(bookings / 2), rate)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
  ] as const) {
    const target = name === 'p99' ? 25 : null
    addFigure(
      report,
      `at ${rate} bookings/s, open loop, ${name}`,
      percentile(open.latencies, share),
      'ms',
      target,
    )
  }
} finally {
  await rig.close()
}
printReport(report, values.json)
process.exit(0)

interface Round {
  bookings: number
  seconds: number
  latencies: number[]
  node: number
  postgres: number
  redis: number
}

async function oneRound(on: Rig, server: SpawnedServer, count: number, rate: number | null): Promise<Round> {
  const requests = await lockedRequests(on, count, seatsPerLock)
  const before = { node: server.cpuSeconds(), ...on.cpuSeconds() }
  const load = await runLoad({
    ...{ url: server.url, path: '/graphql', requests, connections, rate, msMax: 120_000 },
    expected: '"CONFIRMED"',
  })
  const after = { node: server.cpuSeconds(), ...on.cpuSeconds() }
  if (load.good < load.sent)
    throw new Error(`${load.sent - load.good} were not booked: ${load.bad.join('\n')}`)
  return {
    ...{ bookings: load.good, seconds: load.seconds, latencies: load.latencies },
    node: after.node - before.node,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
  }
}

function tell(what: string, { bookings: count, seconds, node, postgres, redis }: Round): void {
  const all = node + postgres + redis
  addFigure(report, `${what}: bookings a second`, count / seconds, '1/s')
  addFigure(report, `${what}: bookings per CPU second, all servers`, count / all, '1/s')
  addFigure(report, `${what}: CPU per booking, node`, (node / count) * 1_000, 'ms')
  addFigure(report, `${what}: CPU per booking, PostgreSQL`, (postgres / count) * 1_000, 'ms')
  addFigure(report, `${what}: CPU per booking, Redis`, (redis / count) * 1_000, 'ms')
}
