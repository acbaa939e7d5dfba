/**
 * `npm run bench -- rival`: locking and booking by the whole product against the rival (bench/rival), which does the same
 * for the same buyers on the same servers: per CPU second of all of them, in turns. Fan-out against the same packages is
 * in `npm run bench -- live`.
 */
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { addFigure, openReport, printReport } from '../src/operate/index.ts'
import type { LoadJob } from './rig/load.ts'
import { lockedRequests } from './rig/locked-requests.ts'
import { type Buyer, openRig, type Rig, seatId, seatsPerShow } from './rig/open-rig.ts'
import { runLoad } from './rig/run-load.ts'
import { type SpawnedServer, spawnServer } from './rig/spawn-server.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    locks: { type: 'string', default: '3000' },
    bookings: { type: 'string', default: '800' },
    rounds: { type: 'string', default: '2' },
  },
})
const [locks, bookings, rounds] = [values.locks, values.bookings, values.rounds].map(Number) as [
  number,
  number,
  number,
]
const connections = 32
const seatsPerLock = 4
const seatsPerBooking = 2

type Requests = LoadJob['requests']
interface Lane {
  name: string
  server: SpawnedServer
  locks(): Promise<Requests>
  bookings(): Promise<Requests>
}

const report = openReport('the product against its rival')
const rig = await openRig()
try {
  const lanes = await openLanes(rig)
  for (const lane of lanes) await measure(lane, (await lane.locks()).slice(0, 300), 'expiresAt')
  for (const [what, expected] of [
    ['locks', 'expiresAt'],
    ['bookings', '"CONFIRMED"'],
  ] as const) {
    const rates = new Map(lanes.map(({ name }) => [name, { done: 0, cpuSeconds: 0 }]))
    for (let round = 0; round < rounds; round++) {
      for (const lane of round % 2 ? lanes.toReversed() : lanes) {
        const { done, cpuSeconds } = await measure(lane, await lane[what](), expected)
        const rate = rates.get(lane.name)
        if (rate) rates.set(lane.name, { done: rate.done + done, cpuSeconds: rate.cpuSeconds + cpuSeconds })
      }
    }
    const [ours = 0, theirs = 1] = [...rates.values()].map(({ done, cpuSeconds }) => done / cpuSeconds)
    addFigure(report, `product: ${what} per CPU second, all servers`, ours, '1/s')
    addFigure(report, `rival: ${what} per CPU second, all servers`, theirs, '1/s')
    const value = Math.round((ours / theirs) * 100) / 100
    report.figures.push({ name: `${what}, product / rival`, value, unit: 'x', target: 3, holds: value >= 3 })
  }
  await requireNoDoubleSale(rig)
} finally {
  await rig.close()
}
report.notes.push(
  `${rounds} rounds, in turns, ${connections} connections, ${seatsPerLock} seats a lock, ${seatsPerBooking} a booking. The ` +
    'gateway and the load generator are not counted. The rival has no rate limits, no idempotency keys, no history, no ' +
    'ledger, and no way back from a crash between payment and ticket.',
)
printReport(report, values.json)
process.exit(0)

async function openLanes(on: Rig): Promise<Lane[]> {
  const main = (file: string) => resolve(import.meta.dirname, file)
  const product = await spawnServer(main('../src/main.ts'), {
    ...on.env,
    ...{ TRUST_PROXY: 'on', ROWLOCK_PROCESSES: '1', AUDIT_EVERY_SECONDS: '0', LOCK_TTL_SECONDS: '3600' },
    LOCK_AGE_SECONDS_MAX: '7200',
  })
  on.onClose(product.stop)
  const rival = await spawnServer(main('rival/rival-server.ts'), on.env)
  on.onClose(rival.stop)
  return [
    {
      ...{ name: 'product', server: product },
      locks: () => lockRequests(on, productLock),
      bookings: () => lockedRequests(on, bookings, seatsPerBooking),
    },
    {
      ...{ name: 'rival', server: rival },
      locks: () => lockRequests(on, rivalLock),
      bookings: () => rivalBookings(on),
    },
  ]
}

interface Wish {
  showId: number
  seats: number[]
  n: number
}

function productLock({ showId, seats, n }: Wish): object {
  return {
    query: `mutation ($showId: ID!, $seats: [String!], $key: String!) {
    lockSeats(showId: $showId, seats: $seats, idempotencyKey: $key) {
      ... on LockSeatsOk { lock { id expiresAt } } ... on Refusal { code message } } }`,
    variables: {
      ...{ showId: Buffer.from(`Show:${showId}`).toString('base64'), key: `k${n}` },
      seats: seats.map(seatId),
    },
  }
}

function rivalLock({ showId, seats }: Wish): object {
  return {
    query:
      'mutation ($showId: Int!, $seats: [Int!]!) { lockSeats(showId: $showId, seats: $seats) { id expiresAt } }',
    variables: { showId, seats },
  }
}

async function lockRequests(on: Rig, bodyOf: (wish: Wish) => object): Promise<Requests> {
  const locksPerBuyer = 5
  const shows = await Promise.all(
    Array.from({ length: Math.ceil((locks * seatsPerLock) / seatsPerShow) + 1 }, on.show),
  )
  const buyers = await on.buyers(Math.ceil(locks / locksPerBuyer))
  return Array.from({ length: locks }, (_, n) => {
    const first = Math.floor(n / shows.length) * seatsPerLock
    const seats = Array.from({ length: seatsPerLock }, (_, seat) => first + seat)
    const { token } = buyers[Math.floor(n / locksPerBuyer)] as Buyer
    const body = bodyOf({ showId: shows[n % shows.length] ?? 0, seats, n })
    return { headers: headersOf(token, n), body: JSON.stringify(body) }
  })
}

/** The rival's locks are rows. */
async function rivalBookings(on: Rig): Promise<Requests> {
  const showId = await on.show()
  const buyers = await on.buyers(bookings)
  const requests: Requests = []
  for (const [n, { token }] of buyers.entries()) {
    const lockId = randomUUID()
    const subject = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub
    await on.pool.query(
      `INSERT INTO seat_claim (show_id, seat_no, state, lock_id, buyer_id, price_list_id, decided_at, expires_at)
       SELECT $1, seat_no, 'locked', $3, $4, (SELECT price_list_id FROM show WHERE id = $1), now(), now() + interval '1 hour'
         FROM unnest($2::int[]) AS seat_no`,
      [
        showId,
        Array.from({ length: seatsPerBooking }, (_, seat) => n * seatsPerBooking + seat),
        lockId,
        subject,
      ],
    )
    const query = 'mutation ($id: ID!) { createBooking(lockId: $id, paymentMethod: "tok_ok") { id state } }'
    requests.push({
      headers: headersOf(token, n),
      body: JSON.stringify({ query, variables: { id: lockId } }),
    })
  }
  return requests
}

/** Buyers come from many addresses; limits per address are not what is measured. */
function headersOf(token: string, n: number): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'x-forwarded-for': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
  }
}

async function measure(lane: Lane, requests: Requests, expected: string) {
  const spent = () => lane.server.cpuSeconds() + rig.cpuSeconds().postgres + rig.cpuSeconds().redis
  const before = spent()
  const load = await runLoad({
    ...{
      url: lane.server.url,
      path: '/graphql',
      requests,
      connections,
      rate: null,
      msMax: 120_000,
      expected,
    },
  })
  if (load.good < load.sent)
    throw new Error(`${lane.name}: ${load.sent - load.good} answers were not good: ${load.bad.join('\n')}`)
  const cpuSeconds = spent() - before
  console.log(
    `${lane.name.padEnd(8)} ${load.good} in ${load.seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU`,
  )
  return { done: load.good, cpuSeconds }
}

/** A run in which a promise broke has no number. */
async function requireNoDoubleSale(on: Rig): Promise<void> {
  const { rows } = await on.pool.query(
    `SELECT count(*)::int AS tickets, count(DISTINCT (show_id, seat_no))::int AS seats FROM ticket WHERE state = 'valid'`,
  )
  if (rows[0].tickets !== rows[0].seats) throw new Error('Seats were sold twice')
  report.notes.push(`${rows[0].tickets} tickets, no seat twice.`)
}
