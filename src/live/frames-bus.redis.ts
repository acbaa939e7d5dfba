/** How frames reach a process: sharded pub/sub of one server, or of each server of a cluster. Messages may be lost. */
import type { Redis } from 'ioredis'
import { connectRedis } from '../platform/connect-redis.ts'
import { readRedisAddress } from '../platform/redis-address.ts'
import { openClusterBus } from './cluster-bus.redis.ts'
import { Ear } from './ear.ts'

export interface FramesBus {
  /** Resolves when the subscription is in force. Rejects if it cannot be now; it is tried again by itself. */
  follow(channel: string): Promise<void>
  unfollow(channel: string): void
  /** At each heartbeat: the channels on which the source has moved on and we have not heard of it. */
  judge(late: string[]): void
  connected(): boolean
  close(): void
}

export interface BusOptions {
  name: string
  deafBeatsMax: number
  onMessage: (channel: string, text: string) => void
  /** Connected, perhaps again: what was published meanwhile is gone. */
  onReady: () => void
  onError: (error: unknown) => void
}

export function openFramesBus(redisUrl: string, options: BusOptions): FramesBus {
  const address = readRedisAddress(redisUrl)
  return address.kind === 'cluster' ? openClusterBus(address, options) : openServerBus(redisUrl, options)
}

function openServerBus(redisUrl: string, options: BusOptions): FramesBus {
  // Subscribing may wait for the connection: there is nothing that a late subscription could do wrong.
  const subscriber: Redis = connectRedis(redisUrl, {
    connectionName: options.name,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(20 * 2 ** attempt, 500),
  })
  const ear = new Ear(options.deafBeatsMax)
  subscriber.on('error', options.onError)
  subscriber.on('smessage', (channel: string, text: string) => {
    ear.heard = true
    options.onMessage(channel, text)
  })
  subscriber.on('ready', options.onReady)
  return {
    follow: async (channel) => void (await subscriber.ssubscribe(channel)),
    unfollow: (channel) => void subscriber.sunsubscribe(channel).catch(options.onError),
    judge(late) {
      if (ear.isDeaf(late.length > 0 && subscriber.status === 'ready')) subscriber.disconnect(true)
    },
    connected: () => subscriber.status === 'ready',
    close: () => subscriber.disconnect(),
  }
}
