/** The servers of a bench: an embedded PostgreSQL and Redis with nothing in them but shows of 20,000 seats. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storePlan } from '../../src/catalog/index.ts'
import { startPostgres, startRedis } from '../../src/embedded/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { startSandboxProcess } from '../../src/payment/sandbox/start.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { keyedUuid } from '../../src/platform/ids.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openSale } from '../../src/seating/index.ts'
import { cpuSecondsOf } from './cpu-seconds.ts'
import { pinToServerCores } from './run-load.ts'

const benchSecrets = {
  ID_SECRET: 'the id secret of a bench, nowhere else',
  GUEST_TOKEN_SECRET: 'the token secret of a bench, as well',
  DATA_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
  PUBLIC_URL: 'http://127.0.0.1',
  MAIL_FOLDER: '/nonexistent',
}
export const seatsPerShow = 20_000
export const seatId = (seatNo: number) => `A-${seatNo + 1}`

export interface Buyer {
  token: string
  buyerId: string
}

export type Rig = Awaited<ReturnType<typeof openRig>>

export async function openRig() {
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-bench-'))
  // The embedded PostgreSQL of root runs as another user, who must be able to enter.
  chmodSync(folder, 0o711)
  const log = () => {}
  const closers: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true, force: true })]
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), log })
  closers.push(server.stop)
  const redis = await startRedis({ dataDir: join(folder, 'redis'), log })
  closers.push(redis.stop)
  const sandbox = await startSandboxProcess({ log })
  closers.push(sandbox.stop)
  await migrate(server.url)
  const postgres = openPostgres({ ...postgresDefaults, url: server.url, connectionsMax: 4 }, log)
  closers.push(postgres.close)
  const { pool } = postgres
  for (const { pid } of [server, redis]) pinToServerCores(pid)
  const planVersionId = await storeHall(pool)
  const identity = createIdentity({
    idSecret: benchSecrets.ID_SECRET,
    guests: { secret: benchSecrets.GUEST_TOKEN_SECRET },
    accounts: null,
    clock: systemClock,
  })
  return {
    pool,
    env: {
      ...benchSecrets,
      ...{ DATABASE_URL: server.url, REDIS_URL: redis.url, REDIS_KEY_PREFIX: 'bench:' },
      SANDBOX_GATEWAY_URL: sandbox.url,
    },
    redisUrl: redis.url,
    databaseUrl: server.url,
    sandboxUrl: sandbox.url,
    show: () => openShow(pool, planVersionId),
    buyers: (count: number) =>
      Promise.all(
        Array.from({ length: count }, async (): Promise<Buyer> => {
          const { token } = await identity.issueGuestToken()
          const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
          return { token, buyerId: keyedUuid(benchSecrets.ID_SECRET, 'buyer', 'rowlock:guests', sub) }
        }),
      ),
    /** Seconds of CPU so far, of the servers beside the one that is measured. */
    cpuSeconds: () => ({ postgres: cpuSecondsOf(server.pid), redis: cpuSecondsOf(redis.pid) }),
    onClose: (close: () => Promise<void>) => void closers.push(close),
    async close() {
      for (const close of closers.reverse()) await close()
    },
  }
}

async function storeHall(pool: Awaited<ReturnType<typeof openPostgres>>['pool']): Promise<number> {
  const seats = Array.from({ length: seatsPerShow }, (_, seatNo) => ({
    ...{ seatId: seatId(seatNo), zone: 'hall', row: 'A', number: String(seatNo + 1), category: 'all' },
    ...{ x: (seatNo % 200) * 20, y: Math.floor(seatNo / 200) * 20, radius: 8, traits: [] },
  }))
  const { planVersionId } = await storePlan(pool, {
    key: 'bench',
    draft: {
      ...{ name: 'Bench', size: { width: 4_000, height: 2_000 }, seats, areas: [], decorations: [] },
      categories: [{ key: 'all', name: 'All', color: '#336699' }],
      zones: [{ key: 'hall', name: 'Hall' }],
    },
  })
  return planVersionId
}

async function openShow(
  pool: Awaited<ReturnType<typeof openPostgres>>['pool'],
  planVersionId: number,
): Promise<number> {
  const key = `bench-${performance.now()}`
  const { rows } = await pool.query<{ id: number }>(
    `WITH v AS (INSERT INTO venue (key, name, city, time_zone) VALUES ($1, 'Hall', 'Town', 'Europe/Berlin') RETURNING id),
          e AS (INSERT INTO event (key, title, search_text) VALUES ($1, 'A play', 'a play') RETURNING id),
          p AS (INSERT INTO price_list (currency, prices) VALUES ('EUR', '{"all": 2500}') RETURNING id)
     INSERT INTO show (key, event_id, venue_id, plan_version_id, price_list_id, starts_at)
     SELECT $1, e.id, v.id, $2, p.id, now() + interval '1 day' FROM v, e, p RETURNING id`,
    [key, planVersionId],
  )
  const showId = rows[0]?.id ?? 0
  await openSale(pool, { showId, seatCount: seatsPerShow, seatsPerBuyerMax: 100, notForSale: [] })
  return showId
}
