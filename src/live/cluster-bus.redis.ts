/**
 * Frames of a Redis Cluster: sharded pub/sub stays on the server that has the show, so there is one connection to each
 * master that has a show somebody watches. Where each channel belongs is looked at every time the table of slots is read;
 * a channel that moved, or whose server ended it, is subscribed to anew.
 */
import type { Redis } from 'ioredis'
import { openClusterTable } from '../platform/cluster-table.ts'
import { connectRedis } from '../platform/connect-redis.ts'
import type { ClusterAddress } from '../platform/redis-address.ts'
import { urlOf } from '../platform/redis-cluster.ts'
import { Ear } from './ear.ts'
import type { BusOptions, FramesBus } from './frames-bus.redis.ts'

interface Subscriber {
  redis: Redis
  ear: Ear
}

export function openClusterBus(address: ClusterAddress, options: BusOptions): FramesBus {
  const subscribers = new Map<string, Subscriber>()
  /** Channel → the server it is, or is being, subscribed at; null: at none. */
  const wanted = new Map<string, string | null>()
  const table = openClusterTable(address, {
    ...{ name: `${options.name}-table`, onRead: settle, onError: options.onError },
  })
  const firstRead = table.ready()

  function settle(): void {
    const masters = table.masters()
    for (const [node, { redis }] of subscribers) {
      if (masters.has(node)) continue
      subscribers.delete(node)
      redis.disconnect()
    }
    for (const [channel, node] of wanted) {
      if (node === null || node !== table.nodeOf(channel)) place(channel).catch(options.onError)
    }
  }

  async function place(channel: string): Promise<void> {
    const node = table.nodeOf(channel)
    if (node === null) throw new Error('No node of the Redis Cluster has told who has which slot')
    const before = wanted.get(channel)
    wanted.set(channel, node)
    if (before && before !== node) drop(before, channel)
    try {
      await subscriberOf(node).redis.ssubscribe(channel)
      // What was published on the way is gone: the source is asked where the show stands.
      if (before !== undefined) options.onReady()
    } catch (error) {
      if (wanted.get(channel) === node) wanted.set(channel, null)
      void table.refresh()
      throw error
    }
  }

  function drop(node: string, channel: string): void {
    subscribers
      .get(node)
      ?.redis.sunsubscribe(channel)
      .catch(() => {
        // Its server has ended it already, by moving the slot away.
      })
  }

  function subscriberOf(node: string): Subscriber {
    const known = subscribers.get(node)
    if (known) return known
    const redis = connectRedis(urlOf(address, node), {
      connectionName: options.name,
      maxRetriesPerRequest: null,
      autoResubscribe: false,
      retryStrategy: (attempt) => Math.min(20 * 2 ** attempt, 500),
    })
    const mine: Subscriber = { redis, ear: new Ear(options.deafBeatsMax) }
    subscribers.set(node, mine)
    let connections = 0
    const again = () => {
      for (const [channel, at] of wanted) if (at === node) wanted.set(channel, null)
      settle()
    }
    redis.on('error', options.onError)
    redis.on('smessage', (channel: string, text: string) => {
      mine.ear.heard = true
      options.onMessage(channel, text)
    })
    redis.on('close', () => void table.refresh())
    redis.on('ready', () => {
      connections += 1
      if (connections > 1) again()
      options.onReady()
    })
    // The server has ended a subscription, because the slot of its channel is no longer there.
    redis.on('moved', () => void table.refresh().then(again))
    return mine
  }

  return {
    async follow(channel) {
      if (!wanted.has(channel)) wanted.set(channel, null)
      await firstRead
      if (wanted.has(channel)) await place(channel)
    },
    unfollow(channel) {
      const node = wanted.get(channel)
      wanted.delete(channel)
      if (node) drop(node, channel)
    },
    judge(late) {
      const behind = new Set(late.map((channel) => wanted.get(channel)))
      for (const [node, { redis, ear }] of subscribers) {
        if (ear.isDeaf(behind.has(node) && redis.status === 'ready')) redis.disconnect(true)
      }
    },
    connected: () =>
      table.masters().size > 0 && subscribers.values().every(({ redis }) => redis.status === 'ready'),
    close() {
      table.close()
      for (const { redis } of subscribers.values()) redis.disconnect()
      subscribers.clear()
    },
  }
}
