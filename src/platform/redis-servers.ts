/** Opens what REDIS_URL names: one server, the master that sentinels name, or all masters of a cluster. */
import { Cluster, type Redis } from 'ioredis'
import { openRedis, type RedisOptions, type RedisServers } from './redis.ts'
import { type ClusterAddress, readRedisAddress } from './redis-address.ts'
import { openRedisCluster } from './redis-cluster.ts'

export function openRedisServers(options: RedisOptions, onError: (error: Error) => void): RedisServers {
  const address = readRedisAddress(options.url)
  return address.kind === 'cluster'
    ? openRedisCluster(address, options, onError)
    : openRedis(options, onError)
}

export interface RedisClient {
  redis: Redis | Cluster
  close(): Promise<void>
}

/**
 * For commands that may run on whichever server has the key by now, and be repeated: counting, and nothing of the
 * ledger, because such a command carries no home.
 */
export function openRedisClient(options: RedisOptions, onError: (error: Error) => void): RedisClient {
  const address = readRedisAddress(options.url)
  return address.kind === 'cluster' ? openCluster(address, options, onError) : openRedis(options, onError)
}

const redirectionsMax = 3

function openCluster(
  address: ClusterAddress,
  options: RedisOptions,
  onError: (error: Error) => void,
): RedisClient {
  const { username, password, tls } = address
  const redis = new Cluster(address.hosts, {
    enableOfflineQueue: false,
    enableAutoPipelining: options.together ?? false,
    maxRedirections: redirectionsMax,
    clusterRetryStrategy: (attempt) => Math.min(20 * 2 ** attempt, options.reconnectDelayMsMax),
    redisOptions: {
      connectionName: options.name,
      commandTimeout: options.commandTimeoutMs,
      connectTimeout: options.connectTimeoutMs,
      maxRetriesPerRequest: 0,
      ...(username && { username }),
      ...(password && { password }),
      ...(tls && { tls: {} }),
    },
  })
  redis.on('error', onError)
  return {
    redis,
    async close() {
      redis.disconnect()
    },
  }
}
