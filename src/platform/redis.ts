/**
 * A Redis connection that knows which server it speaks to. Its `home` is the server's run_id, learned anew on
 * every connection before a command may use it: a restart, a failover and a restored snapshot all show as
 * another home (docs/ledger.md).
 *
 * Commands are never queued while the connection is down and never replayed after it came back: both could
 * carry the home of the server before. The caller gets an error at once and decides.
 */
import type { Redis } from 'ioredis'
import { connectRedis } from './connect-redis.ts'

export interface RedisServer {
  redis: Redis
  /** run_id of the connected server, or null while there is none. */
  home(): string | null
}

/** All keys, on one server or on several. */
export interface RedisServers {
  /** The server that has this key, or null while nobody knows. */
  holding(key: string): RedisServer | null
  /** After a server refused a command: whether it did nothing, and asking again may find the key. Waits for that a little. */
  mayAskAgain(error: unknown): Promise<boolean>
  /** Rejects if no server answers: a connection that looks open may lead to one that says nothing any more. */
  answers(): Promise<void>
  whenReady(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

/** One server has all keys. */
export interface RedisConnection extends RedisServer, RedisServers {}

export interface RedisOptions {
  /** One server, or sentinels (redis-address.ts). A cluster is opened by `openRedisServers`. */
  url: string
  name: string
  /** A command without an answer by then fails; its outcome is unknown (operations document: 3 s). */
  commandTimeoutMs: number
  /** Operations document: 2 s. */
  connectTimeoutMs: number
  reconnectDelayMsMax: number
  /** Commands of one turn of the event loop leave in one write. For many small ones that may wait for each other. */
  together?: boolean
}

export const redisDefaults = {
  commandTimeoutMs: 3_000,
  connectTimeoutMs: 2_000,
  reconnectDelayMsMax: 500,
} satisfies Partial<RedisOptions>

export function openRedis(options: RedisOptions, onError: (error: Error) => void): RedisConnection {
  const redis = connectRedis(options.url, {
    connectionName: options.name,
    commandTimeout: options.commandTimeoutMs,
    connectTimeout: options.connectTimeoutMs,
    // A server that is gone without a word leaves a connection that looks open: after two silent commands it is closed.
    socketTimeout: 2 * options.commandTimeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    enableAutoPipelining: options.together ?? false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(20 * 2 ** attempt, options.reconnectDelayMsMax),
  })
  let home: string | null = null
  let connection = 0
  redis.on('error', onError)
  redis.on('close', () => {
    home = null
    connection += 1
  })
  redis.on('ready', () => {
    const mine = connection
    redis.info('server').then(
      (info) => {
        const runId = /^run_id:(\w+)/m.exec(info)?.[1]
        // The connection may have closed and come back as another while the answer was on its way.
        if (runId && mine === connection) {
          home = runId
          redis.emit('home', runId)
        }
      },
      (error: Error) => {
        onError(error)
        // Without its home a connection is of no use to anyone, and only a new one asks again.
        if (mine === connection) redis.disconnect(true)
      },
    )
  })
  const server: RedisServer = { redis, home: () => home }
  return {
    ...server,
    holding: () => server,
    async mayAskAgain(error) {
      if (error instanceof Error && error.message.startsWith('MOVED ')) onError(new PartOfCluster())
      return false
    },
    async answers() {
      await whenHome(redis, () => home, 0)
      await redis.ping()
    },
    whenReady: (timeoutMs) => whenHome(redis, () => home, timeoutMs),
    close: async () => {
      redis.disconnect()
    },
  }
}

class PartOfCluster extends Error {
  constructor() {
    super(
      'REDIS_URL names one server, and it is part of a Redis Cluster. Write redis+cluster://host:port,host:port',
    )
  }
}

function whenHome(redis: Redis, home: () => string | null, timeoutMs: number): Promise<void> {
  if (home()) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('home', onHome)
      reject(new Error(`Redis did not become ready within ${timeoutMs} ms`))
    }, timeoutMs)
    const onHome = () => {
      clearTimeout(timer)
      resolve()
    }
    redis.once('home', onHome)
  })
}
