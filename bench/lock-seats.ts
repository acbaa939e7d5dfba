/**
 * `lockSeats` through the whole product (tokens, limits, GraphQL, ledger, claims) against a bare node:http server that
 * runs the same ledger script and the same claim batch: locks per second of CPU of all server processes, side by side
 * in one run, in turns. Then latencies at 70 % of the rate the product reached. `npm run bench -- lock`.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addFigure, openReport, percentile, printReport } from '../src/operate/index.ts'
import type { LoadJob } from './rig/load.ts'
import { type Buyer, openRig, type Rig, seatId, seatsPerShow } from './rig/open-rig.ts'
import { runLoad } from './rig/run-load.ts'
import { type SpawnedServer, spawnServer } from './rig/spawn-server.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
  },
})
const rounds = Number(values.rounds)
const msMax = Number(values.seconds) * 1_000
const seatsPerLock = 4
const connections = 64
/** Below the product's own limit of calls per buyer and minute. */
const locksPerBuyer = 5

const query = `mutation ($showId: ID!, $seats: [String!], $key: String!) {
  lockSeats(showId: $showId, seats: $seats, idempotencyKey: $key) {
    ... on LockSeatsOk { seq lock { id expiresAt } }
    ... on Refusal { code message }
  }
}`

interface Lane {
  name: 'product' | 'bare'
  server: SpawnedServer
  path: string
  expected: string
  requestOf(showId: number, seats: number[], buyer: Buyer, n: number): LoadJob['requests'][number]
}

interface Cpu {
  node: number
  postgres: number
  redis: number
}

interface Round extends Cpu {
  locks: number
  seconds: number
}

const report = openReport('lockSeats against its limit')
const rig = await openRig()
try {
  const [product, bare] = await openLanes(rig)
  const seen: Record<Lane['name'], Round[]> = { product: [], bare: [] }
  for (const lane of [product, bare]) await oneRound(rig, lane, 500)
  for (let round = 0; round < rounds; round++) {
    for (const lane of round % 2 ? [bare, product] : [product, bare]) {
      const { round: measured } = await oneRound(rig, lane, 30_000)
      seen[lane.name].push(measured)
      console.log(
        `${lane.name.padEnd(8)} ${Math.round(measured.locks / measured.seconds)} locks/s, ` +
          `${Math.round(perCpu(measured))} per CPU second (node ${Math.round(measured.locks / measured.node)})`,
      )
    }
  }
  const [ours, limit] = [sum(seen.product), sum(seen.bare)]
  for (const [name, total] of [
    ['product', ours],
    ['bare', limit],
  ] as const) {
    addFigure(report, `${name}: locks a second`, total.locks / total.seconds, '1/s')
    addFigure(report, `${name}: locks per CPU second, all servers`, perCpu(total), '1/s')
    addFigure(report, `${name}: CPU per lock, node`, (total.node / total.locks) * 1_000, 'ms')
    addFigure(report, `${name}: CPU per lock, PostgreSQL`, (total.postgres / total.locks) * 1_000, 'ms')
    addFigure(report, `${name}: CPU per lock, Redis`, (total.redis / total.locks) * 1_000, 'ms')
  }
  addRatio('locks per CPU second, product / bare', perCpu(ours) / perCpu(limit), 0.6)
  addRatio('the same, node alone', ours.locks / ours.node / (limit.locks / limit.node), null)

  const rate = Math.floor((0.7 * ours.locks) / ours.seconds)
  const { latencies } = await oneRound(rig, product, 30_000, rate)
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
    ['p99.9', 0.999],
  ] as const) {
    addFigure(report, `product at ${rate} locks/s, open loop, ${name}`, percentile(latencies, share), 'ms')
  }
  await requireNoDoubleSale(rig)
} finally {
  await rig.close()
}
report.notes.push(
  `${rounds} rounds of ${msMax / 1_000} s each, in turns, ${connections} connections, ${seatsPerLock} seats a lock; ` +
    'the load generator has a core of its own and is not counted.',
)
printReport(report, values.json)
process.exit(0)

async function openLanes(on: Rig): Promise<[Lane, Lane]> {
  const main = (file: string) => resolve(import.meta.dirname, file)
  const product = await spawnServer(main('../src/main.ts'), {
    ...on.env,
    TRUST_PROXY: 'on',
    ROWLOCK_PROCESSES: '1',
  })
  on.onClose(product.stop)
  const bare = await spawnServer(main('rig/bare-lock-server.ts'), on.env)
  on.onClose(bare.stop)
  return [
    {
      ...{ name: 'product', server: product, path: '/graphql', expected: '"expiresAt"' },
      requestOf: (showId, seats, { token }, n) => ({
        headers: {
          authorization: `Bearer ${token}`,
          // Buyers come from many addresses; limits per address are not what is measured.
          'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
        },
        body: JSON.stringify({
          query,
          variables: {
            ...{ showId: Buffer.from(`Show:${showId}`).toString('base64'), key: `k${n}` },
            seats: seats.map(seatId),
          },
        }),
      }),
    },
    {
      ...{ name: 'bare', server: bare, path: '/', expected: '"expiresAt"' },
      requestOf: (showId, seats, { buyerId }, n) => ({
        headers: {},
        body: JSON.stringify({ showId, buyerId, seats, areas: [], idempotencyKey: `k${n}` }),
      }),
    },
  ]
}

async function oneRound(on: Rig, lane: Lane, locksMax: number, rate: number | null = null) {
  const locksPerShow = seatsPerShow / seatsPerLock
  const shows = await Promise.all(Array.from({ length: Math.ceil(locksMax / locksPerShow) }, on.show))
  const buyers = await on.buyers(Math.ceil(locksMax / locksPerBuyer))
  const requests = Array.from({ length: locksMax }, (_, n) => {
    // Neighbouring requests go to different shows, as they do on a busy morning.
    const showId = shows[n % shows.length] ?? 0
    const first = Math.floor(n / shows.length) * seatsPerLock
    const seats = Array.from({ length: seatsPerLock }, (_, seat) => first + seat)
    return lane.requestOf(showId, seats, buyers[Math.floor(n / locksPerBuyer)] as Buyer, n)
  })
  const before: Cpu = { node: lane.server.cpuSeconds(), ...on.cpuSeconds() }
  const { url } = lane.server
  const load = await runLoad({
    url,
    path: lane.path,
    requests,
    connections,
    rate,
    msMax,
    expected: lane.expected,
  })
  const after: Cpu = { node: lane.server.cpuSeconds(), ...on.cpuSeconds() }
  if (load.good < load.sent)
    throw new Error(`${lane.name}: ${load.sent - load.good} answers were not locks: ${load.bad.join('\n')}`)
  const round: Round = {
    ...{ locks: load.good, seconds: load.seconds, node: after.node - before.node },
    ...{ postgres: after.postgres - before.postgres, redis: after.redis - before.redis },
  }
  return { round, latencies: load.latencies }
}

function perCpu({ locks, node, postgres, redis }: Round): number {
  return locks / (node + postgres + redis)
}

function sum(parts: Round[]): Round {
  const total = (key: keyof Round) => parts.reduce((all, part) => all + part[key], 0)
  return {
    ...{ locks: total('locks'), seconds: total('seconds') },
    ...{ node: total('node'), postgres: total('postgres'), redis: total('redis') },
  }
}

function addRatio(name: string, value: number, atLeast: number | null): void {
  report.figures.push({
    ...{ name, value: Math.round(value * 100) / 100, unit: '', target: atLeast },
    holds: atLeast === null ? null : value >= atLeast,
  })
}

/** A run in which a promise broke has no number. */
async function requireNoDoubleSale(on: Rig): Promise<void> {
  const { rows } = await on.pool.query(
    `SELECT count(*)::int AS claims, count(DISTINCT (show_id, seat_no))::int AS seats FROM seat_claim WHERE state = 'locked'`,
  )
  const { claims, seats } = rows[0] as { claims: number; seats: number }
  if (claims !== seats) throw new Error(`${claims - seats} seats are claimed twice`)
  report.notes.push(`${claims} claims, none of them twice.`)
}
