/**
 * A Redis Cluster as servers of which each has some of the keys. Every master has one connection, with a home of its own
 * (redis.ts): a command is sent with the home of the server it goes to, and a command that a server refused because the
 * key has moved is made anew for the other one. So a failover, or a slot that moves, gives the shows in it another home,
 * and no others.
 *
 * A slot on its way (ASK) counts as away until it has arrived: a script that ran on the half of it that is there would
 * see a show without its keys.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { hostOf, openClusterTable } from './cluster-table.ts'
import { openRedis, type RedisConnection, type RedisOptions, type RedisServers } from './redis.ts'
import type { ClusterAddress } from './redis-address.ts'

const movedWaitMsMax = 500
const unsettledPauseMs = 100

export function openRedisCluster(
  address: ClusterAddress,
  options: Omit<RedisOptions, 'url'>,
  onError: (error: Error) => void,
): RedisServers {
  const servers = new Map<string, RedisConnection>()
  const leaving = new Set<RedisConnection>()
  const table = openClusterTable(address, { name: `${options.name}-table`, onRead: settle, onError })

  function settle(): void {
    const masters = table.masters()
    for (const node of masters) open(node)
    for (const [node, server] of servers) {
      if (masters.has(node)) continue
      servers.delete(node)
      leave(server)
    }
  }

  function open(node: string): RedisConnection {
    const there = servers.get(node)
    if (there) return there
    const server = openRedis({ ...options, url: urlOf(address, node) }, (error) => {
      onError(error)
      void table.refresh()
    })
    server.redis.on('close', () => void table.refresh())
    servers.set(node, server)
    return server
  }

  /** What is under way may still be answered. */
  function leave(server: RedisConnection): void {
    leaving.add(server)
    setTimeout(() => {
      leaving.delete(server)
      void server.close()
    }, options.commandTimeoutMs).unref()
  }

  return {
    holding(key) {
      const node = table.nodeOf(key)
      return node === null ? null : (servers.get(node) ?? null)
    },
    async mayAskAgain(error) {
      const [word, slot, node] = error instanceof Error ? error.message.split(' ') : []
      if (word === 'MOVED' && node && !node.startsWith(':')) {
        table.put(Number(slot), node)
        await open(node)
          .whenReady(movedWaitMsMax)
          .catch(() => {})
        void table.refresh()
        return true
      }
      const refused = word !== undefined && ['MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN'].includes(word)
      const refreshed = table.refresh()
      if (refused) await Promise.all([refreshed, pause(unsettledPauseMs)])
      return refused
    },
    async answers() {
      await Promise.any([...servers.values()].map((server) => server.answers()))
    },
    async whenReady(timeoutMs) {
      const deadline = performance.now() + timeoutMs
      await Promise.race([table.ready(), pause(timeoutMs, undefined, { ref: false })])
      if (servers.size === 0) throw new Error(`No node of the Redis Cluster answered within ${timeoutMs} ms`)
      const leftMs = Math.max(0, deadline - performance.now())
      await Promise.all([...servers.values()].map((server) => server.whenReady(leftMs)))
    },
    async close() {
      table.close()
      await Promise.all([...servers.values(), ...leaving].map((server) => server.close()))
    },
  }
}

/** The login of the cluster is the login of each of its nodes. */
export function urlOf({ username = '', password, tls }: ClusterAddress, node: string): string {
  const { host, port } = hostOf(node)
  const login =
    password === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`
  return `${tls ? 'rediss' : 'redis'}://${login}${host.includes(':') ? `[${host}]` : host}:${port}`
}
