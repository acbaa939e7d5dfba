/**
 * Changes of bookings between processes, over Redis pub/sub; the nodes of a cluster pass it on to each other. It may lose messages, so a connection that comes back wakes
 * every follower, and what could not be published is published then.
 */
import { RedisPubSub } from 'graphql-redis-subscriptions'
import type { Redis } from 'ioredis'
import { connectRedis } from '../platform/connect-redis.ts'
import { type BookingChanges, Follower, TooManyFollowers } from './changes.ts'

export interface RedisChangesOptions {
  redisUrl: string
  keyPrefix: string
  onError: (error: unknown) => void
  followersMax?: number
}

const followersMaxDefault = 20_000
const unpublishedMax = 1_000

type Client = NonNullable<NonNullable<ConstructorParameters<typeof RedisPubSub>[0]>['publisher']>

export function changesOverRedis(options: RedisChangesOptions): BookingChanges {
  const { redisUrl, keyPrefix, onError, followersMax = followersMaxDefault } = options
  const retryStrategy = (attempt: number) => Math.min(20 * 2 ** attempt, 500)
  const publisher = connectRedis(redisUrl, {
    ...{
      connectionName: 'rowlock-changes',
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      retryStrategy,
    },
  })
  // A subscription may wait for the connection: a late one finds the booking as it is by then.
  const subscriber = connectRedis(redisUrl, {
    ...{ connectionName: 'rowlock-followers', maxRetriesPerRequest: null, retryStrategy },
  })
  // The library is typed against its own copy of the client, and calls nothing that differs between the two.
  const asClient = (redis: Redis) => redis as unknown as Client
  const pubsub = new RedisPubSub({ publisher: asClient(publisher), subscriber: asClient(subscriber) })
  const followers = new Set<Follower>()
  const unpublished = new Set<string>()
  const channelOf = (bookingId: string) => `${keyPrefix}booking:${bookingId}`

  publisher.on('error', onError)
  subscriber.on('error', onError)
  subscriber.on('ready', () => {
    for (const follower of followers) follower.wake()
  })
  publisher.on('ready', () => {
    const waiting = [...unpublished]
    unpublished.clear()
    for (const bookingId of waiting) tell(bookingId)
  })

  function tell(bookingId: string): void {
    pubsub.publish(channelOf(bookingId), bookingId).catch((error: unknown) => {
      if (unpublished.size < unpublishedMax) unpublished.add(bookingId)
      onError(error)
    })
  }

  return {
    tell,
    follow(bookingId) {
      if (followers.size >= followersMax) throw new TooManyFollowers()
      const follower = new Follower(bookingId, () => {
        followers.delete(follower)
        // Only a subscription that is there can be ended.
        void subscribed.then((id) => pubsub.unsubscribe(id)).catch(onError)
      })
      const subscribed = pubsub.subscribe(channelOf(bookingId), () => follower.wake())
      // What changed before the subscription was there shows on the turn that follows it.
      subscribed.then(() => follower.wake(), onError)
      followers.add(follower)
      return follower
    },
    async close() {
      await Promise.all([...followers].map((follower) => follower.return()))
      publisher.disconnect()
      subscriber.disconnect()
    },
  }
}
