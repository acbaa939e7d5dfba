/**
 * What a lock, a booking and a frame cost, one at a time, through the whole product on this machine: `npm run bench -- first`.
 * It starts servers of its own and one API process, and works with one buyer after the other, so the figures are
 * latencies of an idle server, not its capacity. `--json FILE` writes them down.
 */
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { startServers } from '../scripts/start/servers.ts'
import { createIdentity } from '../src/identity/index.ts'
import {
  addFigure,
  openReport,
  percentile,
  printReport,
  type Report,
  seedDemo,
} from '../src/operate/index.ts'
import { systemClock } from '../src/platform/clock.ts'
import { migrate } from '../src/platform/migrate.ts'
import { openPostgres, postgresDefaults } from '../src/platform/postgres.ts'
import { packStatuses } from '../src/seating/index.ts'
import { spawnApi } from './spawn-api.ts'

const { values } = parseArgs({ options: { json: { type: 'string' } } })
const rounds = 300
const secrets = {
  ID_SECRET: 'the id secret of a bench, nowhere else',
  GUEST_TOKEN_SECRET: 'the token secret of a bench, as well',
  DATA_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
  PUBLIC_URL: 'http://127.0.0.1',
  MAIL_FOLDER: '/nonexistent',
}

const folder = mkdtempSync(join(tmpdir(), 'rowlock-bench-'))
// The embedded PostgreSQL of root runs as another user, who must be able to enter.
chmodSync(folder, 0o711)
const closers: (() => Promise<void>)[] = []
const report = openReport('first costs')
async function run(report: Report): Promise<void> {
  const log = (line: string) => console.log(line)
  const servers = await startServers({
    dataDir: folder,
    env: {},
    log,
    onStarted: (close) => closers.push(close),
  })
  const databaseUrl = servers.env.DATABASE_URL ?? ''
  await migrate(databaseUrl)
  const postgres = openPostgres({ ...postgresDefaults, url: databaseUrl }, () => {})
  closers.push(() => postgres.close())
  await seedDemo(postgres.pool, new Date())
  const { rows } = await postgres.pool.query(
    `SELECT s.id, v.seat_count, v.layout FROM show s JOIN plan_version v ON v.id = s.plan_version_id
      WHERE s.starts_at > now() ORDER BY v.seat_count DESC, s.id LIMIT 1`,
  )
  const [arena] = rows as { id: number; seat_count: number; layout: { seats: { seatId: string }[] } }[]
  if (!arena) throw new Error('The demo has no arena')
  const showId = Buffer.from(`Show:${arena.id}`).toString('base64')
  const api = await spawnApi({ ...servers.env, ...secrets })
  closers.push(api.stop)
  const ask = asker(api.url)
  const seats = arena.layout.seats.map((seat) => seat.seatId)
  const tokens = await guestTokens(rounds + 50)

  const frames = await watch(api.url, showId)
  closers.push(frames.close)
  const times = { lock: [] as number[], frame: [] as number[], booking: [] as number[], map: [] as number[] }
  for (let round = -20; round < rounds; round++) {
    const token = tokens[round + 20] ?? ''
    const mine = seats.slice((round + 20) * 4, (round + 20) * 4 + 4)
    const startedAt = performance.now()
    const locked = await ask(token, lockSeats, { showId, seats: mine, key: 'k' })
    const lockedAt = performance.now()
    const { lock, seq } = locked.lockSeats as { lock: { id: string }; seq: number }
    await frames.reached(seq)
    const seenAt = performance.now()
    await ask(token, createBooking, { lockId: lock.id, key: 'k' })
    const bookedAt = performance.now()
    if (round < 0) continue
    times.lock.push(lockedAt - startedAt)
    times.frame.push(seenAt - lockedAt)
    times.booking.push(bookedAt - seenAt)
  }
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    await fetch(`${api.url}/v1/shows/${showId}/seats`).then((response) => response.arrayBuffer())
    times.map.push(performance.now() - startedAt)
  }
  // operations.md: seat locking below 100 ms at p99; tick + 100 ms for a frame.
  tell(report, 'lockSeats, 4 seats', times.lock, 100)
  tell(report, 'lock answered to frame received', times.frame, 120)
  tell(report, 'createBooking, sandbox tok_ok', times.booking, null)
  tell(report, 'seat map, plain route', times.map, null)

  const map = await ask('', 'query ($showId: ID!) { seatMap(showId: $showId) { epoch seq statuses } }', {
    showId,
  })
  addFigure(report, 'seats in the map', arena.seat_count, 'seats')
  tellSize(report, 'seat map answer', Buffer.from(JSON.stringify(map)))
  // A map compresses worst in the middle of a sale, when taken seats are scattered.
  const letters = Array.from(
    { length: arena.seat_count },
    () => 'aaalbb'[Math.floor(Math.random() * 6)] ?? 'a',
  ).join('')
  const scattered = { seatMap: { epoch: 2, seq: 20_000, statuses: packStatuses(letters).toString('base64') } }
  tellSize(report, 'the same with seats taken at random', Buffer.from(JSON.stringify(scattered)))
  report.notes.push(`${rounds} rounds after 20 to warm up, one buyer at a time, everything on this machine.`)
}

function tellSize(report: Report, name: string, answer: Buffer): void {
  addFigure(report, `${name}, raw`, answer.length, 'bytes', 8_000)
  addFigure(report, `${name}, gzip`, gzipSync(answer).length, 'bytes')
  addFigure(report, `${name}, brotli`, brotliCompressSync(answer).length, 'bytes')
}

function tell(report: Report, name: string, times: number[], p99Max: number | null): void {
  const sorted = [...times].sort((a, b) => a - b)
  addFigure(report, `${name}, median`, percentile(sorted, 0.5), 'ms')
  addFigure(report, `${name}, p99`, percentile(sorted, 0.99), 'ms', p99Max)
}

const lockSeats = `mutation ($showId: ID!, $seats: [String!], $key: String!) {
  lockSeats(showId: $showId, seats: $seats, idempotencyKey: $key) {
    ... on LockSeatsOk { seq lock { id expiresAt } }
    ... on Refusal { code message }
  }
}`
const createBooking = `mutation ($lockId: ID!, $key: String!) {
  createBooking(lockId: $lockId, paymentMethod: "tok_ok", idempotencyKey: $key) {
    ... on CreateBookingOk { booking { id state } }
    ... on Refusal { code message }
  }
}`

function asker(url: string) {
  return async (token: string, query: string, variables: object) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = (await response.json()) as { data: Record<string, unknown>; errors?: unknown }
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
}

async function guestTokens(count: number): Promise<string[]> {
  const identity = createIdentity({
    idSecret: secrets.ID_SECRET,
    guests: { secret: secrets.GUEST_TOKEN_SECRET },
    accounts: null,
    clock: systemClock,
  })
  return await Promise.all(
    Array.from({ length: count }, async () => (await identity.issueGuestToken()).token),
  )
}

async function watch(url: string, showId: string) {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket })
  const changes = new EventTarget()
  let seq = -1
  client.subscribe<{ seatStatusChanged: { seq: number } }>(
    {
      query: 'subscription ($showId: ID!) { seatStatusChanged(showId: $showId) { epoch after seq changes } }',
      variables: { showId },
    },
    {
      next({ data }) {
        seq = data?.seatStatusChanged.seq ?? seq
        changes.dispatchEvent(new Event('change'))
      },
      error: (error) => console.error(error),
      complete() {},
    },
  )
  const reached = async (wanted: number) => {
    while (seq < wanted) await once(changes, 'change', { signal: AbortSignal.timeout(10_000) })
  }
  await reached(0)
  return { reached, close: async () => client.dispose() }
}

try {
  await run(report)
} finally {
  for (const close of closers.reverse()) await close()
  rmSync(folder, { recursive: true, force: true })
}
printReport(report, values.json)
process.exit(0)
