/** The API in this process, on a database and a Redis of its own, with a small hall and actors who call it. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openCatalog } from '../../src/catalog/index.ts'
import { openGate } from '../../src/gate/index.ts'
import { type BookingDoor, callRates } from '../../src/graphql/index.ts'
import { createHttp, type HttpLimits } from '../../src/http/index.ts'
import { createDevIssuer, createIdentity, devIssuerName } from '../../src/identity/index.ts'
import { liveLimits, openHub } from '../../src/live/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { createLogger } from '../../src/platform/logging.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { createRateLimiter, type Rate } from '../../src/platform/rate-limit.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { createSealer } from '../../src/platform/sealed.ts'
import { openSeating } from '../../src/seating/index.ts'
import { openTicketing } from '../../src/ticket/index.ts'
import { cutProxy } from '../seating/cut-proxy.ts'
import { freshDatabase } from '../world/postgres.ts'
import { freshRedis } from '../world/redis.ts'
import { seedHall } from './seed-hall.ts'

export interface ApiWorldOptions {
  booking?: BookingDoor
  rates?: Partial<Record<keyof typeof callRates, Rate>>
  limits?: Partial<HttpLimits>
}

const notUsed: object = new Proxy(
  {},
  { get: (_target, name) => () => Promise.reject(new Error(`${String(name)} is not used here`)) },
)

export async function apiWorld(options: ApiWorldOptions = {}) {
  const [database, redisServer] = await Promise.all([freshDatabase(), freshRedis()])
  const proxy = await cutProxy(database.url)
  const postgres = openPostgres({ ...postgresDefaults, url: proxy.url, connectionsMax: 10 }, () => {})
  const redis = openRedis({ ...redisDefaults, url: redisServer.url, name: 'api' }, () => {})
  await redis.whenReady(5_000)
  const lines: string[] = []
  const log = createLogger({
    level: 'warn',
    name: 'api',
    production: true,
    destination: { write: (line: string) => void lines.push(line) },
  })
  const secret = 'a secret of at least thirty-two bytes'
  const nowMs = () => performance.now()
  const seating = openSeating({
    pool: postgres.pool,
    redis,
    keyPrefix: 'api:',
    idSecret: secret,
    processId: 'api',
    nowMs,
    log,
  })
  const hall = await seedHall(postgres.pool, seating)
  const issuer = await createDevIssuer({
    production: false,
    audience: 'rowlock',
    rolesClaim: 'roles',
    clock: systemClock,
  })
  const identity = createIdentity({
    idSecret: secret,
    guests: { secret: `guest ${secret}` },
    accounts: { issuer: devIssuerName, audience: 'rowlock', rolesClaim: 'roles', keys: issuer.jwks() },
    clock: systemClock,
  })
  const live = openHub({
    redisUrl: redisServer.url,
    source: seating,
    limits: liveLimits,
    nowMs,
    onError: () => {},
  })
  const ticketing = openTicketing({
    pool: postgres.pool,
    sealer: createSealer([{ id: 'test', secret: Buffer.alloc(32, 7) }]),
    clock: systemClock,
    randomBytes,
  })
  const catalog = openCatalog(postgres.pool)
  const http = await createHttp({
    deps: {
      database: postgres.database,
      seating,
      booking: options.booking ?? (notUsed as BookingDoor),
      ticketing,
      gate: openGate({ pool: postgres.pool, ticketing, catalog, clock: systemClock }),
      catalog,
      live,
      identity,
      rateLimiter: createRateLimiter({
        redis: redis.redis,
        keyPrefix: 'api:',
        rates: { ...callRates, ...options.rates },
        nowMs,
      }),
    },
    authenticate: (authorization) => identity.authenticate(authorization),
    readiness: [],
    metrics: createMetrics('rowlock_'),
    log,
    clock: systemClock,
    allowedOrigins: [],
    introspection: true,
    trustProxy: false,
    webDist: import.meta.dirname,
    ...(options.limits ? { limits: options.limits } : {}),
  })
  const { port } = await http.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`

  return {
    url,
    hall,
    pool: postgres.pool,
    ticketing,
    seating,
    redisServer,
    logged: () => lines.join(''),
    /** From now on PostgreSQL cannot be reached. */
    cutDatabase: () => proxy.close(),
    /** Every statement that the work sends to PostgreSQL. */
    statements: statementsOf,
    account: async (subject: string, ...roles: ('customer' | 'organiser' | 'gate' | 'admin')[]) => {
      const token = await issuer.sign({ subject, roles })
      const { buyerId } = await identity.authenticate(`Bearer ${token}`)
      return { ask: asker(url, token), token, buyerId: buyerId ?? '' }
    },
    anonymous: asker(url),
    async guest() {
      const { token } = await identity.issueGuestToken()
      return { ask: asker(url, token), token }
    },
    async close() {
      await http.close(1_000)
      await live.close()
      await seating.close()
      await redis.close()
      await postgres.close()
      await redisServer.stop()
      await proxy.close().catch(() => {})
      await database.drop()
    },
  }
}

export type ApiWorld = Awaited<ReturnType<typeof apiWorld>>

export interface Answer {
  data: unknown
  errors?: { message: string; path?: unknown; extensions: { code: string; [key: string]: unknown } }[]
}

type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Answer>

function asker(url: string, token?: string): Ask {
  return async (query, variables = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    })
    return (await response.json()) as Answer
  }
}

/** Reads a value out of an answer: `pick(data, 'lockSeats.lock.id')`. */
export function pick(data: unknown, path: string): unknown {
  let value = data
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) throw new Error(`No ${path} in ${JSON.stringify(data)}`)
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

/** The relay looks at the outbox every second, whatever a test does. */
const background = /outbox/

async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = []
  const { query } = pg.Client.prototype
  const text = (first: unknown) =>
    typeof first === 'string' ? first : String((first as { text?: unknown } | null)?.text ?? '')
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const statement = text(args[0])
    if (!background.test(statement)) statements.push(statement)
    return Reflect.apply(query, this, args)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return statements
}
