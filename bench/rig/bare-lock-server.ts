/**
 * The limit that `lockSeats` is held against: a bare node:http server that runs the same ledger script and the same claim
 * batch for a body of plain JSON. No GraphQL, no tokens, no limits, no metrics.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { openSeating } from '../../src/seating/index.ts'

const { DATABASE_URL = '', REDIS_URL = '', ID_SECRET = '', REDIS_KEY_PREFIX = '', LOCK_TTL_MS } = process.env
const { pool } = openPostgres({ ...postgresDefaults, url: DATABASE_URL }, () => {})
const redis = openRedis({ ...redisDefaults, url: REDIS_URL, name: 'bare' }, () => {})
const seating = openSeating({
  ...{ pool, redis, keyPrefix: REDIS_KEY_PREFIX, idSecret: ID_SECRET, processId: 'bare' },
  nowMs: () => performance.now(),
  log: { info() {}, warn() {} },
  ...(LOCK_TTL_MS && { times: { lockTtlMs: Number(LOCK_TTL_MS) } }),
})
await redis.whenReady(10_000)

const server = createServer(async (request, response) => {
  try {
    const lock = await seating.placeLock(JSON.parse(await text(request)))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ lockId: lock.lockId, expiresAt: lock.expiresAt, seq: lock.seq }))
  } catch (error) {
    response.statusCode = 500
    response.end(String(error))
  }
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ listening: (server.address() as AddressInfo).port }))
})
process.on('SIGTERM', () => process.exit(0))
