/**
 * A Redis connection that knows which server it speaks to. Its `home` is the server's run_id, learned anew on
 * every connection before a command may use it: a restart, a failover and a restored snapshot all show as
 * another home (docs/ledger.md).
 *
 * Commands are never queued while the connection is down and never replayed after it came back: both could
 * carry the home of the server before. The caller gets an error at once and decides.
 */
import { Redis } from 'ioredis'

export interface RedisConnection {
  redis: Redis
  /** run_id of the connected server, or null while there is none. */
  home(): string | null
  whenReady(timeoutMs: number): Promise<void>
  close(): Promise<void>
}

export interface RedisOptions {
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
  const redis = new Redis(options.url, {
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
  return {
    redis,
    home: () => home,
    whenReady: (timeoutMs) => whenHome(redis, () => home, timeoutMs),
    close: async () => {
      redis.disconnect()
    },
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
