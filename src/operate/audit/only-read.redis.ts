/**
 * Ledgers that can be looked at and not changed, for an audit in a process of its own. Two servers see to that: scripts
 * are run by the commands of Redis that refuse a script that writes, and the pool is one whose transactions only read.
 * So the repairs that seating would make on its way fail, and the audit tells instead.
 */
import type { Pool } from '../../platform/postgres.ts'
import { type RedisServer, type RedisServers, redisDefaults } from '../../platform/redis.ts'
import { openRedisServers } from '../../platform/redis-servers.ts'
import { openSeating } from '../../seating/index.ts'
import type { AuditedLedgers } from './audit-ledgers.ts'

export interface OpenLedgersToRead {
  /** Its transactions must be read-only. */
  pool: Pool
  redisUrl: string
  keyPrefix: string
  nowMs: () => number
}

export interface LedgersToRead extends AuditedLedgers {
  close(): Promise<void>
}

/** Redis may be away: asking then throws LedgerAway. */
export async function openLedgersToRead(options: OpenLedgersToRead): Promise<LedgersToRead> {
  const { pool, keyPrefix, nowMs } = options
  const servers = openRedisServers(
    { ...redisDefaults, url: options.redisUrl, name: 'rowlock-audit' },
    () => {},
  )
  await servers.whenReady(redisDefaults.connectTimeoutMs).catch(() => {})
  const seating = openSeating({
    ...{ pool, keyPrefix, nowMs, redis: onlyReading(servers) },
    ...{ idSecret: 'no lock is ever placed from here', processId: 'audit' },
    log: { warn() {}, info() {} },
  })
  return {
    positions: seating.positions,
    compareShow: seating.compareShow,
    async close() {
      await seating.close()
      await servers.close()
    },
  }
}

const readOnlyNameOf = { evalsha: 'evalsha_ro', eval: 'eval_ro', get: 'get', pipeline: 'pipeline' } as const

function onlyReading(servers: RedisServers): RedisServers {
  return {
    ...servers,
    holding(key) {
      const server = servers.holding(key)
      return server && readOnly(server)
    },
  }
}

/** `pipeline` is here for the positions of shows, which it only reads. */
function readOnly({ redis, home }: RedisServer): RedisServer {
  return {
    home,
    redis: new Proxy(redis, {
      get(target, name) {
        if (!(name in readOnlyNameOf))
          return () => Promise.reject(new Error(`${String(name)} is not for an audit`))
        return target[readOnlyNameOf[name as keyof typeof readOnlyNameOf]].bind(target)
      },
    }),
  }
}
